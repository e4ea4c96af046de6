#!/usr/bin/env bash
# llama.cpp: Version · GET ../props · made by curlsheet, see --help
# llama.cpp：版本 · GET ../props · 由 curlsheet 生成，用法见 --help
# shellcheck disable=SC2292 # sh and zsh read this, too
if [ -z "${BASH_VERSION:-}" ]; then
  echo "run it with bash: bash $0" >&2
  exit 2
fi
set -euo pipefail
set +o posix # which is on where sh is bash

usage() {
  cat << 'HELP'
Usage: llama-cpp-version.sh [-i] [--raw | --dry-run]

llama.cpp: Version (GET http://localhost:8080/props)

  -i, --include       status line and response headers on standard error
  --raw               the answer as received
  --dry-run           print the curl command, send nothing

Environment:
  LLAMA_API_KEY       the API key (sent if set)
  LLAMA_CPP_BASE_URL  default: http://localhost:8080/v1
  LLAMA_CPP_TIMEOUT   seconds for the whole answer (default: 300)
  LLAMA_CPP_CURLRC    a curl config file: CA, client certificate, proxy

Examples:
  llama-cpp-version.sh

Exit status: 0 answered, 2 usage, 5 nothing usable in the answer, 22 refused by the server,
127 curl or jq missing, else curl's own (7 no connection, 28 time-out)
HELP
}

# ---- When something goes wrong -------------------------------------------------------------

# Finds the server's own words in its JSON.
error_filter='first(
  (.error.message?, .error?, .detail.error?, .detail?, .message?,
    (.choices[0]? | select(.message? and .finish_reason == "length")
      | "cut off (finish_reason is length): allow more with --max-tokens"))
  | strings)'

# The server's own words, else the start of what it sent.
server_message() {
  jq --raw-output "${error_filter}" "${tmp}/answer" 2> /dev/null | grep --text . ||
    head -c 500 "${tmp}/answer"
}

# Takes out what a terminal would act on: control characters other than tab and line break
# (C0 and DEL are one byte each, C1 are two in UTF-8).
without_controls() {
  LC_ALL=C tr -d '\000-\010\013-\037\177' | LC_ALL=C sed $'s/\302[\200-\237]//g'
}

# fail STATUS MESSAGE: prints the message, the server's words and what to try, and exits.
fail() {
  local said words='' hint=''
  said="$(without_controls <<< "$2")"
  if [[ -n ${http_status} ]]; then
    words="$(server_message | without_controls)"
  fi
  if [[ -n ${words} ]]; then
    said+=": ${words}"
  fi
  case "${said}" in
    'curl error 7 '*) hint='Is it running, and on this port (8080 or 9931)?' ;;
    'HTTP 401 '*) hint='Set your key: export LLAMA_API_KEY=secret' ;;
    *'Loading model'*) hint='Wait until the model is loaded' ;;
    *' support'*) hint='Start it with what this needs: --embeddings, --rerank, --mmproj' ;;
    'HTTP 404 '*) hint='Does the base URL end in /v1? See LLAMA_CPP_BASE_URL' ;;
    'curl error 28 '*) hint='Too slow? Allow more seconds, for example LLAMA_CPP_TIMEOUT=900' ;;
    *) ;;
  esac
  printf '%s: %s\n' "${0##*/}" "${said}" >&2
  if [[ -n ${hint} ]]; then
    printf '%s\n' "${hint}" >&2
  fi
  exit "$1"
}

# ---- Options -------------------------------------------------------------------------------

need_tools() {
  hash curl jq || fail 127 'install what is missing: apt, dnf or brew install curl jq'
}

mode=answer include='' http_status='' arguments=()

while [[ $# -gt 0 ]]; do
  case "$1" in
    -h | --help)
      usage
      exit
      ;;
    -i | --include) include=yes ;;
    --raw) mode=raw ;;
    --dry-run) mode=dry-run ;;
    --)
      shift
      arguments+=("$@")
      break
      ;;
    -?*) fail 2 "unknown option $1: see --help" ;;
    *) arguments+=("$1") ;;
  esac
  shift
done

[[ ${#arguments[@]} -eq 0 ]] || fail 2 'expected no argument: see --help'
need_tools

# ---- The request ---------------------------------------------------------------------------

url="${LLAMA_CPP_BASE_URL:-http://localhost:8080/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'LLAMA_CPP_BASE_URL must start with http:// or https://'
url="${url%/}" # the path starts with ../: it leaves the last part of the address
if [[ ${url} == *://*/* ]]; then
  url="${url%/*}"
fi
url="${url%/}/props"

request=("${url}")

# ---- --dry-run: the same request as a command to paste -------------------------------------

single_quoted() { # single_quoted TEXT: one word, which a shell reads back unchanged
  local LC_ALL=C quote="'\\''"
  printf "'%s'" "${1//\'/${quote}}"
}

if [[ ${mode} == dry-run ]]; then
  printf 'curl -sS'
  for word in "${request[@]}"; do
    if [[ ${word} =~ [^A-Za-z-] || -z ${word} ]]; then # an option and a method need no quotes
      word="$(single_quoted "${word}")"
    fi
    printf ' %s' "${word}"
  done
  if [[ -n ${LLAMA_API_KEY:+set} ]]; then
    printf ' -H %s' "\"Authorization: Bearer \$LLAMA_API_KEY\""
  fi
  echo
  exit
fi

# ---- The call ------------------------------------------------------------------------------

tmp="$(mktemp -d)" || fail 1 'cannot make a temporary folder: see TMPDIR'
trap 'rm -rf "${tmp}"' EXIT
touch "${tmp}/answer" # curl makes none of an empty answer
settings='LLAMA_CPP_BASE_URL, LLAMA_CPP_TIMEOUT and LLAMA_CPP_CURLRC'

# The --no-… undo what a ~/.curlrc may hold and would spoil the answer.
options=(
  --silent --show-error --globoff
  --no-include --no-verbose --no-fail --no-location
  --connect-timeout 10 --max-time "${LLAMA_CPP_TIMEOUT:-300}"
  --dump-header "${tmp}/headers" --output "${tmp}/answer"
  --write-out '%{http_code} %{redirect_url}'
)
if [[ -n ${LLAMA_CPP_CURLRC:-} ]]; then
  options=(--config "${LLAMA_CPP_CURLRC}" "${options[@]}")
fi
if [[ ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]]; then
  options+=(--noproxy '*') # no proxy leads back to this machine
fi

# The key goes through a file descriptor: so it is in no list of processes and no trace.
if [[ -n ${LLAMA_API_KEY:+set} ]]; then
  [[ -z ${LLAMA_API_KEY//[!$'\r\n']/} ]] || fail 2 'LLAMA_API_KEY holds a line break'
  exec 3<<< "Authorization: Bearer ${LLAMA_API_KEY}"
  options+=(--header @/dev/fd/3)
fi

result="$(curl "${options[@]}" "${request[@]}")" ||
  fail "$?" "curl error $? at ${url} (see ${settings})"
read -r http_status location <<< "${result}"

# ---- The answer ----------------------------------------------------------------------------

if [[ -n ${include} ]]; then
  tr -d '\r' < "${tmp}/headers" >&2
fi
if [[ ${http_status} != 2?? ]]; then
  if [[ ${mode} == raw ]]; then
    cat "${tmp}/answer" >&2
  fi
  fail 22 "HTTP ${http_status} from ${url}${location:+, to ${location}}"
fi

filter='.build_info'
if [[ ${mode} == raw ]]; then
  cat "${tmp}/answer"
elif jq -r "${filter} | values" "${tmp}/answer" > "${tmp}/found" && [[ -s ${tmp}/found ]]; then
  cat "${tmp}/found"
else
  fail 5 "${filter} found nothing in the answer"
fi
