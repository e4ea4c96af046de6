#!/usr/bin/env bash
# vLLM-Ascend: Version · GET ../version · made by curlsheet from YAML
# vLLM-Ascend：版本 · GET ../version · 由 curlsheet 生成，请修改清单文件（catalog）
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
Usage: vllm-ascend-version.sh [-H HEADER]... [-i] [--raw | --dry-run]

vLLM-Ascend: Version (GET http://localhost:8000/version)

  -H HEADER             one more header, such as 'X-Trace: 1'; may be repeated
  -i, --include         status line and response headers on standard error
  --raw                 the whole answer as received
  --dry-run             print the curl command, send nothing

Environment:
  VLLM_API_KEY          the API key (sent if set)
  VLLM_ASCEND_BASE_URL  default: http://localhost:8000/v1
  VLLM_ASCEND_TIMEOUT   seconds for the whole answer (default: 300; always 10 to connect)
  VLLM_ASCEND_CURLRC    a curl config file, for example with a proxy or a CA

Examples:
  vllm-ascend-version.sh

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
    'HTTP 401 '*) hint='Type your key in: read -rs VLLM_API_KEY; export VLLM_API_KEY' ;;
    *'does not exist'*) hint='List the models: vllm-ascend-models.sh; choose: --model NAME' ;;
    'HTTP 404 '*) hint='Does the base URL end in /v1? Does its model support this?' ;;
    'curl error 28 '*) hint='Too slow? Allow more seconds, for example VLLM_ASCEND_TIMEOUT=900' ;;
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
  shopt -s nocasematch # the names of headers know no upper and lower case
  case "${2%%[:;]*}" in
    'Authorization')
      fail 2 "$1: the script sends ${2%%[:;]*} itself"
      ;;
    *) ;;
  esac
  shopt -u nocasematch
}

# No other program finds a secret in its environment.
export -n VLLM_API_KEY
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

url="${VLLM_ASCEND_BASE_URL:-http://localhost:8000/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'VLLM_ASCEND_BASE_URL must start with http:// or https://'
[[ ${url} != *[?#[:space:][:cntrl:]]* ]] || fail 2 'VLLM_ASCEND_BASE_URL must have no ?, # or blank'
url="${url%/}" # the path starts with ../: it leaves the last part of the address
if [[ ${url} == *://*/* ]]; then
  url="${url%/*}"
fi
url="${url%/}/version"

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
  if [[ -n ${VLLM_API_KEY:+set} ]]; then
    # The variable's name is printed, not the secret: the shell that runs the command puts it in.
    printf ' %s %s' -H "\"Authorization: Bearer \$VLLM_API_KEY\""
  fi
  echo
  exit
fi

# ---- The call ------------------------------------------------------------------------------

[[ ${VLLM_ASCEND_TIMEOUT:-300} =~ ^[0-9]+([.][0-9]+)?$ ]] ||
  fail 2 'VLLM_ASCEND_TIMEOUT must be a number of seconds'

tmp="$(mktemp -d)" || fail 1 'cannot make a temporary folder: see TMPDIR'
trap 'rm -rf "${tmp}"' EXIT
touch "${tmp}/answer" # curl creates no file for an empty answer

# Of most options that are given twice curl takes the later one. These come after ~/.curlrc and
# VLLM_ASCEND_CURLRC, and undo what would spoil the answer.
# No redirect is followed, since the key would go with it.
options=(
  --silent --show-error --globoff
  --no-include --no-verbose --no-fail --no-location
  --no-raw # curl's own --raw leaves an answer in chunks
  --connect-timeout 10 --max-time "${VLLM_ASCEND_TIMEOUT:-300}"
  --dump-header "${tmp}/headers" --output "${tmp}/answer"
  --write-out '%{http_code} %{redirect_url}\n%{filename_effective}'
)
if [[ -n ${VLLM_ASCEND_CURLRC:-} ]]; then
  [[ -r ${VLLM_ASCEND_CURLRC} && ! -d ${VLLM_ASCEND_CURLRC} ]] ||
    fail 2 "VLLM_ASCEND_CURLRC: cannot read ${VLLM_ASCEND_CURLRC}"
  options=(--config "${VLLM_ASCEND_CURLRC}" "${options[@]}")
fi
if [[ ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]]; then
  options+=(--noproxy '*') # a proxy does not reach this machine's own servers
fi

# `bash -x` prints what is tested: the secret itself never is. ${…:+set} is the word `set` if there
# is one; ${…//[!…]/} leaves of it only characters that it may not hold.
if [[ -n ${VLLM_API_KEY:+set} ]]; then
  [[ -z ${VLLM_API_KEY//[!$'\r\n']/} ]] ||
    fail 2 'VLLM_API_KEY holds a line break'
fi

config_line() { # config_line OPTION VALUE: of a curl config, in which \ and " have a \ before them
  local escaped_value
  escaped_value="$(printf '%s' "$2" | LC_ALL=C sed 's/[\\"]/\\&/g')"
  printf '%s = "%s"\n' "$1" "${escaped_value}"
}

# secrets: prints a curl config with what is secret. curl reads it from a pipe, file descriptor 3:
# so it is in no argument, which a list of processes shows, and in no file. `bash -x` does not
# print it either.
secrets() {
  set +x # for this process alone: <(…) is one of its own
  if [[ -n ${VLLM_API_KEY:+set} ]]; then
    config_line header "Authorization: Bearer ${VLLM_API_KEY}"
  fi
}

# call: sends the request; the answer is in ${tmp}/answer, what --write-out says in http_status and
# location. What it says last is where the answer is: a curlrc may put it elsewhere.
call() {
  local result written curl_status=0
  # Opens file descriptor 3 on what secrets prints: curl reads it as the file /dev/fd/3.
  # shellcheck disable=SC2312 # should `secrets` fail, no key is sent, and the server says so
  exec 3< <(secrets)
  result="$(curl "${options[@]}" "${request[@]}" --config /dev/fd/3)" || curl_status=$?
  if [[ ${curl_status} -ne 0 ]]; then
    setting_names='VLLM_ASCEND_BASE_URL, VLLM_ASCEND_TIMEOUT and VLLM_ASCEND_CURLRC'
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

filter='.version'
if [[ ${mode} == raw || ${http_status} == 204 ]]; then # or no content
  cat "${tmp}/answer"
elif jq --raw-output "${filter} | values" "${tmp}/answer" > "${tmp}/found" &&
  [[ -s ${tmp}/found ]]; then
  cat "${tmp}/found"
else
  fail 5 "${filter} found nothing in the answer"
fi
