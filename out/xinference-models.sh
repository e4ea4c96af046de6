#!/usr/bin/env bash
# Xinference: Models · GET /models · made by curlsheet, see --help
# Xinference：模型列表 · GET /models · 由 curlsheet 生成，用法见 --help
set -euo pipefail

IFS= read -r -d '' help << 'HELP' || true
Usage: xinference-models.sh [-i] [--raw | --dry-run]

Xinference: Models (GET http://localhost:9997/v1/models)

  -i, --include        status line and response headers on standard error
  --raw                the answer as received
  --dry-run            print the curl command, send nothing

Environment:
  XINFERENCE_API_KEY   the API key (sent if set)
  XINFERENCE_BASE_URL  default: http://localhost:9997/v1
  XINFERENCE_TIMEOUT   seconds for the whole answer (default: 300)
  XINFERENCE_CURLRC    a curl config file: CA, client certificate, proxy

Examples:
  xinference-models.sh
  xinference-models.sh --raw | jq '.data | length'

Exit status: 0 answered, 2 usage, 5 nothing usable in the answer, 22 refused by the server,
127 curl or jq missing, else curl's own (7 no connection, 28 time-out)
HELP

errors='first(.error.message?, .error?, .detail.error?, .detail?, .message? | strings)'
fail() { # fail STATUS MESSAGE: says what went wrong, in the server's words too, and what to try
  said="${status:+$({ jq -r "${errors}" "${tmp}/answer" 2> /dev/null | grep -a . ||
    head -c 500 "${tmp}/answer"; } | tr -d '\000')}"
  said="$(LC_ALL=C sed $'s/\302[\200-\237]//g;s/[\1-\10\13-\37\177]//g' <<< "$2${said:+: ${said}}")"
  case "${said}" in
    *'"data":[]'*) hint='No model runs yet. Launch one: xinference-launch.sh NAME' ;;
    'curl error 7 '*) hint='Is it running? xinference-local --port 9997' ;;
    'HTTP 401 '*) hint='Set your key: export XINFERENCE_API_KEY=xf-1234' ;;
    *'Model not found'*) hint='List the models: xinference-models.sh; choose: --model UID' ;;
    'HTTP 404 '* | 'HTTP 405 '*) hint='Does the base URL end in /v1? See XINFERENCE_BASE_URL' ;;
    *) hint='' ;;
  esac
  printf '%s: %s\n' "${0##*/}" "${said}${hint:+$'\n'}${hint}" >&2
  exit "$1"
}

include='' mode='' status='' words=()
while [[ $# -gt 0 ]]; do
  case "$1" in
    -h | --help) printf '%s' "${help}" && exit ;;
    -i | --include) include=yes ;;
    --raw | --dry-run) mode="$1" ;;
    --) shift && words+=("$@") && break ;;
    -?*) fail 2 "unknown option $1: see --help" ;;
    *) words+=("$1") ;;
  esac
  shift
done
[[ ${#words[@]} -eq 0 ]] || fail 2 "takes no argument: see --help"
hash curl jq || fail 127 'install what is missing: apt, dnf or brew install curl jq'
tmp="$(mktemp -d)" && trap 'rm -rf "${tmp}"' EXIT && : > "${tmp}/answer"
url="${XINFERENCE_BASE_URL:-http://localhost:9997/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'XINFERENCE_BASE_URL must start with http:// or https://'
url="${url%/}"/models
if [[ ${mode} == --dry-run ]]; then # each word as a shell reads it back
  LC_ALL=C quote="'\\''"
  printf "curl -sS '%s'%s" "${url//\'/${quote}}" ""
  printf '%s' ${XINFERENCE_API_KEY:+" -H \"Authorization: Bearer \$XINFERENCE_API_KEY\""}
  { echo && exit; } || exit
fi
options=(${XINFERENCE_CURLRC:+-K "${XINFERENCE_CURLRC}"} -sSg --no-include --no-verbose --no-fail
  --no-location -w '%{http_code} %{redirect_url}' -D "${tmp}/headers" -o "${tmp}/answer"
  --connect-timeout 10 -m "${XINFERENCE_TIMEOUT:-300}" ${XINFERENCE_API_KEY:+-H @/dev/fd/3})
[[ ! ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]] || options+=(--noproxy '*')
[[ -z ${XINFERENCE_API_KEY+${XINFERENCE_API_KEY//[!$'\r\n']/}} ]] ||
  fail 2 'XINFERENCE_API_KEY holds a line break'
exec 3<<< "Authorization: Bearer ${XINFERENCE_API_KEY:-}" # in no list of processes or trace
result="$(curl "${options[@]}" "${url}")" ||
  fail "$?" "curl error $? at ${url} (see XINFERENCE_BASE_URL, _TIMEOUT and _CURLRC)"
read -r status location <<< "${result}"
[[ -z ${include} ]] || tr -d '\r' < "${tmp}/headers" >&2
[[ ${status} == 2?? || ${mode} != --raw ]] || cat "${tmp}/answer" >&2
[[ ${status} == 2?? ]] || fail 22 "HTTP ${status} from ${url}${location:+, to ${location}}"
filter='.data[].id'
if [[ ${mode} == --raw ]]; then
  cat "${tmp}/answer"
elif jq -r "${filter} | values" "${tmp}/answer" > "${tmp}/found" && [[ -s ${tmp}/found ]]; then
  cat "${tmp}/found"
else
  fail 5 "nothing in the answer at ${filter}"
fi
