#!/usr/bin/env bash
# Ollama: Models in memory · GET ../api/ps · made by curlsheet, see --help
# Ollama：已加载的模型 · GET ../api/ps · 由 curlsheet 生成，用法见 --help
set -euo pipefail

IFS= read -r -d '' help << 'HELP' || true
Usage: ollama-ps.sh [-i] [--raw | --dry-run]

Ollama: Models in memory (GET http://localhost:11434/api/ps)

  -i, --include    status line and response headers on standard error
  --raw            the answer as received
  --dry-run        print the curl command, send nothing

Environment:
  OLLAMA_BASE_URL  default: http://localhost:11434/v1
  OLLAMA_TIMEOUT   seconds for the whole answer (default: 300)
  OLLAMA_CURLRC    a curl config file: CA, client certificate, proxy

Examples:
  ollama-ps.sh

Exit status: 0 answered, 2 usage, 5 nothing usable in the answer, 22 refused by the server,
127 curl or jq missing, else curl's own (7 no connection, 28 time-out)
HELP

errors='first(.error.message?, .error?, .detail.error?, .detail?, .message? | strings)'
fail() { # fail STATUS MESSAGE: says what went wrong, in the server's words too, and what to try
  said="${status:+$({ jq -r "${errors}" "${tmp}/answer" 2> /dev/null | grep -a . ||
    head -c 500 "${tmp}/answer"; } | tr -d '\000')}"
  said="$(LC_ALL=C sed $'s/\302[\200-\237]//g;s/[\1-\10\13-\37\177]//g' <<< "$2${said:+: ${said}}")"
  case "${said}" in
    *'"models":[]'*) hint='No model is in memory. The first question loads one' ;;
    'curl error 7 '*) hint='Is it running? Start it: ollama serve' ;;
    *'page not found'*) hint='Does the base URL end in /v1? See OLLAMA_BASE_URL' ;;
    *' not found'*) hint='List the models: ollama-models.sh; choose: --model NAME' ;;
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
url="${OLLAMA_BASE_URL:-http://localhost:11434/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'OLLAMA_BASE_URL must start with http:// or https://'
url="${url%/}"
[[ ${url} != *://*/* ]] || url="${url%/*}"
url="${url%/}"/api/ps
if [[ ${mode} == --dry-run ]]; then # each word as a shell reads it back
  LC_ALL=C quote="'\\''"
  printf "curl -sS '%s'%s" "${url//\'/${quote}}" ""
  { echo && exit; } || exit
fi
options=(${OLLAMA_CURLRC:+-K "${OLLAMA_CURLRC}"} -sSg --no-include --no-verbose --no-fail
  --no-location -w '%{http_code} %{redirect_url}' -D "${tmp}/headers" -o "${tmp}/answer"
  --connect-timeout 10 -m "${OLLAMA_TIMEOUT:-300}")
[[ ! ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]] || options+=(--noproxy '*')
result="$(curl "${options[@]}" "${url}")" ||
  fail "$?" "curl error $? at ${url} (see OLLAMA_BASE_URL, _TIMEOUT and _CURLRC)"
read -r status location <<< "${result}"
[[ -z ${include} ]] || tr -d '\r' < "${tmp}/headers" >&2
[[ ${status} == 2?? || ${mode} != --raw ]] || cat "${tmp}/answer" >&2
[[ ${status} == 2?? ]] || fail 22 "HTTP ${status} from ${url}${location:+, to ${location}}"
filter='.models[] | "\(.name) \(.size_vram * 100 / .size | round)% GPU until \(.expires_at)"'
if [[ ${mode} == --raw ]]; then
  cat "${tmp}/answer"
elif jq -r "${filter} | values" "${tmp}/answer" > "${tmp}/found" && [[ -s ${tmp}/found ]]; then
  cat "${tmp}/found"
else
  fail 5 'nothing in the answer at loaded'
fi
