#!/usr/bin/env bash
# LiteLLM: Models behind the proxy · GET /model/info · made by curlsheet, see --help
# LiteLLM：代理的上游模型 · GET /model/info · 由 curlsheet 生成，用法见 --help
set -euo pipefail

IFS= read -r -d '' help << 'HELP' || true
Usage: litellm-model-info.sh [-i] [--raw | --dry-run]

LiteLLM: Models behind the proxy (GET http://localhost:4000/v1/model/info)

  -i, --include     status line and response headers on standard error
  --raw             the answer as received
  --dry-run         print the curl command, send nothing

Environment:
  LITELLM_API_KEY   the API key (required)
  LITELLM_BASE_URL  default: http://localhost:4000/v1
  LITELLM_TIMEOUT   seconds for the whole answer (default: 300)
  LITELLM_CURLRC    a curl config file: CA, client certificate, proxy

Examples:
  litellm-model-info.sh

Exit status: 0 answered, 2 usage, 5 nothing usable in the answer, 22 refused by the server,
127 curl or jq missing, else curl's own (7 no connection, 28 time-out)
HELP

errors='first(.error.message?, .error?, .detail.error?, .detail?, .message? | strings)'
fail() { # fail STATUS MESSAGE: says what went wrong, in the server's words too, and what to try
  said="${status:+$({ jq -r "${errors}" "${tmp}/answer" 2> /dev/null | grep -a . ||
    head -c 500 "${tmp}/answer"; } | tr -d '\000')}"
  said="$(LC_ALL=C sed $'s/\302[\200-\237]//g;s/[\1-\10\13-\37\177]//g' <<< "$2${said:+: ${said}}")"
  case "${said}" in
    'curl error 7 '*) hint='Is it running? litellm --config config.yaml' ;;
    'HTTP 401 '* | *'No connected db'*) hint='A wrong key? It must be a key of the proxy itself' ;;
    *'Invalid model name'*) hint='List the models: litellm-models.sh; choose: --model NAME' ;;
    *'No deployments available'*) hint='Wait 5 seconds; the error before this one tells why' ;;
    'HTTP 404 '*) hint='Does LITELLM_BASE_URL end in /v1? Can the server behind it do this?' ;;
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
url="${LITELLM_BASE_URL:-http://localhost:4000/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'LITELLM_BASE_URL must start with http:// or https://'
url="${url%/}"/model/info
if [[ ${mode} == --dry-run ]]; then # each word as a shell reads it back
  LC_ALL=C quote="'\\''"
  printf "curl -sS '%s'%s" "${url//\'/${quote}}" ""
  printf '%s' " -H \"Authorization: Bearer \$LITELLM_API_KEY\""
  { echo && exit; } || exit
fi
options=(${LITELLM_CURLRC:+-K "${LITELLM_CURLRC}"} -sSg --no-include --no-verbose --no-fail
  --no-location -w '%{http_code} %{redirect_url}' -D "${tmp}/headers" -o "${tmp}/answer"
  --connect-timeout 10 -m "${LITELLM_TIMEOUT:-300}" -H @/dev/fd/3)
[[ ! ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]] || options+=(--noproxy '*')
[[ -n ${LITELLM_API_KEY:+set} ]] || fail 2 'no API key: export LITELLM_API_KEY=sk-1234'
[[ -z ${LITELLM_API_KEY//[!$'\r\n']/} ]] || fail 2 'LITELLM_API_KEY holds a line break'
exec 3<<< "Authorization: Bearer ${LITELLM_API_KEY}" # in no list of processes or trace
result="$(curl "${options[@]}" "${url}")" ||
  fail "$?" "curl error $? at ${url} (see LITELLM_BASE_URL, _TIMEOUT and _CURLRC)"
read -r status location <<< "${result}"
[[ -z ${include} ]] || tr -d '\r' < "${tmp}/headers" >&2
[[ ${status} == 2?? || ${mode} != --raw ]] || cat "${tmp}/answer" >&2
[[ ${status} == 2?? ]] || fail 22 "HTTP ${status} from ${url}${location:+, to ${location}}"
filter='.data[] | "\(.model_name) = \(.litellm_params.model) \(.litellm_params.api_base // "")"'
if [[ ${mode} == --raw ]]; then
  cat "${tmp}/answer"
elif jq -r "${filter} | values" "${tmp}/answer" > "${tmp}/found" && [[ -s ${tmp}/found ]]; then
  cat "${tmp}/found"
else
  fail 5 'nothing in the answer at names'
fi
