#!/usr/bin/env bash
# SGLang: Completions, streaming · POST /completions · made by curlsheet, see --help
# SGLang：文本补全（流式输出） · POST /completions · 由 curlsheet 生成，用法见 --help
# shellcheck disable=SC2292 # [ ], since sh and zsh run these lines, too
if [ -z "${BASH_VERSION:-}" ]; then
  echo "run it with bash: bash $0" >&2
  exit 2
fi
set -euo pipefail
set +o posix # on where bash was started as sh

usage() {
  cat << 'HELP'
Usage: sglang-completions-stream.sh [--model NAME] [--max-tokens N] [--temperature T] [-i]
         [--raw | --dry-run] [--] [PROMPT | -]

SGLang: Completions, streaming (POST http://localhost:30000/v1/completions)

  --model NAME     the model (default: Qwen/Qwen2.5-7B-Instruct)
  PROMPT           the text to continue (default: 你是谁?; - reads standard input)
  --max-tokens N   maximum tokens in the answer
  --temperature T  0 for the same answer each time, higher for more variety
  -i, --include    status line and response headers on standard error
  --raw            the answer as received: the events
  --dry-run        print the curl command, send nothing

Environment:
  SGLANG_API_KEY   the API key (sent if set)
  SGLANG_BASE_URL  default: http://localhost:30000/v1
  SGLANG_MODEL     as --model
  SGLANG_TIMEOUT   seconds of silence (default: 300)
  SGLANG_CURLRC    a curl config file: CA, client certificate, proxy

Examples:
  sglang-completions-stream.sh '你是谁?'
  sglang-completions-stream.sh - < FILE
  sglang-completions-stream.sh --model Qwen/Qwen2.5-7B-Instruct --dry-run

Exit status: 0 answered, 2 usage, 5 nothing usable or an error in it, 22 refused by the server,
127 curl or jq missing, else curl's own (7 no connection, 28 time-out)
HELP
}

# What is sent when no option is given.
default_body() {
  cat << 'JSON'
{
  "model": "Qwen/Qwen2.5-7B-Instruct",
  "prompt": "你是谁?",
  "stream": true,
  "stream_options": {"include_usage": true}
}
JSON
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

# ---- Options and the argument --------------------------------------------------------------

need_value() { # need_value OPTION [VALUE]
  [[ $# -ge 2 ]] || fail 2 "$1 needs a value"
}

need_integer() { # need_integer NAME [VALUE]; jq 1.6 would round more than 15 digits
  need_value "$@"
  [[ $2 =~ ^-?[0-9]{1,15}$ ]] || fail 2 "$1 must be a whole number"
}

need_number() { # need_number NAME [VALUE]; jq 1.6 would round more than 15 digits
  need_value "$@"
  [[ $2 =~ ^-?([0-9]{1,15}|[0-9]{0,15}\.[0-9]{1,17})([eE][-+]?[0-9]{1,2})?$ ]] ||
    fail 2 "$1 must be a number"
}

# What is not given stays unset, since an empty text is a value.
unset model prompt max_tokens temperature
# A body that the user exported would stay exported, to every program below.
unset body
mode=answer # or raw, or dry-run
include=''
arguments=()
if [[ -n ${SGLANG_MODEL:-} ]]; then
  model="${SGLANG_MODEL}"
fi

while [[ $# -gt 0 ]]; do
  case "$1" in
    --model=* | --max-tokens=* | --temperature=*)
      set -- "${1%%=*}" "${1#*=}" "${@:2}" # --model=VALUE is read as --model VALUE
      continue
      ;;
    --model)
      need_value "$@"
      model="$2"
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

[[ ${#arguments[@]} -le 1 ]] || fail 2 'expected one PROMPT: quote it'
hash curl jq || fail 127 'install what is missing: apt, dnf or brew install curl jq'
if [[ ${#arguments[@]} -eq 1 ]]; then
  prompt="${arguments[0]}"
  if [[ ${prompt} == - ]]; then
    prompt="$(cat && printf .)" # the dot keeps the last line breaks, which $(…) drops
    prompt="${prompt%.}"
  fi
fi

# ---- The request ---------------------------------------------------------------------------

url="${SGLANG_BASE_URL:-http://localhost:30000/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'SGLANG_BASE_URL must start with http:// or https://'
url="${url%/}/completions"

# What curl is asked for, a word each; --dry-run prints it.
request=("${url}" -H 'Content-Type: application/json')

put_text() { # put_text JQ_PATH TEXT; by a file, since an argument has a limit
  body="$(jq --compact-output --rawfile text <(printf '%s' "$2") "$1 = \$text" <<< "${body}")" ||
    fail 2 'the values do not fit into the body'
}

put_json() { # put_json JQ_PATH JSON
  body="$(jq --compact-output --argjson value "$2" "$1 = \$value" <<< "${body}")" ||
    fail 2 'the values do not fit into the body'
}

body="$(default_body)"
# +given: whether it is set, even to an empty text.
if [[ -n ${model+given} ]]; then
  put_text '.model' "${model}"
fi
if [[ -n ${prompt+given} ]]; then
  put_text '.prompt' "${prompt}"
fi
if [[ -n ${max_tokens+given} ]]; then
  put_json '.max_tokens' "${max_tokens}"
fi
if [[ -n ${temperature+given} ]]; then
  put_json '.temperature' "${temperature}"
fi

# ---- --dry-run: the same request as a command to paste -------------------------------------

single_quoted() { # single_quoted TEXT: one word, which a shell reads back unchanged
  # '\'' ends the quotes, is a quote, and starts them again; LC_ALL=C: byte by byte.
  local LC_ALL=C inner_quote="'\\''"
  printf "'%s'" "${1//\'/${inner_quote}}"
}

if [[ ${mode} == dry-run ]]; then
  printf 'curl -sSN'
  for word in "${request[@]}"; do
    if [[ ${word} =~ [^A-Za-z-] || -z ${word} ]]; then # letters and - need no quotes
      word="$(single_quoted "${word}")"
    fi
    printf ' %s' "${word}"
  done
  if [[ -n ${SGLANG_API_KEY:+set} ]]; then
    printf ' -H %s' "\"Authorization: Bearer \$SGLANG_API_KEY\""
  fi
  if [[ ${#body} -gt 30000 ]]; then # too long for an argument
    printf " -d @- <<'JSON'\n%s\nJSON\n" "${body}"
  else
    quoted_body="$(single_quoted "${body}")"
    printf ' -d %s\n' "${quoted_body}"
  fi
  exit
fi

# ---- The call ------------------------------------------------------------------------------

tmp="$(mktemp -d)" || fail 1 'cannot make a temporary folder: see TMPDIR'
trap 'rm -rf "${tmp}"' EXIT
touch "${tmp}/answer" # curl creates no file for an empty answer

# These win over ~/.curlrc and SGLANG_CURLRC: the --no-… undo what would spoil the answer.
# There is no limit for the whole stream, and no second start. File descriptor 4: see call.
options=(
  --silent --show-error --globoff --no-buffer
  --no-include --no-verbose --no-fail --no-location
  --connect-timeout 10 --max-time 0 --retry 0
  --speed-limit 1 --speed-time "${SGLANG_TIMEOUT:-300}" # seconds of silence
  --dump-header "${tmp}/headers" --output /dev/fd/4
  --write-out '%{http_code} %{redirect_url}\n'
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

filter='.choices[0].text // empty'

# events: the JSON of each event. An event is a line `data: JSON`; lines that start with :, event:,
# id: or retry: hold none, nor does `data: [DONE]`. Other lines pass: they may be an error in JSON.
events() {
  local line
  while IFS= read -r line || [[ -n ${line} ]]; do
    case "${line}" in
      :* | event:* | id:* | retry:* | 'data: [DONE]'* | 'data:[DONE]'*) ;;
      *) printf '%s\n' "${line#data:}" ;;
    esac
  done
}

# answers: what the filter finds in each event, as it comes; `values` are all but null. An event
# with an error ends it. jq's exit status: 0 found, 1 found false, 2 cannot write, 4 found nothing,
# 5 an error or no JSON, 141 nobody reads on (SIGPIPE).
answers() {
  local status=0
  jq --exit-status --null-input --join-output --unbuffered \
    "inputs | (${error_filter} | error), (${filter} | values)" 2> /dev/null || status=$?
  case "${status}" in
    4 | 5) head -c 500 > /dev/null ;; # or tee would end before it has kept the server's words
    *) ;;
  esac
  return "${status}"
}

# call: curl writes the events to 4, which is the pipe that follows, what --write-out says to
# ${tmp}/result, and its messages to ${tmp}/error. (4>&1 first, while 1 is still the pipe.)
call() {
  printf '%s' "${body}" |
    curl "${options[@]}" "${request[@]}" --data-binary @- \
      4>&1 > "${tmp}/result" 2> "${tmp}/error"
}

# show: prints them as they come, and keeps them in ${tmp}/answer.
show() {
  if [[ ${mode} == raw ]]; then
    tee "${tmp}/answer"
  else
    events | tee "${tmp}/answer" | answers
  fi
}

set +e # the exit status of both is looked at below
call | show
statuses=("${PIPESTATUS[@]}")
set -e
curl_status="${statuses[0]}" print_status="${statuses[1]}"

# ---- The answer ----------------------------------------------------------------------------

if [[ ${print_status} -eq 141 ]]; then
  exit 141
fi
if [[ ${print_status} -eq 2 ]]; then
  fail 23 'the answer cannot be written to standard output'
fi
if [[ ${mode} != raw && ${print_status} -le 1 ]]; then
  echo # the line break that a stream does not end with
fi
settings='SGLANG_BASE_URL, SGLANG_TIMEOUT and SGLANG_CURLRC'
if [[ ${curl_status} -ne 0 && ${curl_status} -ne 23 ]]; then # 23: jq read no further
  cat "${tmp}/error" >&2
  fail "${curl_status}" "curl error ${curl_status} at ${url} (see ${settings})"
fi
read -r http_status location < "${tmp}/result"
if [[ -n ${include} ]]; then
  tr -d '\r' < "${tmp}/headers" >&2
fi
if [[ ${http_status} != 2?? ]]; then
  fail 22 "HTTP ${http_status} from ${url}${location:+, to ${location}}"
fi
if [[ ${mode} != raw && ${print_status} -gt 1 ]]; then
  fail 5 "an error in the stream, or ${filter} found nothing"
fi
