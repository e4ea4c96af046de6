#!/usr/bin/env bash
# LM Studio: Chat completions, streaming · POST /chat/completions · made by curlsheet, see --help
# LM Studio：对话补全（流式输出） · POST /chat/completions · 由 curlsheet 生成，用法见 --help
set -euo pipefail

IFS= read -r -d '' help << 'HELP' || true
Usage: lm-studio-chat-completions-stream.sh [--model NAME] [--system TEXT] [--max-tokens N]
         [--temperature T] [-i] [--raw | --dry-run] [--] [PROMPT | -]

LM Studio: Chat completions, streaming (POST http://localhost:1234/v1/chat/completions)

  --model NAME        the model (default: qwen2.5-7b-instruct)
  PROMPT              the question (default: 解释人工智能; - reads standard input)
  --system TEXT       the role that the model takes (default: 你是位人工智能专家。)
  --max-tokens N      the most tokens in an answer
  --temperature T     0 for the same answer each time, higher for freer ones
  -i, --include       status line and response headers on standard error
  --raw               the answer as received: the events
  --dry-run           print the curl command, send nothing

Environment:
  LM_API_TOKEN        the API key (sent if set)
  LM_STUDIO_BASE_URL  default: http://localhost:1234/v1
  LM_STUDIO_MODEL     as --model
  LM_STUDIO_TIMEOUT   seconds of silence (default: 300)
  LM_STUDIO_CURLRC    a curl config file: CA, client certificate, proxy

Examples:
  lm-studio-chat-completions-stream.sh '解释人工智能'
  lm-studio-chat-completions-stream.sh - < FILE
  lm-studio-chat-completions-stream.sh --model qwen2.5-7b-instruct --dry-run

Exit status: 0 answered, 2 usage, 5 nothing usable or an error in it, 22 refused by the server,
127 curl or jq missing, else curl's own (7 no connection, 28 time-out)
HELP

errors='first(.error.message?, .error?, .detail.error?, .detail?, .message? | strings)'
fail() { # fail STATUS MESSAGE: says what went wrong, in the server's words too, and what to try
  said="${status:+$({ jq -r "${errors}" "${tmp}/answer" 2> /dev/null | grep -a . ||
    head -c 500 "${tmp}/answer"; } | tr -d '\000')}"
  said="$(LC_ALL=C sed $'s/\302[\200-\237]//g;s/[\1-\10\13-\37\177]//g' <<< "$2${said:+: ${said}}")"
  case "${said}" in
    'curl error 7 '*) hint='Is its server on? lms server start' ;;
    *'Unexpected endpoint'*) hint='Does the base URL end in /v1? See LM_STUDIO_BASE_URL' ;;
    *'No models loaded'*) hint='Load one: lms load NAME' ;;
    'HTTP 401 '*) hint='Set your key: export LM_API_TOKEN=lm-studio' ;;
    *) hint='' ;;
  esac
  printf '%s: %s\n' "${0##*/}" "${said}${hint:+$'\n'}${hint}" >&2
  exit "$1"
}
put() { # put PLACE --arg|--argjson OPTION VALUE: a value of the user's into the body
  [[ $# -gt 3 ]] || fail 2 "$3 needs a value"
  [[ $2 == --arg || $4 =~ ^-?([0-9]{1,15}|[0-9]*\.[0-9]{1,17})([eE][-+]?[0-9]{1,2})?$ ]] ||
    fail 2 "$3 must be a number"
  edits+=" | $1 = \$ARGS.named.v${#given[@]}"
  given+=("$2" "v${#given[@]}" "$4")
}

unset body && include='' mode='' status='' words=() given=(-c) edits=.
[[ -z ${LM_STUDIO_MODEL:-} ]] || put .model --arg LM_STUDIO_MODEL "${LM_STUDIO_MODEL}"
while [[ $# -gt 0 ]]; do
  [[ ! $1 =~ ^--(model|system|max-tokens|temperature)= ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
  case "$1" in
    -h | --help) printf '%s' "${help}" && exit ;;
    -i | --include) include=yes ;;
    --raw | --dry-run) mode="$1" ;;
    --model) shift && put .model --arg --model "$@" ;;
    --system) shift && put '.messages[0].content' --arg --system "$@" ;;
    --max-tokens) shift && put .max_tokens --argjson --max-tokens "$@" ;;
    --temperature) shift && put .temperature --argjson --temperature "$@" ;;
    --) shift && words+=("$@") && break ;;
    -?*) fail 2 "unknown option $1: see --help" ;;
    *) words+=("$1") ;;
  esac
  shift
done
[[ ${#words[@]} -le 1 ]] || fail 2 'one PROMPT only: put it in quotes'
hash curl jq || fail 127 'install what is missing: apt, dnf or brew install curl jq'
tmp="$(mktemp -d)" && trap 'rm -rf "${tmp}"' EXIT && : > "${tmp}/answer"
[[ ${words[0]-} != - ]] || IFS= read -r -d '' 'words[0]' || true
[[ ${#words[@]} -eq 0 ]] || edits+=" | .messages[-1].content = \$ARGS.named.argument"
url="${LM_STUDIO_BASE_URL:-http://localhost:1234/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'LM_STUDIO_BASE_URL must start with http:// or https://'
url="${url%/}"/chat/completions
IFS= read -r -d '' body << 'JSON' || body="${body%$'\n'}"
{
  "model": "qwen2.5-7b-instruct",
  "messages": [
    {"role": "system", "content": "你是位人工智能专家。"},
    {"role": "user", "content": "解释人工智能"}
  ],
  "stream": true,
  "stream_options": {"include_usage": true}
}
JSON
[[ ${edits} == . ]] || body="$(jq "${given[@]}" --rawfile argument <(printf '%s' "${words[0]-}") \
  "${edits}" <(printf '%s' "${body}"))" || fail 2 'the values do not fit into the body'
if [[ ${mode} == --dry-run ]]; then # each word as a shell reads it back
  LC_ALL=C quote="'\\''"
  printf "curl -sSN '%s'%s" "${url//\'/${quote}}" " -H 'Content-Type: application/json'"
  printf '%s' ${LM_API_TOKEN:+" -H \"Authorization: Bearer \$LM_API_TOKEN\""}
  [[ ${#body} -gt 30000 ]] && printf " -d @- <<'JSON'\n%s\nJSON\n" "${body}" && exit
  { printf " -d '%s'\n" "${body//\'/${quote}}" && exit; } || exit
fi
options=(${LM_STUDIO_CURLRC:+-K "${LM_STUDIO_CURLRC}"} -sSNg --no-include --no-verbose --no-fail
  --no-location -w '%{http_code} %{redirect_url}\n' -D "${tmp}/headers" -o /dev/fd/4 -m 0
  --connect-timeout 10 -y "${LM_STUDIO_TIMEOUT:-300}" -Y 1 ${LM_API_TOKEN:+-H @/dev/fd/3})
[[ ! ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]] || options+=(--noproxy '*')
[[ -z ${LM_API_TOKEN+${LM_API_TOKEN//[!$'\r\n']/}} ]] ||
  fail 2 'LM_API_TOKEN holds a line break'
exec 3<<< "Authorization: Bearer ${LM_API_TOKEN:-}" # in no list of processes or trace
filter='.choices[0].delta.content // empty'
aside='(.choices[0].delta | .reasoning_content // .reasoning // empty)? | values'
[[ ! -t 2 ]] || aside+=' | "\u001b[2m\(.)\u001b[m"' # dim on a terminal
each() { jq --unbuffered "$@" 2> /dev/null || exit "$?$(read -r -d '' -n 500 || true)"; }
show() { # where jq stops, a little more is read: the words of an error
  [[ ${mode} != --raw ]] || exec tee "${tmp}/answer"
  while IFS= read -r line || [[ -n ${line} ]]; do # the JSON of each event, as it comes
    [[ ${line} =~ ^(:|event:|id:|retry:|data:\ *\[DONE) ]] || printf '%s\n' "${line#data:}"
  done | tee "${tmp}/answer" \
    >(jq -nj --unbuffered "inputs | ${aside}" >&2 2> /dev/null || cat > /dev/null || true) |
    each -enj "inputs | (${errors} | error), (${filter} | values)"
}
set +e && curl "${options[@]}" "${url}" -H 'Content-Type: application/json' --data-binary @- \
  < <(printf '%s' "${body}") 4>&1 > "${tmp}/result" 2> "${tmp}/error" | show
codes=("${PIPESTATUS[@]}") # curl's, 23 if jq reads no further, and jq's, 141 if nobody reads on
[[ ${codes[1]} -ne 141 ]] || exit 141
[[ ! ${codes[1]}${mode} =~ ^[01]$ ]] || echo
[[ ${codes[0]} =~ ^(0|23)$ ]] || { cat "${tmp}/error" >&2 && fail "${codes[0]}" \
  "curl error ${codes[0]} at ${url} (see LM_STUDIO_BASE_URL, _TIMEOUT and _CURLRC)"; }
read -r status location < "${tmp}/result"
[[ -z ${include} ]] || tr -d '\r' < "${tmp}/headers" >&2
[[ ${status} == 2?? ]] || fail 22 "HTTP ${status} from ${url}${location:+, to ${location}}"
[[ ${codes[1]}${mode} =~ ^(0|1$) ]] || fail 5 "an error in the stream, or nothing at ${filter}"
