#!/usr/bin/env bash
# Ollama: Chat completions · POST /chat/completions · made by curlsheet, see --help
# Ollama：对话补全 · POST /chat/completions · 由 curlsheet 生成，用法见 --help
set -euo pipefail

IFS= read -r -d '' help << 'HELP' || true
Usage: ollama-chat-completions.sh [--model NAME] [--system TEXT] [--max-tokens N]
         [--temperature T] [-i] [--raw | --dry-run] [--] [PROMPT | -]

Ollama: Chat completions (POST http://localhost:11434/v1/chat/completions)

  --model NAME     the model (default: gpt-3.5-turbo)
  PROMPT           the question (default: 解释人工智能; - reads standard input)
  --system TEXT    the role that the model takes (default: 你是位人工智能专家。)
  --max-tokens N   the most tokens in an answer
  --temperature T  0 for the same answer each time, higher for freer ones
  -i, --include    status line and response headers on standard error
  --raw            the answer as received
  --dry-run        print the curl command, send nothing

Environment:
  OLLAMA_BASE_URL  default: http://localhost:11434/v1
  OLLAMA_MODEL     as --model
  OLLAMA_TIMEOUT   seconds for the whole answer (default: 300)
  OLLAMA_CURLRC    a curl config file: CA, client certificate, proxy

Examples:
  ollama-chat-completions.sh '解释人工智能'
  ollama-chat-completions.sh - < FILE
  ollama-chat-completions.sh --model gpt-3.5-turbo --dry-run
  ollama-chat-completions.sh --raw | jq -r '"\(.usage.prompt_tokens) + \(.usage.completion_tokens) = \(.usage.total_tokens)"'

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
  [[ $2 == --arg || $4 =~ ^-?([0-9]{1,15}|[0-9]*\.[0-9]{1,17})([eE][-+]?[0-9]{1,2})?$ ]] ||
    fail 2 "$3 must be a number"
  edits+=" | $1 = \$ARGS.named.v${#given[@]}"
  given+=("$2" "v${#given[@]}" "$4")
}

unset body && include='' mode='' status='' words=() given=(-c) edits=.
[[ -z ${OLLAMA_MODEL:-} ]] || put .model --arg OLLAMA_MODEL "${OLLAMA_MODEL}"
while [[ $# -gt 0 ]]; do
  [[ ! $1 =~ ^--(model|system|max-tokens|temperature)= ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
  case "$1" in
    -h | --help) printf '%s' "${help}" && exit ;;
    -i | --include) include=yes ;;
    --raw | --dry-run) mode="$1" ;;
    --model) shift && put .model --arg --model "$@" ;;
    --system) shift && put '.messages[0].content' --arg --system "$@" ;;
    --max-tokens) shift && put .max_tokens --argjson --max-tokens "$@" ;;
    --temperature) shift && put .temperature --argjson --temperature "$@" ;;
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
[[ ${#words[@]} -eq 0 ]] || edits+=" | .messages[-1].content = \$ARGS.named.argument"
url="${OLLAMA_BASE_URL:-http://localhost:11434/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'OLLAMA_BASE_URL must start with http:// or https://'
url="${url%/}"/chat/completions
IFS= read -r -d '' body << 'JSON' || body="${body%$'\n'}"
{
  "model": "gpt-3.5-turbo",
  "messages": [
    {"role": "system", "content": "你是位人工智能专家。"},
    {"role": "user", "content": "解释人工智能"}
  ]
}
JSON
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
