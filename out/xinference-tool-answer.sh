#!/usr/bin/env bash
# Xinference: Tool calling, second round · POST /chat/completions · made by curlsheet, see --help
# Xinference：工具调用（第二轮） · POST /chat/completions · 由 curlsheet 生成，用法见 --help
# shellcheck disable=SC2292 # [ ], since sh and zsh run these lines, too
if [ -z "${BASH_VERSION:-}" ]; then
  echo "run it with bash: bash $0" >&2
  exit 2
fi
set -euo pipefail
set +o posix # on where bash was started as sh

usage() {
  cat << 'HELP'
Usage: xinference-tool-answer.sh [--model NAME] [--max-tokens N] [--temperature T] [-i]
         [--raw | --dry-run] [--] [RESULT | -]

Xinference: Tool calling, second round (POST http://localhost:9997/v1/chat/completions)

  --model NAME         the model (default: gpt-3.5-turbo)
  RESULT               the function's result (default: {"celsius": 18, "sky": "clear"}; - reads standard input)
  --max-tokens N       maximum tokens in the answer
  --temperature T      0 for the same answer each time, higher for more variety
  -i, --include        status line and response headers on standard error
  --raw                the answer as received
  --dry-run            print the curl command, send nothing

Environment:
  XINFERENCE_API_KEY   the API key (sent if set)
  XINFERENCE_BASE_URL  default: http://localhost:9997/v1
  XINFERENCE_MODEL     as --model
  XINFERENCE_TIMEOUT   seconds for the whole answer (default: 300)
  XINFERENCE_CURLRC    a curl config file: CA, client certificate, proxy

Examples:
  xinference-tool-answer.sh '{"celsius": 18, "sky": "clear"}'
  xinference-tool-answer.sh - < FILE
  xinference-tool-answer.sh --model gpt-3.5-turbo --dry-run

Exit status: 0 answered, 2 usage, 5 nothing usable in the answer, 22 refused by the server,
127 curl or jq missing, else curl's own (7 no connection, 28 time-out)
HELP
}

# What is sent when no option is given.
default_body() {
  cat << 'JSON'
{
  "model": "gpt-3.5-turbo",
  "messages": [
    {"role": "user", "content": "What is the weather in Paris?"},
    {
      "role": "assistant",
      "content": "",
      "tool_calls": [
        {
          "id": "call_1",
          "type": "function",
          "function": {
            "name": "get_weather",
            "arguments": "{\"city\": \"Paris\"}"
          }
        }
      ]
    },
    {
      "role": "tool",
      "tool_call_id": "call_1",
      "content": "{\"celsius\": 18, \"sky\": \"clear\"}"
    }
  ],
  "tools": [
    {
      "type": "function",
      "function": {
        "name": "get_weather",
        "description": "The weather in a city",
        "parameters": {
          "type": "object",
          "properties": {
            "city": {
              "type": "string"
            }
          },
          "required": ["city"]
        }
      }
    }
  ]
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
    *'support tool calls'*) hint='Launch one that can (qwen2.5-instruct); choose: --model UID' ;;
    'curl error 7 '*) hint='Is it running? Start it: xinference-local --port 9997' ;;
    'HTTP 401 '*) hint='Set your key: export XINFERENCE_API_KEY=xf-1234' ;;
    *'Model not found'*) hint='List the models: xinference-models.sh; choose: --model UID' ;;
    'HTTP 404 '* | 'HTTP 405 '*) hint='Does the base URL end in /v1? See XINFERENCE_BASE_URL' ;;
    'curl error 28 '*) hint='Too slow? Allow more seconds, for example XINFERENCE_TIMEOUT=900' ;;
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
if [[ -n ${XINFERENCE_MODEL:-} ]]; then
  model="${XINFERENCE_MODEL}"
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

[[ ${#arguments[@]} -le 1 ]] || fail 2 'expected one RESULT: quote it'
hash curl jq || fail 127 'install what is missing: apt, dnf or brew install curl jq'
if [[ ${#arguments[@]} -eq 1 ]]; then
  prompt="${arguments[0]}"
  if [[ ${prompt} == - ]]; then
    prompt="$(cat && printf .)" # the dot keeps the last line breaks, which $(…) drops
    prompt="${prompt%.}"
  fi
fi

# ---- The request ---------------------------------------------------------------------------

url="${XINFERENCE_BASE_URL:-http://localhost:9997/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'XINFERENCE_BASE_URL must start with http:// or https://'
url="${url%/}/chat/completions"

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
  put_text '.messages[-1].content' "${prompt}"
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
  printf 'curl -sS'
  for word in "${request[@]}"; do
    if [[ ${word} =~ [^A-Za-z-] || -z ${word} ]]; then # letters and - need no quotes
      word="$(single_quoted "${word}")"
    fi
    printf ' %s' "${word}"
  done
  if [[ -n ${XINFERENCE_API_KEY:+set} ]]; then
    printf ' -H %s' "\"Authorization: Bearer \$XINFERENCE_API_KEY\""
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

# These win over ~/.curlrc and XINFERENCE_CURLRC: the --no-… undo what would spoil the answer.
options=(
  --silent --show-error --globoff
  --no-include --no-verbose --no-fail --no-location
  --connect-timeout 10 --max-time "${XINFERENCE_TIMEOUT:-300}"
  --dump-header "${tmp}/headers" --output "${tmp}/answer"
  --write-out '%{http_code} %{redirect_url}'
)
if [[ -n ${XINFERENCE_CURLRC:-} ]]; then
  options=(--config "${XINFERENCE_CURLRC}" "${options[@]}")
fi
if [[ ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]]; then
  options+=(--noproxy '*') # a proxy does not reach this machine's own servers
fi

# The key is no argument, which a list of processes would show, and is in no line that `bash -x`
# prints: :+set gives the word set for it, //[!…]/ leaves only its line breaks. File descriptor 3
# holds the header, and curl reads it there. (--dry-run needs no key.)
if [[ -n ${XINFERENCE_API_KEY:+set} ]]; then
  [[ -z ${XINFERENCE_API_KEY//[!$'\r\n']/} ]] || fail 2 'XINFERENCE_API_KEY holds a line break'
  exec 3<<< "Authorization: Bearer ${XINFERENCE_API_KEY}"
  options+=(--header @/dev/fd/3)
fi

settings='XINFERENCE_BASE_URL, XINFERENCE_TIMEOUT and XINFERENCE_CURLRC'
result="$(printf '%s' "${body}" | curl "${options[@]}" "${request[@]}" --data-binary @-)" ||
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

filter='.choices[0].message.content'
if [[ ${mode} == raw ]]; then
  cat "${tmp}/answer"
elif jq --raw-output "${filter} | values" "${tmp}/answer" > "${tmp}/found" &&
  [[ -s ${tmp}/found ]]; then
  cat "${tmp}/found"
else
  fail 5 "${filter} found nothing in the answer"
fi
