#!/usr/bin/env bash
# Ollama: Image input · POST /chat/completions · made by curlsheet, see --help
# Ollama：图片理解 · POST /chat/completions · 由 curlsheet 生成，用法见 --help
set -euo pipefail

IFS= read -r -d '' help << 'HELP' || true
Usage: ollama-image-input.sh [--max-tokens N] [--model NAME] [--image FILE] [-i]
         [--raw | --dry-run] [--] [PROMPT | -]

Ollama: Image input (POST http://localhost:11434/v1/chat/completions)

  PROMPT               the question (default: What is in the picture?; - reads standard input)
  --max-tokens N       the most tokens in an answer
  --model NAME         the vision model (default: qwen2.5vl:7b)
  --image FILE         a picture (default: a red square)
  -i, --include        status line and response headers on standard error
  --raw                the answer as received
  --dry-run            print the curl command, send nothing

Environment:
  OLLAMA_BASE_URL      default: http://localhost:11434/v1
  OLLAMA_VISION_MODEL  as --model
  OLLAMA_TIMEOUT       seconds for the whole answer (default: 300)
  OLLAMA_CURLRC        a curl config file: CA, client certificate, proxy

Examples:
  ollama-image-input.sh 'What is in the picture?'
  ollama-image-input.sh - < FILE
  ollama-image-input.sh --image photo.jpg --dry-run

Exit status: 0 answered, 2 usage, 5 nothing usable in the answer, 22 refused by the server,
127 curl or jq missing, else curl's own (7 no connection, 28 time-out)
HELP

errors='first(.error.message?, .error?, .detail.error?, .detail?, .message? | strings)'
fail() { # fail STATUS MESSAGE: says what went wrong, in the server's words too, and what to try
  said="${status:+$({ jq -r "${errors}" "${tmp}/answer" 2> /dev/null | grep -a . ||
    head -c 500 "${tmp}/answer"; } | tr -d '\000')}"
  said="$(LC_ALL=C sed $'s/\302[\200-\237]//g;s/[\1-\10\13-\37\177]//g' <<< "$2${said:+: ${said}}")"
  case "${said}" in
    'curl error 7 '*) hint='Is it running? Start it: ollama serve' ;;
    *'page not found'*) hint='Does the base URL end in /v1? See OLLAMA_BASE_URL' ;;
    *' not found'*) hint='List the models: ollama-models.sh; choose: --model NAME' ;;
    *) hint='' ;;
  esac
  printf '%s: %s\n' "${0##*/}" "${said}${hint:+$'\n'}${hint}" >&2
  exit "$1"
}
put() { # put PLACE --arg|--argjson OPTION VALUE: a value of the user's into the body
  [[ $# -gt 3 ]] || fail 2 "$3 needs a value"
  [[ $2 == --arg || $4 =~ ^-?[0-9]{1,15}$ ]] || fail 2 "$3 must be a whole number"
  edits+=" | $1 = \$ARGS.named.v${#given[@]}"
  given+=("$2" "v${#given[@]}" "$4")
}

unset given_image body && include='' mode='' status='' words=() given=(-c) edits=.
[[ -z ${OLLAMA_VISION_MODEL:-} ]] ||
  put .model --arg OLLAMA_VISION_MODEL "${OLLAMA_VISION_MODEL}"
while [[ $# -gt 0 ]]; do
  [[ ! $1 =~ ^--(max-tokens|model|image)= ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
  case "$1" in
    -h | --help) printf '%s' "${help}" && exit ;;
    -i | --include) include=yes ;;
    --raw | --dry-run) mode="$1" ;;
    --max-tokens) shift && put .max_tokens --argjson --max-tokens "$@" ;;
    --model) shift && put .model --arg --model "$@" ;;
    --image) { [[ $# -gt 1 ]] && given_image="$2" && shift; } || fail 2 "$1 needs a value" ;;
    --) shift && words+=("$@") && break ;;
    -?*) fail 2 "unknown option $1: see --help" ;;
    *) words+=("$1") ;;
  esac
  shift
done
[[ ${#words[@]} -le 1 ]] || fail 2 'one PROMPT only: put it in quotes'
hash curl jq || fail 127 'install what is missing: apt, dnf or brew install curl jq'
tmp="$(mktemp -d)" && trap 'rm -rf "${tmp}"' EXIT && : > "${tmp}/answer"
[[ ${words[0]-} != - ]] || IFS= read -r -d '' 'words[0]' || true
[[ ${#words[@]} -eq 0 ]] || edits+=" | .messages[0].content[0].text = \$ARGS.named.argument"
url="${OLLAMA_BASE_URL:-http://localhost:11434/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'OLLAMA_BASE_URL must start with http:// or https://'
url="${url%/}"/chat/completions
IFS= read -r -d '' body << 'JSON' || body="${body%$'\n'}"
{
  "model": "qwen2.5vl:7b",
  "messages": [
    {
      "role": "user",
      "content": [
        {
          "type": "text",
          "text": "What is in the picture?"
        },
        {
          "type": "image_url",
          "image_url": {
            "url": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQMAAACQp+OdAAAAA1BMVEXgICCgcukQAAAAD0lEQVR42mNgGAWjgHwAAAJAAAHgTR1EAAAAAElFTkSuQmCC"
          }
        }
      ]
    }
  ]
}
JSON
types=' iVBO:image/png /9j/:image/jpeg R0lG:image/gif UklG:image/webp ' # by how their base64 begins
if [[ -n ${given_image+set} ]]; then
  [[ ${given_image} != - ]] || given_image=/dev/stdin
  [[ -r ${given_image} ]] || fail 2 "cannot read ${given_image}"
  base64 < "${given_image}" | tr -d '\n' > "${tmp}"/image
  type="${types#* "$(head -c 4 "${tmp}"/image):"}" && type="${type%% *}"
  [[ -n ${type} ]] || fail 2 '--image takes a picture: png, jpg, gif or webp'
  edits+=" | .messages[0].content[1].image_url.url = \"data:${type};base64,\" + \$ARGS.named.image"
  given+=(--rawfile image "${tmp}"/image)
fi
[[ ${edits} == . ]] || body="$(jq "${given[@]}" --rawfile argument <(printf '%s' "${words[0]-}") \
  "${edits}" <(printf '%s' "${body}"))" || fail 2 'the values do not fit into the body'
if [[ ${mode} == --dry-run ]]; then # each word as a shell reads it back
  LC_ALL=C quote="'\\''"
  printf "curl -sS '%s'%s" "${url//\'/${quote}}" " -H 'Content-Type: application/json'"
  [[ ${#body} -gt 30000 ]] && printf " -d @- <<'JSON'\n%s\nJSON\n" "${body}" && exit
  { printf " -d '%s'\n" "${body//\'/${quote}}" && exit; } || exit
fi
options=(${OLLAMA_CURLRC:+-K "${OLLAMA_CURLRC}"} -sSg --no-include --no-verbose --no-fail
  --no-location -w '%{http_code} %{redirect_url}' -D "${tmp}/headers" -o "${tmp}/answer"
  --connect-timeout 10 -m "${OLLAMA_TIMEOUT:-300}")
[[ ! ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]] || options+=(--noproxy '*')
result="$(printf '%s' "${body}" |
  curl "${options[@]}" "${url}" -H 'Content-Type: application/json' --data-binary @-)" ||
  fail "$?" "curl error $? at ${url} (see OLLAMA_BASE_URL, _TIMEOUT and _CURLRC)"
read -r status location <<< "${result}"
[[ -z ${include} ]] || tr -d '\r' < "${tmp}/headers" >&2
[[ ${status} == 2?? || ${mode} != --raw ]] || cat "${tmp}/answer" >&2
[[ ${status} == 2?? ]] || fail 22 "HTTP ${status} from ${url}${location:+, to ${location}}"
filter='.choices[0].message.content'
if [[ ${mode} == --raw ]]; then
  cat "${tmp}/answer"
elif jq -r "${filter} | values" "${tmp}/answer" > "${tmp}/found" && [[ -s ${tmp}/found ]]; then
  cat "${tmp}/found"
else
  fail 5 "nothing in the answer at ${filter}"
fi
