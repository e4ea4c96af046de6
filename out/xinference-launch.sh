#!/usr/bin/env bash
# Xinference: Launch a model · POST /models · made by curlsheet, see --help
# Xinference：启动模型 · POST /models · 由 curlsheet 生成，用法见 --help
# shellcheck disable=SC2292 # [ ], since sh and zsh run these lines, too
if [ -z "${BASH_VERSION:-}" ]; then
  echo "run it with bash: bash $0" >&2
  exit 2
fi
set -euo pipefail
set +o posix # on where bash was started as sh

usage() {
  cat << 'HELP'
Usage: xinference-launch.sh [--type WORD] [--engine NAME] [--size N] [--format WORD]
         [--quantization WORD] [--uid NAME] [--wait WORD] [-i] [--raw | --dry-run] [--]
         [NAME | -]

Xinference: Launch a model (POST http://localhost:9997/v1/models)

  NAME                 a model from the list of launchable models (default: qwen2.5-instruct; - reads standard input)
  --type WORD          model type: LLM, embedding, rerank, image, audio or video (default: LLM)
  --engine NAME        inference engine: transformers, vllm, llama.cpp …; sentence_transformers for embedding and rerank (default: transformers)
  --size N             size in billions of parameters; 0_5 is half a billion (default: 7)
  --format WORD        model format: pytorch, ggufv2, awq, gptq … (default: pytorch)
  --quantization WORD  quantization, such as Q4_K_M
  --uid NAME           the UID that requests use (default: the model name)
  --wait WORD          false: return at once and load in the background
  -i, --include        status line and response headers on standard error
  --raw                the answer as received
  --dry-run            print the curl command, send nothing

Environment:
  XINFERENCE_API_KEY   the API key (sent if set)
  XINFERENCE_BASE_URL  default: http://localhost:9997/v1
  XINFERENCE_TIMEOUT   seconds for the whole answer (default: 300)
  XINFERENCE_CURLRC    a curl config file: CA, client certificate, proxy

Examples:
  xinference-launch.sh qwen2.5-instruct
  xinference-launch.sh --type LLM --dry-run

Exit status: 0 answered, 2 usage, 5 nothing usable in the answer, 22 refused by the server,
127 curl or jq missing, else curl's own (7 no connection, 28 time-out)
HELP
}

# What is sent when no option is given.
default_body() {
  cat << 'JSON'
{
  "model_name": "qwen2.5-instruct",
  "model_type": "LLM",
  "model_engine": "transformers",
  "model_format": "pytorch",
  "model_size_in_billions": "7"
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
    'curl error 28 '*) hint='Still loading. To wait: XINFERENCE_TIMEOUT=3600; or --wait false' ;;
    *'cannot be run on engine'*) hint='For embedding and rerank: --engine sentence_transformers' ;;
    *'Model not found, name'*) hint='See xinference-registrations.sh; --size, --format must fit' ;;
    'curl error 7 '*) hint='Is it running? Start it: xinference-local --port 9997' ;;
    'HTTP 401 '*) hint='Set your key: export XINFERENCE_API_KEY=xf-1234' ;;
    *'Model not found'*) hint='List the models: xinference-models.sh; choose: --model UID' ;;
    'HTTP 404 '* | 'HTTP 405 '*) hint='Does the base URL end in /v1? See XINFERENCE_BASE_URL' ;;
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

# What is not given stays unset, since an empty text is a value.
unset name type engine size format quantization uid wait
# A body that the user exported would stay exported, to every program below.
unset body
mode=answer # or raw, or dry-run
include=''
arguments=()

while [[ $# -gt 0 ]]; do
  case "$1" in
    --type=* | --engine=* | --size=* | --format=* | --quantization=* | \
      --uid=* | --wait=*)
      set -- "${1%%=*}" "${1#*=}" "${@:2}" # --type=VALUE is read as --type VALUE
      continue
      ;;
    --type)
      need_value "$@"
      type="$2"
      shift
      ;;
    --engine)
      need_value "$@"
      engine="$2"
      shift
      ;;
    --size)
      need_value "$@"
      size="$2"
      shift
      ;;
    --format)
      need_value "$@"
      format="$2"
      shift
      ;;
    --quantization)
      need_value "$@"
      quantization="$2"
      shift
      ;;
    --uid)
      need_value "$@"
      uid="$2"
      shift
      ;;
    --wait)
      need_value "$@"
      wait="$2"
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

[[ ${#arguments[@]} -le 1 ]] || fail 2 'expected one NAME: quote it'
hash curl jq || fail 127 'install what is missing: apt, dnf or brew install curl jq'
if [[ ${#arguments[@]} -eq 1 ]]; then
  name="${arguments[0]}"
  if [[ ${name} == - ]]; then
    name="$(cat && printf .)" # the dot keeps the last line breaks, which $(…) drops
    name="${name%.}"
  fi
fi

# ---- The request ---------------------------------------------------------------------------

percent_encoded() { # percent_encoded TEXT: as it stands in a URL
  jq --raw-output --null-input --rawfile text <(printf '%s' "$1") '$text | @uri'
}

url="${XINFERENCE_BASE_URL:-http://localhost:9997/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'XINFERENCE_BASE_URL must start with http:// or https://'
url="${url%/}/models"

separator='?'
add_query() { # add_query NAME=VALUE: the first one stands behind ?, the others behind &
  url+="${separator}$1"
  separator='&'
}

if [[ -n ${wait+given} ]]; then
  encoded="$(percent_encoded "${wait}")"
  add_query "wait_ready=${encoded}"
fi

# What curl is asked for, a word each; --dry-run prints it.
request=("${url}" -H 'Content-Type: application/json')

put_text() { # put_text JQ_PATH TEXT; by a file, since an argument has a limit
  body="$(jq --compact-output --rawfile text <(printf '%s' "$2") "$1 = \$text" <<< "${body}")" ||
    fail 2 'the values do not fit into the body'
}

body="$(default_body)"
# +given: whether it is set, even to an empty text.
if [[ -n ${name+given} ]]; then
  put_text '.model_name' "${name}"
fi
if [[ -n ${type+given} ]]; then
  put_text '.model_type' "${type}"
fi
if [[ -n ${engine+given} ]]; then
  put_text '.model_engine' "${engine}"
fi
if [[ -n ${size+given} ]]; then
  put_text '.model_size_in_billions' "${size}"
fi
if [[ -n ${format+given} ]]; then
  put_text '.model_format' "${format}"
fi
if [[ -n ${quantization+given} ]]; then
  put_text '.quantization' "${quantization}"
fi
if [[ -n ${uid+given} ]]; then
  put_text '.model_uid' "${uid}"
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

filter='.model_uid'
if [[ ${mode} == raw ]]; then
  cat "${tmp}/answer"
elif jq --raw-output "${filter} | values" "${tmp}/answer" > "${tmp}/found" &&
  [[ -s ${tmp}/found ]]; then
  cat "${tmp}/found"
else
  fail 5 "${filter} found nothing in the answer"
fi
