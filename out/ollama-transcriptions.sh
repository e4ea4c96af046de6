#!/usr/bin/env bash
# Ollama: Transcription · POST /audio/transcriptions · made by curlsheet, see --help
# Ollama：语音转文字 · POST /audio/transcriptions · 由 curlsheet 生成，用法见 --help
set -euo pipefail

IFS= read -r -d '' help << 'HELP' || true
Usage: ollama-transcriptions.sh [--model NAME] [--language CODE] [-i] [--raw | --dry-run]
         [--] [FILE | -]

Ollama: Transcription (POST http://localhost:11434/v1/audio/transcriptions)

  --model NAME        the transcription model (default: gemma4:e4b)
  FILE                the recording (default: audio.mp3; - reads standard input)
  --language CODE     its language, such as en or zh
  -i, --include       status line and response headers on standard error
  --raw               the answer as received
  --dry-run           print the curl command, send nothing

Environment:
  OLLAMA_BASE_URL     default: http://localhost:11434/v1
  OLLAMA_AUDIO_MODEL  as --model
  OLLAMA_TIMEOUT      seconds for the whole answer (default: 300)
  OLLAMA_CURLRC       a curl config file: CA, client certificate, proxy

Examples:
  ollama-transcriptions.sh audio.mp3
  ollama-transcriptions.sh - < FILE
  ollama-transcriptions.sh --model gemma4:e4b --dry-run

Exit status: 0 answered, 2 usage, 5 nothing usable in the answer, 22 refused by the server,
127 curl or jq missing, else curl's own (7 no connection, 28 time-out)
HELP

errors='first(.error.message?, .error?, .detail.error?, .detail?, .message? | strings)'
fail() { # fail STATUS MESSAGE: says what went wrong, in the server's words too, and what to try
  said="${status:+$({ jq -r "${errors}" "${tmp}/answer" 2> /dev/null | grep -a . ||
    head -c 500 "${tmp}/answer"; } | tr -d '\000')}"
  said="$(LC_ALL=C sed $'s/\302[\200-\237]//g;s/[\1-\10\13-\37\177]//g' <<< "$2${said:+: ${said}}")"
  case "${said}" in
    'curl error 7 '*) hint='Is it running? Start it: ollama serve' ;;
    *'page not found'*) hint='Does the base URL end in /v1? See OLLAMA_BASE_URL' ;;
    *' not found'*) hint='List the models: ollama-models.sh; choose: --model NAME' ;;
    *) hint='' ;;
  esac
  printf '%s: %s\n' "${0##*/}" "${said}${hint:+$'\n'}${hint}" >&2
  exit "$1"
}

unset given_audio_model given_file given_language &&
  include='' mode='' status='' words=()
[[ -z ${OLLAMA_AUDIO_MODEL:-} ]] || given_audio_model="${OLLAMA_AUDIO_MODEL}"
while [[ $# -gt 0 ]]; do
  [[ ! $1 =~ ^--(model|language)= ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
  case "$1" in
    -h | --help) printf '%s' "${help}" && exit ;;
    -i | --include) include=yes ;;
    --raw | --dry-run) mode="$1" ;;
    --model) { [[ $# -gt 1 ]] && given_audio_model="$2" && shift; } || fail 2 "$1 needs a value" ;;
    --language) { [[ $# -gt 1 ]] && given_language="$2" && shift; } || fail 2 "$1 needs a value" ;;
    --) shift && words+=("$@") && break ;;
    -?*) fail 2 "unknown option $1: see --help" ;;
    *) words+=("$1") ;;
  esac
  shift
done
[[ ${#words[@]} -le 1 ]] || fail 2 'one FILE only: put it in quotes'
hash curl jq || fail 127 'install what is missing: apt, dnf or brew install curl jq'
tmp="$(mktemp -d)" && trap 'rm -rf "${tmp}"' EXIT && : > "${tmp}/answer"
[[ ${#words[@]} -eq 0 ]] || given_file="${words[0]}"
url="${OLLAMA_BASE_URL:-http://localhost:11434/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'OLLAMA_BASE_URL must start with http:// or https://'
url="${url%/}"/audio/transcriptions
request=("${url}")
[[ -n ${given_audio_model+set} ]] || given_audio_model=gemma4:e4b
if [[ -n ${given_audio_model+set} ]]; then
  request+=(--form-string model="${given_audio_model}")
fi
[[ -n ${given_file+set} ]] || given_file=audio.mp3
if [[ -n ${given_file+set} ]]; then
  [[ ${mode} == --dry-run || ${given_file} == - || -r ${given_file} ]] ||
    fail 2 "cannot read ${given_file}"
  file="$(printf '%s\n' "${given_file}" | sed 's/[\\"]/\\&/g')" # curl wants \ and " escaped
  request+=(-F file=@"\"${file}\"")
fi
if [[ -n ${given_language+set} ]]; then
  request+=(--form-string language="${given_language}")
fi
if [[ ${mode} == --dry-run ]]; then # each word as a shell reads it back
  LC_ALL=C quote="'\\''"
  printf '%s' 'curl -sS'
  for word in "${request[@]}"; do
    [[ ${word} =~ ^[A-Za-z0-9_./:=@%+,-]+$ ]] || word="'${word//\'/${quote}}'"
    printf ' %s' "${word}"
  done
  { echo && exit; } || exit
fi
options=(${OLLAMA_CURLRC:+-K "${OLLAMA_CURLRC}"} -sSg --no-include --no-verbose --no-fail
  --no-location -w '%{http_code} %{redirect_url}' -D "${tmp}/headers" -o "${tmp}/answer"
  --connect-timeout 10 -m "${OLLAMA_TIMEOUT:-300}")
[[ ! ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]] || options+=(--noproxy '*')
result="$(curl "${options[@]}" "${request[@]}")" ||
  fail "$?" "curl error $? at ${url} (see OLLAMA_BASE_URL, _TIMEOUT and _CURLRC)"
read -r status location <<< "${result}"
[[ -z ${include} ]] || tr -d '\r' < "${tmp}/headers" >&2
[[ ${status} == 2?? || ${mode} != --raw ]] || cat "${tmp}/answer" >&2
[[ ${status} == 2?? ]] || fail 22 "HTTP ${status} from ${url}${location:+, to ${location}}"
filter=.text
if [[ ${mode} == --raw ]]; then
  cat "${tmp}/answer"
elif jq -r "${filter} | values" "${tmp}/answer" > "${tmp}/found" && [[ -s ${tmp}/found ]]; then
  cat "${tmp}/found"
else
  fail 5 "nothing in the answer at ${filter}"
fi
