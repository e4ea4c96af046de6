#!/usr/bin/env bash
# Xinference: Launch a model · POST /models · made by curlsheet, see --help
# Xinference：启动模型 · POST /models · 由 curlsheet 生成，用法见 --help
set -euo pipefail

IFS= read -r -d '' help << 'HELP' || true
Usage: xinference-launch.sh [--type WORD] [--engine NAME] [--size N] [--format WORD]
         [--quantization WORD] [--uid NAME] [--wait WORD] [-i] [--raw | --dry-run] [--]
         [NAME | -]

Xinference: Launch a model (POST http://localhost:9997/v1/models)

  NAME                 a model of the list of those that can be launched (default: qwen2.5-instruct; - reads standard input)
  --type WORD          LLM, embedding, rerank, image, audio or video (default: LLM)
  --engine NAME        what runs it: transformers, vllm, llama.cpp …; sentence_transformers for embedding and rerank (default: transformers)
  --size N             billions of parameters; 0_5 is half a billion (default: 7)
  --format WORD        pytorch, ggufv2, awq, gptq … (default: pytorch)
  --quantization WORD  such as Q4_K_M
  --uid NAME           what requests call it (default: its name)
  --wait WORD          false answers at once and loads in the background
  -i, --include        status line and response headers on standard error
  --raw                the answer as received
  --dry-run            print the curl command, send nothing

Environment:
  XINFERENCE_API_KEY   the API key (sent if set)
  XINFERENCE_BASE_URL  default: http://localhost:9997/v1
  XINFERENCE_TIMEOUT   seconds for the whole answer (default: 300)
  XINFERENCE_CURLRC    a curl config file: CA, client certificate, proxy

Examples:
  xinference-launch.sh qwen2.5-instruct
  xinference-launch.sh --type LLM --dry-run

Exit status: 0 answered, 2 usage, 5 nothing usable in the answer, 22 refused by the server,
127 curl or jq missing, else curl's own (7 no connection, 28 time-out)
HELP

errors='first(.error.message?, .error?, .detail.error?, .detail?, .message? | strings)'
fail() { # fail STATUS MESSAGE: says what went wrong, in the server's words too, and what to try
  said="${status:+$({ jq -r "${errors}" "${tmp}/answer" 2> /dev/null | grep -a . ||
    head -c 500 "${tmp}/answer"; } | tr -d '\000')}"
  said="$(LC_ALL=C sed $'s/\302[\200-\237]//g;s/[\1-\10\13-\37\177]//g' <<< "$2${said:+: ${said}}")"
  case "${said}" in
    'curl error 28 '*) hint='It still loads. To wait: XINFERENCE_TIMEOUT=3600; or --wait false' ;;
    *'cannot be run on engine'*) hint='For embedding and rerank: --engine sentence_transformers' ;;
    *'Model not found, name'*) hint='See xinference-registrations.sh; --size, --format must fit' ;;
    'curl error 7 '*) hint='Is it running? xinference-local --port 9997' ;;
    'HTTP 401 '*) hint='Set your key: export XINFERENCE_API_KEY=xf-1234' ;;
    *'Model not found'*) hint='List the models: xinference-models.sh; choose: --model UID' ;;
    'HTTP 404 '* | 'HTTP 405 '*) hint='Does the base URL end in /v1? See XINFERENCE_BASE_URL' ;;
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

unset given_wait body && include='' mode='' status='' words=() given=(-c) edits=.
while [[ $# -gt 0 ]]; do
  [[ ! $1 =~ ^--(type|engine|size|format|quantization|uid|wait)= ]] ||
    set -- "${1%%=*}" "${1#*=}" "${@:2}"
  case "$1" in
    -h | --help) printf '%s' "${help}" && exit ;;
    -i | --include) include=yes ;;
    --raw | --dry-run) mode="$1" ;;
    --type) shift && put .model_type --arg --type "$@" ;;
    --engine) shift && put .model_engine --arg --engine "$@" ;;
    --size) shift && put .model_size_in_billions --arg --size "$@" ;;
    --format) shift && put .model_format --arg --format "$@" ;;
    --quantization) shift && put .quantization --arg --quantization "$@" ;;
    --uid) shift && put .model_uid --arg --uid "$@" ;;
    --wait) { [[ $# -gt 1 ]] && given_wait="$2" && shift; } || fail 2 "$1 needs a value" ;;
    --) shift && words+=("$@") && break ;;
    -?*) fail 2 "unknown option $1: see --help" ;;
    *) words+=("$1") ;;
  esac
  shift
done
[[ ${#words[@]} -le 1 ]] || fail 2 'one NAME only: put it in quotes'
hash curl jq || fail 127 'install what is missing: apt, dnf or brew install curl jq'
tmp="$(mktemp -d)" && trap 'rm -rf "${tmp}"' EXIT && : > "${tmp}/answer"
[[ ${words[0]-} != - ]] || IFS= read -r -d '' 'words[0]' || true
[[ ${#words[@]} -eq 0 ]] || edits+=" | .model_name = \$ARGS.named.argument"
uri() { # a value as it stands in a URL
  jq -rn --arg value "$1" '$value | @uri'
}
url="${XINFERENCE_BASE_URL:-http://localhost:9997/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'XINFERENCE_BASE_URL must start with http:// or https://'
url="${url%/}"/models
query=''
[[ -z ${given_wait+set} ]] || query+='&wait_ready='"$(uri "${given_wait}")"
url+="${query:+?${query#&}}"
IFS= read -r -d '' body << 'JSON' || body="${body%$'\n'}"
{
  "model_name": "qwen2.5-instruct",
  "model_type": "LLM",
  "model_engine": "transformers",
  "model_format": "pytorch",
  "model_size_in_billions": "7"
}
JSON
[[ ${edits} == . ]] || body="$(jq "${given[@]}" --rawfile argument <(printf '%s' "${words[0]-}") \
  "${edits}" <(printf '%s' "${body}"))" || fail 2 'the values do not fit into the body'
if [[ ${mode} == --dry-run ]]; then # each word as a shell reads it back
  LC_ALL=C quote="'\\''"
  printf "curl -sS '%s'%s" "${url//\'/${quote}}" " -H 'Content-Type: application/json'"
  printf '%s' ${XINFERENCE_API_KEY:+" -H \"Authorization: Bearer \$XINFERENCE_API_KEY\""}
  [[ ${#body} -gt 30000 ]] && printf " -d @- <<'JSON'\n%s\nJSON\n" "${body}" && exit
  { printf " -d '%s'\n" "${body//\'/${quote}}" && exit; } || exit
fi
options=(${XINFERENCE_CURLRC:+-K "${XINFERENCE_CURLRC}"} -sSg --no-include --no-verbose --no-fail
  --no-location -w '%{http_code} %{redirect_url}' -D "${tmp}/headers" -o "${tmp}/answer"
  --connect-timeout 10 -m "${XINFERENCE_TIMEOUT:-300}" ${XINFERENCE_API_KEY:+-H @/dev/fd/3})
[[ ! ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]] || options+=(--noproxy '*')
[[ -z ${XINFERENCE_API_KEY+${XINFERENCE_API_KEY//[!$'\r\n']/}} ]] ||
  fail 2 'XINFERENCE_API_KEY holds a line break'
exec 3<<< "Authorization: Bearer ${XINFERENCE_API_KEY:-}" # in no list of processes or trace
result="$(printf '%s' "${body}" |
  curl "${options[@]}" "${url}" -H 'Content-Type: application/json' --data-binary @-)" ||
  fail "$?" "curl error $? at ${url} (see XINFERENCE_BASE_URL, _TIMEOUT and _CURLRC)"
read -r status location <<< "${result}"
[[ -z ${include} ]] || tr -d '\r' < "${tmp}/headers" >&2
[[ ${status} == 2?? || ${mode} != --raw ]] || cat "${tmp}/answer" >&2
[[ ${status} == 2?? ]] || fail 22 "HTTP ${status} from ${url}${location:+, to ${location}}"
filter=.model_uid
if [[ ${mode} == --raw ]]; then
  cat "${tmp}/answer"
elif jq -r "${filter} | values" "${tmp}/answer" > "${tmp}/found" && [[ -s ${tmp}/found ]]; then
  cat "${tmp}/found"
else
  fail 5 "nothing in the answer at ${filter}"
fi
