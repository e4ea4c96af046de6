#!/usr/bin/env bash
# llama.cpp: Chat completions, streaming · POST /chat/completions · made by curlsheet from YAML
# llama.cpp：对话补全（流式输出） · POST /chat/completions · 由 curlsheet 生成，请修改清单文件（catalog）
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
Usage: llama-cpp-chat-completions-stream.sh [--model NAME] [--system TEXT] [--max-tokens N]
         [--temperature T] [--set PATH=VALUE]... [--body FILE] [-H HEADER]... [-i]
         [--raw | --dry-run] [--] [PROMPT | -]

llama.cpp: Chat completions, streaming (POST http://localhost:8080/v1/chat/completions)

  --model NAME        the model (default: ggml-org/gemma-3-4b-it-GGUF:Q4_K_M)
  PROMPT              the question; - reads standard input (default: 解释人工智能)
  --system TEXT       system prompt (default: 你是位人工智能专家。)
  --max-tokens N      maximum tokens in the answer
  --temperature T     0 for the same answer each time, higher for more variety
  --set PATH=VALUE    set a field of the body: PATH such as a.b.0 (\. is a dot in a name), VALUE is
                      JSON (5, "5", true), or else a text
  --body FILE         send this file as the body (- is standard input); the other options overwrite
                      fields of it
  -H HEADER           one more header, such as 'X-Trace: 1'; may be repeated
  -i, --include       status line and response headers on standard error
  --raw               the events as received
  --dry-run           print the curl command, send nothing

Environment:
  LLAMA_API_KEY       the API key (sent if set)
  LLAMA_CPP_BASE_URL  default: http://localhost:8080/v1
  LLAMA_CPP_MODEL     as --model (not with --body)
  LLAMA_CPP_TIMEOUT   seconds that may pass without data (default: 300; always 10 to connect)
  LLAMA_CPP_CURLRC    a curl config file, for example with a proxy or a CA

Examples:
  llama-cpp-chat-completions-stream.sh '解释人工智能'
  llama-cpp-chat-completions-stream.sh - < FILE
  llama-cpp-chat-completions-stream.sh --model ggml-org/gemma-3-4b-it-GGUF:Q4_K_M --dry-run

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

# What is sent; the values that are given are put into it below.
default_body() {
  cat << 'JSON'
{
  "model": "ggml-org/gemma-3-4b-it-GGUF:Q4_K_M",
  "messages": [
    {"role": "system", "content": "你是位人工智能专家。"},
    {"role": "user", "content": "解释人工智能"}
  ],
  "stream": true,
  "stream_options": {"include_usage": true}
}
JSON
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
    'curl error 7 '*) hint='Is it running, and on this port (8080 or 9931)?' ;;
    'HTTP 401 '*) hint='Type your key in: read -rs LLAMA_API_KEY; export LLAMA_API_KEY' ;;
    *'Loading model'*) hint='Wait until the model is loaded' ;;
    *' support'*) hint='Start it with the needed option: --embeddings, --rerank, --mmproj' ;;
    'HTTP 404 '*) hint='Does the base URL end in /v1? See LLAMA_CPP_BASE_URL' ;;
    'curl error 28 '*) hint='Too slow? Allow more seconds, for example LLAMA_CPP_TIMEOUT=900' ;;
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
    'Content-Type' | 'Authorization')
      fail 2 "$1: the script sends ${2%%[:;]*} itself"
      ;;
    *) ;;
  esac
  shopt -u nocasematch
}

need_integer() { # need_integer NAME VALUE: jq 1.6 would round longer ones
  need_value "$@"
  [[ $2 =~ ^-?[0-9]{1,15}$ ]] || fail 2 "$1 must be a whole number of at most 15 digits"
}

need_number() { # need_number NAME VALUE: such as -3, 0.5, .5 or 1.5e-7; jq 1.6 would round others
  need_value "$@"
  [[ $2 =~ ^-?([0-9]{1,15}|[0-9]{0,15}\.[0-9]{1,17})([eE][-+]?[0-9]{1,2})?$ ]] ||
    fail 2 "$1 must be a number such as 0.5: at most 15 digits, and 17 after the point"
}

# check_json TEXT: sets is_json to yes if it is one JSON value, as RFC 8259 has it: jq alone takes
# nan, 007 and .5, too.
check_json() {
  local known='true|false|null|-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?|'
  is_json=''
  # Without texts, brackets, commas and colons, words and numbers are left, each on a line, and
  # empty lines, which match the nothing behind the last | of known. Where grep finds a line that is
  # as a whole (-x) none of these (-v), this is no JSON.
  if LC_ALL=C sed -E 's/"([^"\\]|\\.)*"//g' <<< "$1" | LC_ALL=C tr '[]{},: \t\r' '\n' |
    LC_ALL=C grep -Evx "${known}" > /dev/null; then
    return
  fi
  if jq --exit-status --slurp 'length == 1' <<< "$1" > /dev/null 2>&1; then
    is_json=yes
  fi
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

need_file() { # need_file FILE: it can be read; - is standard input
  if [[ $1 == - ]]; then
    take_input
  else
    [[ -r $1 && ! -d $1 ]] || fail 2 "cannot read $1"
  fi
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
unset model prompt system max_tokens temperature body body_file
# No other program finds a secret in its environment.
export -n LLAMA_API_KEY
mode=answer # or raw, or dry-run
include=''
extra_headers=()
arguments=()
sets=()

while [[ $# -gt 0 ]]; do
  case "$1" in
    --model=* | --system=* | --max-tokens=* | --temperature=* | --set=* | \
      --body=*)
      set -- "${1%%=*}" "${1#*=}" "${@:2}" # --model=VALUE is read as --model VALUE
      continue
      ;;
    --model)
      need_value "$@"
      model="$2"
      shift
      ;;
    --system)
      need_value "$@"
      system="$2"
      shift
      ;;
    --max-tokens)
      need_integer "$@"
      max_tokens="$2"
      shift
      ;;
    --temperature)
      need_number "$@"
      temperature="$2"
      shift
      ;;
    --set)
      need_value "$@"
      [[ $2 =~ ^[^.=]+([.][^.=]+)*= ]] || fail 2 '--set needs PATH=VALUE, such as a.b=1'
      sets+=("$2")
      shift
      ;;
    --body)
      need_value "$@"
      body_file="$2"
      shift
      ;;
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

[[ ${#arguments[@]} -le 1 ]] || fail 2 'expected one PROMPT: quote it'
# hash fails where a program is not installed, and names it.
hash curl jq || fail 127 'install what is missing, for example: apt install curl jq'
if [[ ${#arguments[@]} -eq 1 ]]; then
  prompt="${arguments[0]}"
  if [[ ${prompt} == - ]]; then
    read_input PROMPT
    prompt="${content}"
  fi
fi
# The file of --body has values of its own: only what is given beside it changes them.
if [[ -z ${model+given} && -z ${body_file+given} &&
  -n ${LLAMA_CPP_MODEL:-} ]]; then
  model="${LLAMA_CPP_MODEL}"
fi

# ---- The request ---------------------------------------------------------------------------

url="${LLAMA_CPP_BASE_URL:-http://localhost:8080/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'LLAMA_CPP_BASE_URL must start with http:// or https://'
[[ ${url} != *[?#[:space:][:cntrl:]]* ]] || fail 2 'LLAMA_CPP_BASE_URL must have no ?, # or blank'
url="${url%/}/chat/completions"

# What curl is asked to do, a word each: --dry-run prints these words. What only this script
# needs, such as time-outs, is in `options` below.
request=("${url}" -H 'Content-Type: application/json')

if [[ ${#extra_headers[@]} -gt 0 ]]; then # to bash before 4.4 an empty array is unset
  request+=("${extra_headers[@]}")
fi

bytes_of() { # bytes_of FILE: prints what it holds; - is standard input
  if [[ $1 == - ]]; then
    cat
  else
    cat < "$1" # cat would take a name such as -n for an option
  fi
}

read_text() { # read_text NAME FILE: content becomes its text
  need_file "$2"
  content="$(
    bytes_of "$2" | LC_ALL=C tr '\000' '\377' # a NUL becomes what need_utf8 refuses
    printf .
  )"
  content="${content%.}"
  need_utf8 "$1: $2" "${content}"
}

read_json() { # read_json NAME FILE: content becomes the JSON value in it
  read_text "$@"
  check_json "${content}"
  [[ -n ${is_json} ]] || fail 2 "$1: $2 does not hold JSON"
}

# need_exact NAME JSON: jq 1.6 would round a whole number of more than 15 digits, or one like 1e100.
need_exact() {
  if LC_ALL=C sed -E 's/"([^"\\]|\\.)*"//g' <<< "$2" |
    LC_ALL=C grep -E '(^|[^.0-9])[0-9]{16}|[eE][+]?[0-9]{3}' > /dev/null; then
    fail 2 "$1 holds a number that is too long for jq, which would round it: send --body FILE alone"
  fi
}

own_body='' # or yes: body is what a file of --body holds

# Reads the file of --body, since something is put into it. From then on ${body} is sent; as long as
# body_file is set, the file is sent as it is.
read_body() {
  if [[ -n ${body_file+given} ]]; then
    read_json --body "${body_file}"
    need_exact "--body ${body_file}" "${content}"
    body="${content}"
    own_body=yes
    unset body_file
  fi
}

# need_item NAME JQ_PATH KIND: in a file of --body KIND stands at the path, as in the default body:
# else NAME would overwrite something else, such as an answer instead of a question.
need_item() {
  local kind
  read_body
  if [[ -n ${own_body} ]]; then
    kind="$(jq --raw-output "$2 | values" <<< "${body}" 2> /dev/null)" || kind=''
    [[ ${kind} == "$3" ]] || fail 2 "$1: in the file of --body $2 is not \"$3\""
  fi
}

put_text() { # put_text JQ_PATH TEXT: the text gets this place in the body
  need_utf8 "the text for $1" "$2"
  read_body
  body="$(jq --compact-output --rawfile text <(printf '%s' "$2") "$1 = \$text" <<< "${body}" \
    2> /dev/null)" ||
    fail 2 "the body has no place for a value at $1"
}

# put_json JQ_PATH JSON: the value gets this place in the body. --slurpfile makes a list of what is
# in the file: $value[0] is all of it.
put_json() {
  need_exact "the value for $1" "$2"
  read_body
  body="$(jq --compact-output --slurpfile value <(printf '%s' "$2") "$1 = \$value[0]" \
    <<< "${body}" 2> /dev/null)" ||
    fail 2 "the body has no place for a value at $1"
}

# Goes along the path name by name; \. is a dot in a name. In a list a name is a position: -1 is the
# last one, and the one after the last adds an item. What is not there yet is made: a list for 0,
# else an object.
# shellcheck disable=SC2016 # $name and the others are jq's
set_filter='
  def put($path; $value):
    $path[0] as $name | $path[1:] as $rest
    | (if $rest[0] == "0" then [] else {} end) as $new
    | if $path == [] then $value
      elif type == "object" then
        .[$name] = ((if has($name) then .[$name] else $new end) | put($rest; $value))
      elif type == "array" and ($name | test("^-?[0-9]+$")) then
        ($name | tonumber) as $number
        | (if $number < 0 then $number + length else $number end) as $index
        | if $index < 0 or $index > length then error("no such item")
          else .[$index] = ((if $index < length then .[$index] else $new end) | put($rest; $value))
          end
      else error("no object and no list")
      end;
  # A . with no \ before it parts two names.
  put([$path | splits("(?<!\\\\)[.]") | gsub("\\\\[.]"; ".")]; $value[0])'

set_field() { # set_field PATH=VALUE: VALUE is JSON, or else a text
  local path="${1%%=*}"
  local new="${1#*=}"
  check_json "${new}"
  if [[ -n ${is_json} ]]; then
    need_exact "--set ${path}" "${new}"
  else
    need_utf8 "--set ${path}" "${new}"
    new="$(jq --null-input --rawfile text <(printf '%s' "${new}") '$text')"
  fi
  read_body
  body="$(jq --compact-output --arg path "${path}" --slurpfile value <(printf '%s' "${new}") \
    "${set_filter}" <<< "${body}" 2> /dev/null)" ||
    fail 2 "--set ${path}: there is no object or list to set it in, or no such item"
}

default="$(default_body)"
body="${default}"
if [[ -n ${model+given} ]]; then
  put_text '.model' "${model}"
fi
if [[ -n ${prompt+given} ]]; then
  need_item PROMPT '.messages[-1].role' 'user'
  put_text '.messages[-1].content' "${prompt}"
fi
if [[ -n ${system+given} ]]; then
  need_item --system '.messages[0].role' 'system'
  put_text '.messages[0].content' "${system}"
fi
if [[ -n ${max_tokens+given} ]]; then
  put_json '.max_tokens' "${max_tokens}"
fi
if [[ -n ${temperature+given} ]]; then
  put_json '.temperature' "${temperature}"
fi
if [[ ${#sets[@]} -gt 0 ]]; then
  for field in "${sets[@]}"; do
    set_field "${field}"
  done
fi
# Where the values given are the default's own, it stays laid out as above, for --dry-run to show.
if [[ ${body} != "${default}" ]] &&
  jq --exit-status --slurp '.[0] == .[1]' <<< "${default} ${body}" > /dev/null 2>&1; then
  body="${default}"
fi
if [[ -n ${body_file+given} ]]; then # it is sent as it is
  need_file "${body_file}"
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
  if [[ -n ${LLAMA_API_KEY:+set} ]]; then
    # The variable's name is printed, not the secret: the shell that runs the command puts it in.
    printf ' %s %s' -H "\"Authorization: Bearer \$LLAMA_API_KEY\""
  fi
  if [[ -n ${body_file+given} ]]; then
    word="$(single_quoted "@${body_file}")"
    printf " -H 'Expect:' --data-binary %s\n" "${word}"
    exit
  fi
  if [[ ${#body} -gt 30000 ]]; then # an argument holds 128 KiB, a character up to 4 bytes
    printf " -H 'Expect:' -d @- <<'JSON'\n%s\nJSON\n" "${body}"
  else
    quoted_body="$(single_quoted "${body}")"
    printf ' -d %s\n' "${quoted_body}"
  fi
  exit
fi

# ---- The call ------------------------------------------------------------------------------

[[ ${LLAMA_CPP_TIMEOUT:-300} =~ ^[0-9]+$ ]] ||
  fail 2 'LLAMA_CPP_TIMEOUT must be a whole number of seconds'

tmp="$(mktemp -d)" || fail 1 'cannot make a temporary folder: see TMPDIR'
trap 'rm -rf "${tmp}"' EXIT

# Of most options that are given twice curl takes the later one. These come after ~/.curlrc and
# LLAMA_CPP_CURLRC, and undo what would spoil the answer.
# No redirect is followed, since the key would go with it.
# A stream may last as long as it likes, and is not asked for twice. File descriptor 4: see ask.
options=(
  --silent --show-error --globoff --no-buffer
  --no-include --no-verbose --no-fail --no-location
  --no-raw # curl's own --raw leaves an answer in chunks
  --connect-timeout 10 --max-time 0 --retry 0
  --speed-limit 1 --speed-time "${LLAMA_CPP_TIMEOUT:-300}" # seconds without data
  --dump-header "${tmp}/headers" --output /dev/fd/4
  --write-out '%{http_code} %{redirect_url}\n%{filename_effective}\n'
  # A name with nothing behind its colon takes the header out. With Expect curl would ask whether to
  # send a long body, and wait a second for a server that does not answer that.
  --header 'Expect:'
)
if [[ -n ${LLAMA_CPP_CURLRC:-} ]]; then
  [[ -r ${LLAMA_CPP_CURLRC} && ! -d ${LLAMA_CPP_CURLRC} ]] ||
    fail 2 "LLAMA_CPP_CURLRC: cannot read ${LLAMA_CPP_CURLRC}"
  options=(--config "${LLAMA_CPP_CURLRC}" "${options[@]}")
fi
if [[ ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]]; then
  options+=(--noproxy '*') # a proxy does not reach this machine's own servers
fi

# `bash -x` prints what is tested: the secret itself never is. ${…:+set} is the word `set` if there
# is one; ${…//[!…]/} leaves of it only characters that it may not hold.
if [[ -n ${LLAMA_API_KEY:+set} ]]; then
  [[ -z ${LLAMA_API_KEY//[!$'\r\n']/} ]] ||
    fail 2 'LLAMA_API_KEY holds a line break'
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
  if [[ -n ${LLAMA_API_KEY:+set} ]]; then
    config_line header "Authorization: Bearer ${LLAMA_API_KEY}"
  fi
}

filter='.choices[0].delta.content // empty'
aside_filter='(.choices[0].delta | .reasoning_content // .reasoning // empty)? | values'
if [[ -t 2 ]]; then
  aside_filter+=' | "\u001b[2m\(.)\u001b[m"' # dim on a terminal
fi

# A stream of server-sent events (SSE), printed as they come:
#
#   ask (curl) → tee → read_events → tee → print_answers → standard output
#                 │               └→ ${tmp}/for_asides → print_asides → standard error
#                 └→ ${tmp}/answer: all that came, where fail finds the server's words

# read_events: prints what stands behind `data:` in each event, which a blank line ends.
read_events() {
  local LC_ALL=C # in bytes, since a text may be in another encoding
  local text line
  while IFS= read -r text || [[ -n ${text} ]]; do # the last line may have no end
    if [[ ${text} == $'\357\273\277'* ]]; then
      text="${text:3}" # a byte order mark, which may stand at the start of a stream
    fi
    if [[ ${text} == *$'\r' ]]; then # a line that ended with CR LF
      text="${text%$'\r'}"
    fi
    if [[ ${text} == *$'\r'* ]]; then # lines that ended with CR
      while IFS= read -r line; do
        read_field "${line}"
      done <<< "${text//$'\r'/$'\n'}"
    else
      read_field "${text}"
    fi
  done
}

# read_field LINE: other fields, such as id: and event:, and comments, which start with :, are left
# out. A line that starts with { is no field, but an error that is sent as plain JSON.
read_field() {
  case "$1" in
    data:*) printf '%s\n' "${1#data:}" ;;
    '{'*) printf '%s\n' "$1" ;;
    # %"% is no JSON, and passed over like [DONE]. Behind an event that was cut off it makes jq give
    # that one up, and start anew with the next: the " ends a text that is open.
    '') printf '%s\n' '%"%' ;;
    *) ;;
  esac
}

# In jq, `each` is one event after the other: the lines up to the ; define it, the last one calls
# it, so that "${each} | f" does f with each event. It takes the first of the inputs that are left,
# and calls itself again. {value: …} is an event; {} was no JSON, such as [DONE], and is passed
# over; null, where none are left, is what `values` stops at. (In jq 1.6 try would also catch what
# fails behind it, if it stood outside of […].)
each='def each:
  [try {value: first(inputs)} catch {}][0] | values
  | (select(has("value")) | .value), each;
each'

# In jq, what an event says about an error: all that the filter finds in it, as one text.
error_words="[(${error_filter})? | select(. and . != \"\")
    | if type == \"string\" then . else tojson end]
  | select(. != []) | join(\"\n\")"

# In jq: an event in which the filter finds something may have a `message`, too: then
# it is an error only with `error` in it.
# shellcheck disable=SC2016 # $found is jq's
may_be_error='($found == [] or [.error? | values] != [])'

# print_answers: prints what the filter finds in each event; `values` are all but null. At an error
# of the server's halt_error ends jq, and its words are in ${tmp}/words. Exit status of jq: 0 found,
# 1 found false, 2 cannot write, 4 found nothing, 5 an error, 141 nobody reads on
# (SIGPIPE).
print_answers() {
  jq --exit-status --null-input --join-output --unbuffered \
    "${each} | [(${filter} | values)?] as \$found
      | (select(${may_be_error}) | ${error_words} | halt_error), \$found[]" \
    2> "${tmp}/words"
}

# print_asides: prints what comes beside the answer, such as thoughts, on standard error, and keeps
# it in ${tmp}/printed_aside. Where Ctrl-C has taken that folder away, tee does not complain.
print_asides() {
  jq --null-input --join-output --unbuffered "${each} | ${aside_filter}" 2> /dev/null |
    tee "${tmp}/printed_aside" >&2 2> /dev/null
  cat > /dev/null # reads on where jq has stopped: without a reader tee would end, too
}

# ask: curl writes the answer to file descriptor 4, since its standard output is for what
# --write-out says. 4>&1 makes 4 the pipe behind ask; then 1 becomes a file, and so does 2: what
# curl says is shown at the end, if it is why the stream broke off.
ask() {
  # Opens file descriptor 3 on what secrets prints: curl reads it as the file /dev/fd/3.
  # shellcheck disable=SC2312 # should `secrets` fail, no key is sent, and the server says so
  exec 3< <(secrets)
  if [[ -n ${body_file+given} ]]; then
    curl "${options[@]}" "${request[@]}" --config /dev/fd/3 --data-binary "@${body_file}" \
      4>&1 > "${tmp}/result" 2> "${tmp}/error"
  else
    printf '%s' "${body}" |
      curl "${options[@]}" "${request[@]}" --config /dev/fd/3 --data-binary @- \
        4>&1 > "${tmp}/result" 2> "${tmp}/error"
  fi
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
  mkfifo "${tmp}/for_asides" # a pipe with a name
  print_asides < "${tmp}/for_asides" &
  cat "${tmp}/first" - | tee "${tmp}/answer" | read_events | tee "${tmp}/for_asides" | print_answers
  status=$?
  wait # for print_asides: else a thought could come behind the shell's next prompt
  return "${status}"
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
if [[ -s ${tmp}/printed_aside ]]; then
  printed=yes
fi
if [[ -n ${failed} && -n ${printed} ]]; then
  echo >&2 # the message starts on a line of its own
fi
if [[ ${print_status} -eq 2 || (${mode} == raw && ${print_status} -ne 0) ]]; then
  fail 23 'the answer cannot be written to standard output' # 23 is curl's number for that
fi
if [[ ${mode} != raw && ${print_status} -le 1 ]]; then
  echo # the line break that a stream does not end with
fi
if [[ ${curl_status} -ne 0 && ${curl_status} -ne 23 ]]; then # 23: it could not write on to jq
  cat "${tmp}/error" >&2
  setting_names='LLAMA_CPP_BASE_URL, LLAMA_CPP_TIMEOUT and LLAMA_CPP_CURLRC'
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
  read_events < "${tmp}/answer" | print_answers > /dev/null
  print_status=$?
  set -e
fi
case "${print_status}" in
  0 | 1) ;;
  5) fail 5 'an error in the stream' ;;
  *)
    find_words # the whole answer may be one error, as JSON on several lines
    if [[ -s ${tmp}/words ]]; then
      fail 5 'an error in the stream'
    fi
    [[ ${mode} == raw ]] || fail 5 "${filter} found nothing in the answer"
    ;;
esac
