#!/usr/bin/env bash
# New API: Version · GET ../api/status · made by curlsheet from YAML
# New API：版本 · GET ../api/status · 由 curlsheet 生成，请修改清单文件（catalog）
# Needs bash 3.2, curl 7.55 and jq 1.6, or newer.
# To change this file, change its catalog and run: curlsheet build
if test -z "${BASH_VERSION:-}"; then # where a shell that is not bash runs it
  echo "run it with bash: bash $0" >&2
  exit 2
fi
set -euo pipefail
set +o posix # sh may be bash by another name, which has it on; older ones then know no <(…)

# What --help prints.
usage() {
  cat << 'HELP'
Usage: new-api-version.sh [-H HEADER]... [-i] [--raw | --dry-run]

New API: Version (GET http://localhost:3000/api/status)

  -H HEADER         one more header, such as 'X-Trace: 1'; may be repeated
  -i, --include     status line and response headers on standard error
  --raw             the whole answer as received
  --dry-run         print the curl command, send nothing

Environment:
  NEW_API_BASE_URL  default: http://localhost:3000/v1
  NEW_API_TIMEOUT   seconds for the whole answer (default: 300; always 10 to connect)
  NEW_API_CURLRC    a curl config file, for example with a proxy or a CA

Examples:
  new-api-version.sh
  new-api-version.sh --raw | jq .data.quota_per_unit

Exit status:
  0    answered
  1    no temporary folder, or the answer cannot be written
  2    wrong call or setting
  5    nothing usable in the answer
  22   an HTTP status other than 2xx
  127  curl or jq missing
  else curl's own, such as 7 (no connection) and 28 (time-out)
HELP
}

# ---- When something goes wrong -------------------------------------------------------------

# Where the server's JSON has the message of an error. (In jq a comma means this one, then that
# one; a ? passes over what is not there.)
error_filter='first((.error.message?, .error?, .detail.error?, .detail?, .message? | strings),
  (.error? | objects | select(. != {}) | tojson))'

# Takes out control characters, which a terminal would act on, other than tab (\011) and line break
# (\012): those of ASCII are one byte each, U+0080 to U+009F are two bytes in UTF-8.
without_controls() {
  LC_ALL=C tr -d '\000-\010\013-\037\177' | LC_ALL=C sed $'s/\302[\200-\237]//g'
}

# find_words: the server's own words, from its answer into ${tmp}/words, which stays empty if there
# are none.
find_words() {
  jq --raw-output --compact-output "${error_filter} | select(. and . != \"\")" "${tmp}/answer" \
    > "${tmp}/words" 2> /dev/null || true # the answer may not be JSON
}

# The server's own words, else the start of what it sent.
server_message() {
  find_words
  if [[ -s ${tmp}/words ]]; then
    cat "${tmp}/words"
  else
    head -c 500 "${tmp}/answer"
  fi
}

http_status='' # empty until the server has answered: until then there are no words of its own

# fail STATUS MESSAGE: prints the message, the server's words and a hint, and exits. The hints look
# for words of the message, and the first that fits is shown: whoever rewords a message below looks
# here, too. Status 2, a wrong call, has no hint: its message holds what the user gave.
fail() {
  local message words='' cause='' hint=''
  message="$(without_controls <<< "$2")" # it may hold what the user gave
  if [[ -n ${http_status} ]]; then
    words="$(server_message | without_controls)"
  fi
  if [[ -n ${words} ]]; then
    message+=": ${words}"
  fi
  if [[ $1 -ne 2 ]]; then
    cause="${message}"
  fi
  case "${cause}" in
    'curl error 7 '*) hint='Is it running, and on this address and port?' ;;
    *'available channel'* | *'可用渠道'*) hint='No channel has it: new-api-models.sh' ;;
    'HTTP 404 '*) hint='Does the base URL end in /v1? See NEW_API_BASE_URL' ;;
    'curl error 28 '*) hint='Too slow? Allow more seconds, for example NEW_API_TIMEOUT=900' ;;
    *) ;; # no hint
  esac
  printf '%s: %s\n' "${0##*/}" "${message}" >&2
  if [[ -n ${hint} ]]; then
    printf '%s\n' "${hint}" >&2
  fi
  exit "$1"
}

# ---- Options -------------------------------------------------------------------------------

# Each need_… fails unless what is said of it is so.

need_value() { # need_value "$@": a value follows the option, which is $1
  [[ $# -ge 2 ]] || fail 2 "$1 needs a value"
}

# need_header OPTION HEADER: one line, of a name that is not sent already. (To curl, a name and a ;
# are a header without a value.)
need_header() {
  local pattern='^[A-Za-z0-9!#$%&*+.^_|~-]+[:;]'
  need_value "$@"
  [[ $2 =~ ${pattern} && $2 != *[$'\r\n']* ]] || fail 2 "$1 takes one line such as 'X-Trace: 1'"
}

mode=answer # or raw, or dry-run
include=''
extra_headers=()
arguments=()

while [[ $# -gt 0 ]]; do
  case "$1" in
    -h | --help)
      usage
      exit
      ;;
    -H)
      need_header "$@"
      extra_headers+=(-H "$2")
      shift
      ;;
    -i | --include) include=yes ;;
    --raw)
      if [[ ${mode} != dry-run ]]; then # --dry-run wins: nothing is sent
        mode=raw
      fi
      ;;
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
# hash fails where a program is not installed, and names it.
hash curl jq || fail 127 'install what is missing, for example: apt install curl jq'

# ---- The request ---------------------------------------------------------------------------

url="${NEW_API_BASE_URL:-http://localhost:3000/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'NEW_API_BASE_URL must start with http:// or https://'
[[ ${url} != *[?#[:space:][:cntrl:]]* ]] || fail 2 'NEW_API_BASE_URL must have no ?, # or blank'
url="${url%/}" # the path starts with ../: it leaves the last part of the address
if [[ ${url} == *://*/* ]]; then
  url="${url%/*}"
fi
url="${url%/}/api/status"

# What curl is asked to do, a word each: --dry-run prints these words. What only this script
# needs, such as time-outs, is in `options` below.
request=("${url}")

if [[ ${#extra_headers[@]} -gt 0 ]]; then # to bash before 4.4 an empty array is unset
  request+=("${extra_headers[@]}")
fi

# ---- --dry-run: the same request as a command to paste -------------------------------------

single_quoted() { # single_quoted TEXT: one word, which a shell reads back unchanged
  # In single quotes a ' is written '\'': the quotes end, \' is a quote, and they start again.
  # LC_ALL=C: in bytes, so that text in another encoding stays as it is.
  local LC_ALL=C inner_quote="'\\''"
  printf "'%s'" "${1//\'/${inner_quote}}"
}

if [[ ${mode} == dry-run ]]; then
  # -f: beside the command nothing tells that the server refused.
  printf 'curl -fsS'
  for word in "${request[@]}"; do
    if [[ ${word} =~ [^A-Za-z0-9-] || -z ${word} ]]; then # letters, digits and - need no quotes
      word="$(single_quoted "${word}")"
    fi
    printf ' %s' "${word}"
  done
  echo
  exit
fi

# ---- The call ------------------------------------------------------------------------------

[[ ${NEW_API_TIMEOUT:-300} =~ ^[0-9]+([.][0-9]+)?$ ]] ||
  fail 2 'NEW_API_TIMEOUT must be a number of seconds'

tmp="$(mktemp -d)" || fail 1 'cannot make a temporary folder: see TMPDIR'
trap 'rm -rf "${tmp}"' EXIT
touch "${tmp}/answer" # curl creates no file for an empty answer

# Of most options that are given twice curl takes the later one. These come after ~/.curlrc and
# NEW_API_CURLRC, and undo what would spoil the answer.
options=(
  --silent --show-error --globoff
  --no-include --no-verbose --no-fail --no-location
  --no-raw # curl's own --raw leaves an answer in chunks
  --connect-timeout 10 --max-time "${NEW_API_TIMEOUT:-300}"
  --dump-header "${tmp}/headers" --output "${tmp}/answer"
  --write-out '%{http_code} %{redirect_url}\n%{filename_effective}'
)
if [[ -n ${NEW_API_CURLRC:-} ]]; then
  [[ -r ${NEW_API_CURLRC} && ! -d ${NEW_API_CURLRC} ]] ||
    fail 2 "NEW_API_CURLRC: cannot read ${NEW_API_CURLRC}"
  options=(--config "${NEW_API_CURLRC}" "${options[@]}")
fi
if [[ ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]]; then
  options+=(--noproxy '*') # a proxy does not reach this machine's own servers
fi

# call: sends the request; the answer is in ${tmp}/answer, what --write-out says in http_status and
# location. What it says last is where the answer is: a curlrc may put it elsewhere.
call() {
  local result written curl_status=0
  result="$(curl "${options[@]}" "${request[@]}")" || curl_status=$?
  if [[ ${curl_status} -ne 0 ]]; then
    setting_names='NEW_API_BASE_URL, NEW_API_TIMEOUT and NEW_API_CURLRC'
    fail "${curl_status}" "curl error ${curl_status} at ${url} (see ${setting_names})"
  fi
  {
    read -r http_status location
    read -r written
  } <<< "${result}"
  [[ ${written} == "${tmp}/answer" ]] ||
    fail 2 "the answer is in ${written}: take output, remote-name and no-clobber out of your curlrc"
}

call

# ---- The answer ----------------------------------------------------------------------------

if [[ -n ${include} ]]; then
  tr -d '\r' < "${tmp}/headers" >&2
fi
if [[ ${http_status} != 2?? ]]; then
  if [[ ${mode} == raw ]]; then
    cat "${tmp}/answer" >&2
    last="$(tail -c 1 "${tmp}/answer")" # empty at a line break, which $(…) drops
    if [[ -n ${last} ]]; then
      echo >&2 # the message starts on a line of its own
    fi
  fi
  again=''
  if [[ ${http_status} == 429 || ${http_status} == 503 ]]; then # too busy: it may say until when
    again="$(grep -a -i '^retry-after:' "${tmp}/headers" | tail -n 1 | head -c 100)" || true
  fi
  # ${again:+, ${again}} is a comma and again, if again is not empty.
  fail 22 "HTTP ${http_status} from ${url}${location:+, to ${location}}${again:+, ${again}}"
fi

filter='.data.version'
if [[ ${mode} == raw || ${http_status} == 204 ]]; then # or no content
  cat "${tmp}/answer"
elif jq --raw-output "${filter} | values" "${tmp}/answer" > "${tmp}/found" &&
  [[ -s ${tmp}/found ]]; then
  cat "${tmp}/found"
else
  fail 5 "${filter} found nothing in the answer"
fi
