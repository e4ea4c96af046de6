#!/usr/bin/env bash
# SGLang: Health check · GET ../health · made by curlsheet, see --help
# SGLang：健康检查 · GET ../health · 由 curlsheet 生成，用法见 --help
# shellcheck disable=SC2292 # [ ], since sh and zsh run these lines, too
if [ -z "${BASH_VERSION:-}" ]; then
  echo "run it with bash: bash $0" >&2
  exit 2
fi
set -euo pipefail
set +o posix # on where bash was started as sh

usage() {
  cat << 'HELP'
Usage: sglang-health.sh [-i] [--raw | --dry-run]

SGLang: Health check (GET http://localhost:30000/health)

  -i, --include    status line and response headers on standard error
  --raw            the answer as received
  --dry-run        print the curl command, send nothing

Environment:
  SGLANG_API_KEY   the API key (sent if set)
  SGLANG_BASE_URL  default: http://localhost:30000/v1
  SGLANG_TIMEOUT   seconds for the whole answer (default: 300)
  SGLANG_CURLRC    a curl config file: CA, client certificate, proxy

Examples:
  sglang-health.sh

Exit status: 0 answered, 2 usage, 5 nothing usable in the answer, 22 refused by the server,
127 curl or jq missing, else curl's own (7 no connection, 28 time-out)
HELP
}

# ---- When something goes wrong -------------------------------------------------------------

# Where the server's own words may stand in its JSON: the first of these that is a text.
error_filter='first(
  (.error.message?, .error?, .detail.error?, .detail?, .message?,
    (.choices[0]? | select(.message? and .finish_reason == "length")
      | "cut off (finish_reason is length): allow more with --max-tokens"))
  | strings)'

# The server's own words, else the start of what it sent.
server_message() {
  jq --raw-output "${error_filter}" "${tmp}/answer" 2> /dev/null | grep --text . ||
    head -c 500 "${tmp}/answer" # grep fails where jq found nothing
}

# Takes out control characters other than tab and line break, which a terminal would act on:
# those of ASCII are one byte each, U+0080 to U+009F are two in UTF-8.
without_controls() {
  LC_ALL=C tr -d '\000-\010\013-\037\177' | LC_ALL=C sed $'s/\302[\200-\237]//g'
}

http_status='' # none until the server has answered

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
    'curl error 7 '*) hint='Is it running, and on this address and port?' ;;
    'HTTP 401 '*) hint='Set your key: export SGLANG_API_KEY=EMPTY' ;;
    *'does not exist'*) hint='List the models: sglang-models.sh; choose: --model NAME' ;;
    'HTTP 404 '*) hint='Does the base URL end in /v1? Does its model support this?' ;;
    'curl error 28 '*) hint='Too slow? Allow more seconds, for example SGLANG_TIMEOUT=900' ;;
    *) ;;
  esac
  printf '%s: %s\n' "${0##*/}" "${said}" >&2
  if [[ -n ${hint} ]]; then
    printf '%s\n' "${hint}" >&2
  fi
  exit "$1"
}

# ---- Options -------------------------------------------------------------------------------

mode=answer # or raw, or dry-run
include=''
arguments=()

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
    -?*) fail 2 "unknown option $1: see --help" ;; # a - alone is an argument
    *) arguments+=("$1") ;;
  esac
  shift
done

[[ ${#arguments[@]} -eq 0 ]] || fail 2 'expected no argument: see --help'
hash curl jq || fail 127 'install what is missing: apt, dnf or brew install curl jq'

# ---- The request ---------------------------------------------------------------------------

url="${SGLANG_BASE_URL:-http://localhost:30000/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'SGLANG_BASE_URL must start with http:// or https://'
url="${url%/}" # the path starts with ../: it leaves the last part of the address
if [[ ${url} == *://*/* ]]; then
  url="${url%/*}"
fi
url="${url%/}/health"

# What curl is asked for, a word each; --dry-run prints it.
request=("${url}")

# ---- --dry-run: the same request as a command to paste -------------------------------------

single_quoted() { # single_quoted TEXT: one word, which a shell reads back unchanged
  # '\'' ends the quotes, is a quote, and starts them again; LC_ALL=C: byte by byte.
  local LC_ALL=C inner_quote="'\\''"
  printf "'%s'" "${1//\'/${inner_quote}}"
}

if [[ ${mode} == dry-run ]]; then
  printf 'curl -sS'
  for word in "${request[@]}"; do
    if [[ ${word} =~ [^A-Za-z-] || -z ${word} ]]; then # letters and - need no quotes
      word="$(single_quoted "${word}")"
    fi
    printf ' %s' "${word}"
  done
  if [[ -n ${SGLANG_API_KEY:+set} ]]; then
    printf ' -H %s' "\"Authorization: Bearer \$SGLANG_API_KEY\""
  fi
  echo
  exit
fi

# ---- The call ------------------------------------------------------------------------------

tmp="$(mktemp -d)" || fail 1 'cannot make a temporary folder: see TMPDIR'
trap 'rm -rf "${tmp}"' EXIT
touch "${tmp}/answer" # curl creates no file for an empty answer

# These win over ~/.curlrc and SGLANG_CURLRC: the --no-… undo what would spoil the answer.
options=(
  --silent --show-error --globoff
  --no-include --no-verbose --no-fail --no-location
  --connect-timeout 10 --max-time "${SGLANG_TIMEOUT:-300}"
  --dump-header "${tmp}/headers" --output "${tmp}/answer"
  --write-out '%{http_code} %{redirect_url}'
)
if [[ -n ${SGLANG_CURLRC:-} ]]; then
  options=(--config "${SGLANG_CURLRC}" "${options[@]}")
fi
if [[ ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]]; then
  options+=(--noproxy '*') # a proxy does not reach this machine's own servers
fi

# The key is no argument, which a list of processes would show, and is in no line that `bash -x`
# prints: :+set gives the word set for it, //[!…]/ leaves only its line breaks. File descriptor 3
# holds the header, and curl reads it there. (--dry-run needs no key.)
if [[ -n ${SGLANG_API_KEY:+set} ]]; then
  [[ -z ${SGLANG_API_KEY//[!$'\r\n']/} ]] || fail 2 'SGLANG_API_KEY holds a line break'
  exec 3<<< "Authorization: Bearer ${SGLANG_API_KEY}"
  options+=(--header @/dev/fd/3)
fi

settings='SGLANG_BASE_URL, SGLANG_TIMEOUT and SGLANG_CURLRC'
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

if [[ ${mode} == raw ]]; then
  cat "${tmp}/answer"
fi
