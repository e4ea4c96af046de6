#!/usr/bin/env bash
# OpenAI: One model · GET /models/{model} · made by curlsheet, see --help
# OpenAI：单个模型 · GET /models/{model} · 由 curlsheet 生成，用法见 --help
set -euo pipefail

IFS= read -r -d '' help << 'HELP' || true
Usage: openai-model.sh [--model NAME] [-i] [--raw | --dry-run] [--] [NAME | -]

OpenAI: One model (GET https://api.openai.com/v1/models/gpt-5.4)

  NAME             the model (default: gpt-5.4; - reads standard input)
  --model NAME     the model (default: gpt-5.4; - reads standard input)
  -i, --include    status line and response headers on standard error
  --raw            the answer as received
  --dry-run        print the curl command, send nothing

Environment:
  OPENAI_API_KEY   the API key (required)
  OPENAI_BASE_URL  default: https://api.openai.com/v1
  OPENAI_MODEL     as --model
  OPENAI_TIMEOUT   seconds for the whole answer (default: 300)
  OPENAI_CURLRC    a curl config file: CA, client certificate, proxy

Examples:
  openai-model.sh gpt-5.4
  openai-model.sh --raw | jq -r '.created | todate'

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

unset given_model && include='' mode='' status='' words=()
[[ -z ${OPENAI_MODEL:-} ]] || given_model="${OPENAI_MODEL}"
while [[ $# -gt 0 ]]; do
  [[ $1 != --model=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
  case "$1" in
    -h | --help) printf '%s' "${help}" && exit ;;
    -i | --include) include=yes ;;
    --raw | --dry-run) mode="$1" ;;
    --model) { [[ $# -gt 1 ]] && given_model="$2" && shift; } || fail 2 "$1 needs a value" ;;
    --) shift && words+=("$@") && break ;;
    -?*) fail 2 "unknown option $1: see --help" ;;
    *) words+=("$1") ;;
  esac
  shift
done
[[ ${#words[@]} -le 1 ]] || fail 2 'one NAME only: put it in quotes'
hash curl jq || fail 127 'install what is missing: apt, dnf or brew install curl jq'
tmp="$(mktemp -d)" && trap 'rm -rf "${tmp}"' EXIT && : > "${tmp}/answer"
[[ ${#words[@]} -eq 0 ]] || given_model="${words[0]}"
[[ ${given_model-} != - ]] || IFS= read -r -d '' given_model || true
uri() { # a value as it stands in a URL
  jq -rn --arg value "$1" '$value | @uri'
}
url="${OPENAI_BASE_URL:-https://api.openai.com/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'OPENAI_BASE_URL must start with http:// or https://'
url="${url%/}"/models/
[[ -n ${given_model+set} ]] || given_model=gpt-5.4
case "${given_model}" in '' | . | ..) fail 2 '--model cannot be empty, . or ..' ;; *) ;; esac
url+="$(uri "${given_model}")"
if [[ ${mode} == --dry-run ]]; then # each word as a shell reads it back
  LC_ALL=C quote="'\\''"
  printf "curl -sS '%s'%s" "${url//\'/${quote}}" ""
  printf '%s' " -H \"Authorization: Bearer \$OPENAI_API_KEY\""
  { echo && exit; } || exit
fi
options=(${OPENAI_CURLRC:+-K "${OPENAI_CURLRC}"} -sSg --no-include --no-verbose --no-fail
  --no-location -w '%{http_code} %{redirect_url}' -D "${tmp}/headers" -o "${tmp}/answer"
  --connect-timeout 10 -m "${OPENAI_TIMEOUT:-300}" -H @/dev/fd/3)
[[ ! ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]] || options+=(--noproxy '*')
[[ -n ${OPENAI_API_KEY:+set} ]] || fail 2 'no API key: export OPENAI_API_KEY=your-key'
[[ -z ${OPENAI_API_KEY//[!$'\r\n']/} ]] || fail 2 'OPENAI_API_KEY holds a line break'
exec 3<<< "Authorization: Bearer ${OPENAI_API_KEY}" # in no list of processes or trace
result="$(curl "${options[@]}" "${url}")" ||
  fail "$?" "curl error $? at ${url} (see OPENAI_BASE_URL, _TIMEOUT and _CURLRC)"
read -r status location <<< "${result}"
[[ -z ${include} ]] || tr -d '\r' < "${tmp}/headers" >&2
[[ ${status} == 2?? || ${mode} != --raw ]] || cat "${tmp}/answer" >&2
[[ ${status} == 2?? ]] || fail 22 "HTTP ${status} from ${url}${location:+, to ${location}}"
filter=.id
if [[ ${mode} == --raw ]]; then
  cat "${tmp}/answer"
elif jq -r "${filter} | values" "${tmp}/answer" > "${tmp}/found" && [[ -s ${tmp}/found ]]; then
  cat "${tmp}/found"
else
  fail 5 "nothing in the answer at ${filter}"
fi
