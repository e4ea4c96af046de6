#!/usr/bin/env bash
# vLLM: Transcription · POST /audio/transcriptions · made by curlsheet, see --help
# vLLM：语音转文字 · POST /audio/transcriptions · 由 curlsheet 生成，用法见 --help
# shellcheck disable=SC2292 # [ ], since sh and zsh run these lines, too
if [ -z "${BASH_VERSION:-}" ]; then
  echo "run it with bash: bash $0" >&2
  exit 2
fi
set -euo pipefail
set +o posix # on where bash was started as sh

usage() {
  cat << 'HELP'
Usage: vllm-transcriptions.sh [--model NAME] [--language CODE] [-i] [--raw | --dry-run]
         [--] [FILE | -]

vLLM: Transcription (POST http://localhost:8000/v1/audio/transcriptions)

  --model NAME      the transcription model (default: openai/whisper-large-v3)
  FILE              the recording (default: audio.mp3; - reads standard input)
  --language CODE   its language code, such as en or zh
  -i, --include     status line and response headers on standard error
  --raw             the answer as received
  --dry-run         print the curl command, send nothing

Environment:
  VLLM_API_KEY      the API key (sent if set)
  VLLM_BASE_URL     default: http://localhost:8000/v1
  VLLM_AUDIO_MODEL  as --model
  VLLM_TIMEOUT      seconds for the whole answer (default: 300)
  VLLM_CURLRC       a curl config file: CA, client certificate, proxy

Examples:
  vllm-transcriptions.sh audio.mp3
  vllm-transcriptions.sh - < FILE
  vllm-transcriptions.sh --model openai/whisper-large-v3 --dry-run

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
    'HTTP 401 '*) hint='Set your key: export VLLM_API_KEY=token-abc123' ;;
    *'does not exist'*) hint='List the models: vllm-models.sh; choose: --model NAME' ;;
    'HTTP 404 '*) hint='Does the base URL end in /v1? Does its model support this?' ;;
    'curl error 28 '*) hint='Too slow? Allow more seconds, for example VLLM_TIMEOUT=900' ;;
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

need_file() { # need_file NAME; - is standard input, and a pipe is a file, too
  [[ $1 == - || (-r $1 && ! -d $1) ]] || fail 2 "cannot read $1"
}

# What is not given stays unset, since an empty text is a value.
unset language
mode=answer # or raw, or dry-run
include=''
arguments=()
audio_model='openai/whisper-large-v3'
file='audio.mp3'
if [[ -n ${VLLM_AUDIO_MODEL:-} ]]; then
  audio_model="${VLLM_AUDIO_MODEL}"
fi

while [[ $# -gt 0 ]]; do
  case "$1" in
    --model=* | --language=*)
      set -- "${1%%=*}" "${1#*=}" "${@:2}" # --model=VALUE is read as --model VALUE
      continue
      ;;
    --model)
      need_value "$@"
      audio_model="$2"
      shift
      ;;
    --language)
      need_value "$@"
      language="$2"
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

[[ ${#arguments[@]} -le 1 ]] || fail 2 'expected one FILE: quote it'
hash curl jq || fail 127 'install what is missing: apt, dnf or brew install curl jq'
if [[ ${#arguments[@]} -eq 1 ]]; then
  file="${arguments[0]}"
fi

# ---- The request ---------------------------------------------------------------------------

url="${VLLM_BASE_URL:-http://localhost:8000/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'VLLM_BASE_URL must start with http:// or https://'
url="${url%/}/audio/transcriptions"

# What curl is asked for, a word each; --dry-run prints it.
request=("${url}")

escaped() { # escaped FILE: with a \ before each \ and ", as -F reads a name in double quotes
  printf '%s\n' "$1" | sed 's/[\\"]/\\&/g'
}

# --form-string sends a text as it is; -F opens a file where its value starts with @.
request+=(--form-string "model=${audio_model}")
if [[ ${mode} != dry-run ]]; then
  need_file "${file}"
fi
quoted_file="$(escaped "${file}")"
request+=(-F "file=@\"${quoted_file}\"")
if [[ -n ${language+given} ]]; then
  request+=(--form-string "language=${language}")
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
  if [[ -n ${VLLM_API_KEY:+set} ]]; then
    printf ' -H %s' "\"Authorization: Bearer \$VLLM_API_KEY\""
  fi
  echo
  exit
fi

# ---- The call ------------------------------------------------------------------------------

tmp="$(mktemp -d)" || fail 1 'cannot make a temporary folder: see TMPDIR'
trap 'rm -rf "${tmp}"' EXIT
touch "${tmp}/answer" # curl creates no file for an empty answer

# These win over ~/.curlrc and VLLM_CURLRC: the --no-… undo what would spoil the answer.
options=(
  --silent --show-error --globoff
  --no-include --no-verbose --no-fail --no-location
  --connect-timeout 10 --max-time "${VLLM_TIMEOUT:-300}"
  --dump-header "${tmp}/headers" --output "${tmp}/answer"
  --write-out '%{http_code} %{redirect_url}'
)
if [[ -n ${VLLM_CURLRC:-} ]]; then
  options=(--config "${VLLM_CURLRC}" "${options[@]}")
fi
if [[ ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]]; then
  options+=(--noproxy '*') # a proxy does not reach this machine's own servers
fi

# The key is no argument, which a list of processes would show, and is in no line that `bash -x`
# prints: :+set gives the word set for it, //[!…]/ leaves only its line breaks. File descriptor 3
# holds the header, and curl reads it there. (--dry-run needs no key.)
if [[ -n ${VLLM_API_KEY:+set} ]]; then
  [[ -z ${VLLM_API_KEY//[!$'\r\n']/} ]] || fail 2 'VLLM_API_KEY holds a line break'
  exec 3<<< "Authorization: Bearer ${VLLM_API_KEY}"
  options+=(--header @/dev/fd/3)
fi

settings='VLLM_BASE_URL, VLLM_TIMEOUT and VLLM_CURLRC'
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

filter='.text'
if [[ ${mode} == raw ]]; then
  cat "${tmp}/answer"
elif jq --raw-output "${filter} | values" "${tmp}/answer" > "${tmp}/found" &&
  [[ -s ${tmp}/found ]]; then
  cat "${tmp}/found"
else
  fail 5 "${filter} found nothing in the answer"
fi
