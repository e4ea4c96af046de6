#!/usr/bin/env bash
# OpenAI: A batch's answers · GET /files/{file}/content · made by curlsheet from YAML
# OpenAI：批处理结果 · GET /files/{file}/content · 由 curlsheet 生成，请修改清单文件（catalog）
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
Usage: openai-file-content.sh [-H HEADER]... [-i] [--raw | --dry-run] [--] FILE

OpenAI: A batch's answers (GET https://api.openai.com/v1/files/file-cvaTdG/content)

  FILE             the file's id; - reads standard input (required)
  -H HEADER        one more header, such as 'X-Trace: 1'; may be repeated
  -i, --include    status line and response headers on standard error
  --raw            the lines as received
  --dry-run        print the curl command, send nothing

Environment:
  OPENAI_API_KEY   the API key (required)
  OPENAI_BASE_URL  default: https://api.openai.com/v1
  OPENAI_TIMEOUT   seconds that may pass without data (default: 300; always 10 to connect)
  OPENAI_CURLRC    a curl config file, for example with a proxy or a CA

Examples:
  openai-file-content.sh file-cvaTdG

Exit status:
  0    answered
  1    no temporary folder
  2    wrong call or setting
  5    nothing usable in the answer, or an error in it
  22   an HTTP status other than 2xx
  23   the answer cannot be written
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
  if [[ ${print_status} -ne 5 ]]; then # 5: jq found them in the stream (see print_answers)
    find_words
  fi
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
    'curl error 7 '* | 'curl error 28 '*) hint='Need a proxy? export https_proxy=HOST:PORT' ;;
    'HTTP 401 '*) hint='Wrong key? See platform.openai.com/api-keys' ;;
    *'does not exist'*) hint='List the models: openai-models.sh; choose: --model NAME' ;;
    'HTTP 429 '*) hint='Too many requests, or no credit left: check your account' ;;
    *) ;; # no hint
  esac
  printf '%s: %s\n' "${0##*/}" "${message}" >&2
  if [[ -n ${hint} ]]; then
    printf '%s\n' "${hint}" >&2
  fi
  exit "$1"
}

# ---- Options and the argument --------------------------------------------------------------

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

input_is_read='' # or yes

take_input() { # fails unless standard input is open, and not read yet
  # A try: a standard input that is closed cannot be copied. The copy ends with the ( ).
  if ! (exec 3<&0) 2> /dev/null; then
    fail 2 'standard input is closed: leave out the -'
  fi
  [[ -z ${input_is_read} ]] || fail 2 'standard input can be read once: give one - alone'
  input_is_read=yes
}

# need_utf8 NAME TEXT: jq would replace bytes that are not UTF-8. <(…) is the name of a file that
# holds what the command in it prints: a text may be too long for an argument.
need_utf8() {
  local LC_ALL=C # each byte is a character
  local read_by_jq
  if [[ $2 != *[![:ascii:]]* ]]; then
    return # ASCII is UTF-8
  fi
  read_by_jq="$(
    jq --null-input --join-output --rawfile text <(printf '%s' "$2") '$text'
    printf . # keeps the last line breaks, which $(…) drops
  )"
  [[ ${read_by_jq} == "$2." ]] ||
    fail 2 "$1 is not UTF-8, or holds a NUL: convert it, for example with iconv -f GB18030 -t UTF-8"
}

read_input() { # read_input NAME: content becomes the text of standard input
  take_input
  content="$(
    LC_ALL=C tr '\000' '\377' # a NUL, which bash would drop, becomes what need_utf8 refuses
    printf .                  # keeps the last line breaks, which $(…) drops
  )"
  content="${content%.}"
  need_utf8 "$1" "${content}"
}

# These names are the script's own: what the environment holds under them is dropped. What is not
# given stays unset, since an empty text is a value, too: ${name+given} is empty if name is unset.
unset file
# No other program finds a secret in its environment.
export -n OPENAI_API_KEY
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

[[ ${#arguments[@]} -le 1 ]] || fail 2 'expected one FILE: quote it'
# hash fails where a program is not installed, and names it.
hash curl jq || fail 127 'install what is missing, for example: apt install curl jq'
if [[ ${#arguments[@]} -eq 1 ]]; then
  file="${arguments[0]}"
  if [[ ${file} == - ]]; then
    read_input FILE
    file="${content}"
  fi
fi
[[ -n ${file+given} ]] ||
  fail 2 'FILE is required: give it as the argument'

# ---- The request ---------------------------------------------------------------------------

percent_encoded() { # percent_encoded TEXT NAME: for a URL; jq 1.6 leaves !'()*, 1.7 does not
  need_utf8 "$2" "$1"
  jq --raw-output --null-input --rawfile text <(printf '%s' "$1") '$text | @uri' |
    sed "s/'/%27/g; s/%21/!/g; s/%28/(/g; s/%29/)/g; s/%2A/*/g"
}

url="${OPENAI_BASE_URL:-https://api.openai.com/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'OPENAI_BASE_URL must start with http:// or https://'
[[ ${url} != *[?#[:space:][:cntrl:]]* ]] || fail 2 'OPENAI_BASE_URL must have no ?, # or blank'
url="${url%/}/files/"
case "${file}" in
  '' | . | ..) fail 2 'FILE cannot be empty, . or ..' ;;
  *) ;;
esac
encoded="$(percent_encoded "${file}" FILE)"
url+="${encoded}"
url+='/content'
[[ ${#url} -le 100000 ]] || fail 2 'the URL has more than 100,000 characters'

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
  printf 'curl -fsSN'
  for word in "${request[@]}"; do
    if [[ ${word} =~ [^A-Za-z0-9-] || -z ${word} ]]; then # letters, digits and - need no quotes
      word="$(single_quoted "${word}")"
    fi
    printf ' %s' "${word}"
  done
  # The variable's name is printed, not the secret: the shell that runs the command puts it in.
  printf ' %s %s' -H "\"Authorization: Bearer \$OPENAI_API_KEY\""
  echo
  exit
fi

# ---- The call ------------------------------------------------------------------------------

[[ ${OPENAI_TIMEOUT:-300} =~ ^[0-9]+$ ]] ||
  fail 2 'OPENAI_TIMEOUT must be a whole number of seconds'

tmp="$(mktemp -d)" || fail 1 'cannot make a temporary folder: see TMPDIR'
trap 'rm -rf "${tmp}"' EXIT

# Of most options that are given twice curl takes the later one. These come after ~/.curlrc and
# OPENAI_CURLRC, and undo what would spoil the answer.
# No redirect is followed, since the key would go with it.
# A stream may last as long as it likes, and is not asked for twice. File descriptor 4: see ask.
options=(
  --silent --show-error --globoff --no-buffer
  --no-include --no-verbose --no-fail --no-location
  --no-raw # curl's own --raw leaves an answer in chunks
  --connect-timeout 10 --max-time 0 --retry 0
  --speed-limit 1 --speed-time "${OPENAI_TIMEOUT:-300}" # seconds without data
  --dump-header "${tmp}/headers" --output /dev/fd/4
  --write-out '%{http_code} %{redirect_url}\n%{filename_effective}\n'
)
if [[ -n ${OPENAI_CURLRC:-} ]]; then
  [[ -r ${OPENAI_CURLRC} && ! -d ${OPENAI_CURLRC} ]] ||
    fail 2 "OPENAI_CURLRC: cannot read ${OPENAI_CURLRC}"
  options=(--config "${OPENAI_CURLRC}" "${options[@]}")
fi
if [[ ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]]; then
  options+=(--noproxy '*') # a proxy does not reach this machine's own servers
fi

# `bash -x` prints what is tested: the secret itself never is. ${…:+set} is the word `set` if there
# is one; ${…//[!…]/} leaves of it only characters that it may not hold.
[[ -n ${OPENAI_API_KEY:+set} ]] ||
  fail 2 'no API key; type it in: read -rs OPENAI_API_KEY; export OPENAI_API_KEY'
[[ -z ${OPENAI_API_KEY//[!$'\r\n']/} ]] ||
  fail 2 'OPENAI_API_KEY holds a line break'

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
  config_line header "Authorization: Bearer ${OPENAI_API_KEY}"
}

filter='{(.custom_id): .response.body.choices[0].message.content}'

# A stream of JSON values, one on each line, printed as they come:
#
#   ask (curl) → tee → print_answers → standard output
#                 └→ ${tmp}/answer: all that came, where fail finds the server's words

# In jq, `each` is one value after the other: the lines up to the ; define it, the last one calls
# it, so that "${each} | f" does f with each value. It takes the first of the inputs that are left,
# and calls itself again. At a line that is no JSON jq ends with status 6 and the reason; null,
# where none are left, is what `values` stops at. (In jq 1.6 try would also catch what fails behind
# it, if it stood outside of […].)
each='def each:
  [try {value: first(inputs)} catch {reason: .}][0] | values
  | if has("value") then .value, each else .reason | halt_error(6) end;
each'

# In jq, what an event says about an error: all that the filter finds in it, as one text.
error_words="[(${error_filter})? | select(. and . != \"\")
    | if type == \"string\" then . else tojson end]
  | select(. != []) | join(\"\n\")"

# In jq: a value in which the filter finds something may have a `message`, too: then
# it is an error only with `error` in it.
# shellcheck disable=SC2016 # $found is jq's
may_be_error='($found == [] or [.error? | values] != [])'

# print_answers: prints what the filter finds in each value; `values` are all but null. At an error
# of the server's halt_error ends jq, and its words are in ${tmp}/words. Exit status of jq: 0 found,
# 1 found false, 2 cannot write, 4 found nothing, 5 an error, 6 no JSON, 141 nobody reads on
# (SIGPIPE).
print_answers() {
  local status=0
  jq --exit-status --null-input --unbuffered \
    "${each} | [(${filter} | values)?] as \$found
      | (select(${may_be_error}) | ${error_words} | halt_error), \$found[]" \
    2> "${tmp}/words" || status=$?
  if [[ ${status} -eq 6 ]]; then
    head -c 500 > /dev/null # else tee would end before the start of the text is in ${tmp}/answer
  fi
  return "${status}"
}

# ask: curl writes the answer to file descriptor 4, since its standard output is for what
# --write-out says. 4>&1 makes 4 the pipe behind ask; then 1 becomes a file, and so does 2: what
# curl says is shown at the end, if it is why the stream broke off.
ask() {
  # Opens file descriptor 3 on what secrets prints: curl reads it as the file /dev/fd/3.
  # shellcheck disable=SC2312 # should `secrets` fail, no key is sent, and the server says so
  exec 3< <(secrets)
  curl "${options[@]}" "${request[@]}" --config /dev/fd/3 4>&1 > "${tmp}/result" 2> "${tmp}/error"
}

# last_status: prints the status; before it ${tmp}/headers may hold others, such as 100 Continue.
last_status() {
  sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' "${tmp}/headers" | tail -n 1
}

# show: prints the answer as it comes. dd waits for its first bytes: when they are there, so are the
# headers, in ${tmp}/headers.
show() {
  local status
  dd bs=65536 count=1 > "${tmp}/first" 2> /dev/null
  if [[ -n ${include} ]]; then
    tr -d '\r' < "${tmp}/headers" >&2
  fi
  status="$(last_status)"
  if [[ ${status} != 2?? ]]; then
    cat "${tmp}/first" - > "${tmp}/answer" # what it says is shown at the end
    if [[ ${mode} != raw ]]; then
      return 4 # as where jq finds nothing
    fi
    return 0
  fi
  if [[ ${mode} == raw ]]; then
    cat "${tmp}/first" - | tee "${tmp}/answer" 2> /dev/null
    return $?
  fi
  cat "${tmp}/first" - | tee "${tmp}/answer" | print_answers
}

# ask_and_show: sets curl_status and print_status, which say how each of the two ended.
ask_and_show() {
  : > "${tmp}/headers" # show reads it, whether the server answers or not
  set +e
  ask | show
  statuses=("${PIPESTATUS[@]}") # show's is that of the last command in its pipe that failed
  set -e
  curl_status="${statuses[0]}"
  print_status="${statuses[1]}"
}

ask_and_show

# ---- The answer ----------------------------------------------------------------------------

if [[ ${print_status} -eq 141 ]]; then # nobody reads on, as in `| head`
  exit 141
fi
status_class="$(head -c 1 "${tmp}/result")" # 2 for 200. It is not http_status yet: see fail.
failed=''
if [[ ${curl_status} -ne 0 || ${print_status} -gt 1 ]]; then
  failed=yes
fi
printed='' # or yes, where something may stand on the terminal's line already
if [[ -t 1 && ${status_class} == 2 ]]; then
  printed=yes
fi
if [[ -n ${failed} && -n ${printed} ]]; then
  echo >&2 # the message starts on a line of its own
fi
if [[ ${print_status} -eq 2 || (${mode} == raw && ${print_status} -ne 0) ]]; then
  fail 23 'the answer cannot be written to standard output' # 23 is curl's number for that
fi
if [[ ${curl_status} -ne 0 && ${curl_status} -ne 23 ]]; then # 23: it could not write on to jq
  cat "${tmp}/error" >&2
  setting_names='OPENAI_BASE_URL, OPENAI_TIMEOUT and OPENAI_CURLRC'
  fail "${curl_status}" "curl error ${curl_status} at ${url} (see ${setting_names})"
fi
{ # the last is where the answer is: a curlrc may put it elsewhere
  read -r http_status location
  read -r written
} < "${tmp}/result"
[[ ${written} == /dev/fd/4 ]] ||
  fail 2 "the answer is in ${written}: take output, remote-name and no-clobber out of your curlrc"
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
if [[ ${http_status} == 204 ]]; then
  exit # it comes without content
fi
if [[ ${mode} == raw ]]; then # an error in what was printed is an error all the same
  set +e
  print_answers < "${tmp}/answer" > /dev/null
  print_status=$?
  set -e
fi
case "${print_status}" in
  0 | 1) ;;
  5) fail 5 'an error in the stream' ;;
  6)
    reason="$(cat "${tmp}/words")"
    rm "${tmp}/words" # these are no words of the server's
    [[ ${mode} == raw ]] || fail 5 "a line of the answer is not JSON (${reason})"
    ;;
  *)
    find_words # the whole answer may be one error, as JSON on several lines
    if [[ -s ${tmp}/words ]]; then
      fail 5 'an error in the stream'
    fi
    [[ ${mode} == raw ]] || fail 5 "${filter} found nothing in the answer"
    ;;
esac
