#!/usr/bin/env bash
# OpenAI: Image generation · POST /images/generations · made by curlsheet, see --help
# OpenAI：图片生成 · POST /images/generations · 由 curlsheet 生成，用法见 --help
set -euo pipefail

IFS= read -r -d '' help << 'HELP' || true
Usage: openai-images.sh [--model NAME] [--size SIZE] [-o FILE] [-i] [--raw | --dry-run]
         [--] [PROMPT | -]

OpenAI: Image generation (POST https://api.openai.com/v1/images/generations)

  --model NAME        the image model (default: gpt-image-2)
  PROMPT              the description (default: A red square; - reads standard input)
  --size SIZE         such as 1024x1024
  -o, --output FILE   where the answer goes (default: image.png)
  -i, --include       status line and response headers on standard error
  --raw               the answer as received
  --dry-run           print the curl command, send nothing

Environment:
  OPENAI_API_KEY      the API key (required)
  OPENAI_BASE_URL     default: https://api.openai.com/v1
  OPENAI_IMAGE_MODEL  as --model
  OPENAI_TIMEOUT      seconds for the whole answer (default: 300)
  OPENAI_CURLRC       a curl config file: CA, client certificate, proxy

Examples:
  openai-images.sh 'A red square'
  openai-images.sh - < FILE
  openai-images.sh --model gpt-image-2 --dry-run

Exit status: 0 answered, 2 usage, 5 nothing usable in the answer, 22 refused by the server,
127 curl or jq missing, else curl's own (7 no connection, 28 time-out)
HELP

errors='first(.error.message?, .error?, .detail.error?, .detail?, .message? | strings)'
fail() { # fail STATUS MESSAGE: says what went wrong, in the server's words too, and what to try
  said="${status:+$({ jq -r "${errors}" "${tmp}/answer" 2> /dev/null | grep -a . ||
    head -c 500 "${tmp}/answer"; } | tr -d '\000')}"
  said="$(LC_ALL=C sed $'s/\302[\200-\237]//g;s/[\1-\10\13-\37\177]//g' <<< "$2${said:+: ${said}}")"
  case "${said}" in
    'curl error 7 '* | 'curl error 28 '*) hint='Need a proxy? export https_proxy=HOST:PORT' ;;
    'HTTP 401 '*) hint='A wrong key? See platform.openai.com/api-keys' ;;
    *'does not exist'*) hint='List the models: openai-models.sh; choose: --model NAME' ;;
    'HTTP 429 '*) hint='Too many requests, or no credit left: see the account' ;;
    *) hint='' ;;
  esac
  printf '%s: %s\n' "${0##*/}" "${said}${hint:+$'\n'}${hint}" >&2
  exit "$1"
}
put() { # put PLACE --arg|--argjson OPTION VALUE: a value of the user's into the body
  [[ $# -gt 3 ]] || fail 2 "$3 needs a value"
  edits+=" | $1 = \$ARGS.named.v${#given[@]}"
  given+=("$2" "v${#given[@]}" "$4")
}

unset body && include='' mode='' status='' words=() given=(-c) edits=. output=image.png
[[ -z ${OPENAI_IMAGE_MODEL:-} ]] || put .model --arg OPENAI_IMAGE_MODEL "${OPENAI_IMAGE_MODEL}"
while [[ $# -gt 0 ]]; do
  [[ ! $1 =~ ^--(model|size|output)= ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
  case "$1" in
    -h | --help) printf '%s' "${help}" && exit ;;
    -i | --include) include=yes ;;
    --raw | --dry-run) mode="$1" ;;
    -o | --output) { [[ $# -gt 1 ]] && output="$2" && shift; } || fail 2 "$1 needs a value" ;;
    --model) shift && put .model --arg --model "$@" ;;
    --size) shift && put .size --arg --size "$@" ;;
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
[[ ${#words[@]} -eq 0 ]] || edits+=" | .prompt = \$ARGS.named.argument"
url="${OPENAI_BASE_URL:-https://api.openai.com/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'OPENAI_BASE_URL must start with http:// or https://'
url="${url%/}"/images/generations
IFS= read -r -d '' body << 'JSON' || body="${body%$'\n'}"
{"model": "gpt-image-2", "prompt": "A red square"}
JSON
[[ ${edits} == . ]] || body="$(jq "${given[@]}" --rawfile argument <(printf '%s' "${words[0]-}") \
  "${edits}" <(printf '%s' "${body}"))" || fail 2 'the values do not fit into the body'
if [[ ${mode} == --dry-run ]]; then # each word as a shell reads it back
  LC_ALL=C quote="'\\''"
  printf "curl -sS '%s'%s" "${url//\'/${quote}}" " -H 'Content-Type: application/json'"
  printf '%s' " -H \"Authorization: Bearer \$OPENAI_API_KEY\""
  [[ ${#body} -gt 30000 ]] && printf " -d @- <<'JSON'\n%s\nJSON\n" "${body}" && exit
  { printf " -d '%s'\n" "${body//\'/${quote}}" && exit; } || exit
fi
options=(${OPENAI_CURLRC:+-K "${OPENAI_CURLRC}"} -sSg --no-include --no-verbose --no-fail
  --no-location -w '%{http_code} %{redirect_url}' -D "${tmp}/headers" -o "${tmp}/answer"
  --connect-timeout 10 -m "${OPENAI_TIMEOUT:-300}" -H @/dev/fd/3)
[[ ! ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]] || options+=(--noproxy '*')
[[ -n ${OPENAI_API_KEY:+set} ]] || fail 2 'no API key: export OPENAI_API_KEY=your-key'
[[ -z ${OPENAI_API_KEY//[!$'\r\n']/} ]] || fail 2 'OPENAI_API_KEY holds a line break'
exec 3<<< "Authorization: Bearer ${OPENAI_API_KEY}" # in no list of processes or trace
result="$(printf '%s' "${body}" |
  curl "${options[@]}" "${url}" -H 'Content-Type: application/json' --data-binary @-)" ||
  fail "$?" "curl error $? at ${url} (see OPENAI_BASE_URL, _TIMEOUT and _CURLRC)"
read -r status location <<< "${result}"
[[ -z ${include} ]] || tr -d '\r' < "${tmp}/headers" >&2
[[ ${status} == 2?? || ${mode} != --raw ]] || cat "${tmp}/answer" >&2
[[ ${status} == 2?? ]] || fail 22 "HTTP ${status} from ${url}${location:+, to ${location}}"
[[ ${mode} != --raw ]] || output=-
filter='.data[0].b64_json'
if [[ ${mode} != --raw ]]; then # it stands in the JSON, in base64 (-D on an older Mac)
  jq -r "${filter} | values" "${tmp}/answer" > "${tmp}/found" || true
  [[ -s ${tmp}/found ]] || fail 5 "nothing in the answer at ${filter}"
  base64 -d < "${tmp}/found" > "${tmp}/answer" 2> /dev/null ||
    base64 -D < "${tmp}/found" > "${tmp}/answer" 2> /dev/null ||
    fail 5 "no base64 in the answer at ${filter}"
fi
if [[ ${output} == - ]]; then
  cat "${tmp}/answer"
else
  cp -- "${tmp}/answer" "${output}"
  printf '%s: the answer is in %s\n' "${0##*/}" "${output}" >&2
fi
