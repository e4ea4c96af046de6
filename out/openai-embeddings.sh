#!/usr/bin/env bash
# OpenAI: Embeddings · POST /embeddings · made by curlsheet, see --help
# OpenAI：向量嵌入 · POST /embeddings · 由 curlsheet 生成，用法见 --help
set -euo pipefail

IFS= read -r -d '' help << 'HELP' || true
Usage: openai-embeddings.sh [--model NAME] [-i] [--raw | --dry-run] [--] [TEXT | -]...

OpenAI: Embeddings (POST https://api.openai.com/v1/embeddings)

  --model NAME            the embedding model (default: text-embedding-3-small)
  TEXT                    a text, which gets a vector of its own (default: Embedding text...; may be repeated; - reads standard input)
  -i, --include           status line and response headers on standard error
  --raw                   the answer as received
  --dry-run               print the curl command, send nothing

Environment:
  OPENAI_API_KEY          the API key (required)
  OPENAI_BASE_URL         default: https://api.openai.com/v1
  OPENAI_EMBEDDING_MODEL  as --model
  OPENAI_TIMEOUT          seconds for the whole answer (default: 300)
  OPENAI_CURLRC           a curl config file: CA, client certificate, proxy

Examples:
  openai-embeddings.sh 'Embedding text...'
  openai-embeddings.sh - < FILE
  openai-embeddings.sh --model text-embedding-3-small --dry-run
  openai-embeddings.sh --raw | jq .usage.total_tokens

Exit status: 0 answered, 2 usage, 5 nothing usable in the answer, 22 refused by the server,
127 curl or jq missing, else curl's own (7 no connection, 28 time-out)
HELP

errors='first(.error.message?, .error?, .detail.error?, .detail?, .message? | strings)'
fail() { # fail STATUS MESSAGE: says what went wrong, in the server's words too, and what to try
  said="${status:+$({ jq -r "${errors}" "${tmp}/answer" 2> /dev/null | grep -a . ||
    head -c 500 "${tmp}/answer"; } | tr -d '\000')}"
  said="$(LC_ALL=C sed $'s/\302[\200-\237]//g;s/[\1-\10\13-\37\177]//g' <<< "$2${said:+: ${said}}")"
  case "${said}" in
    'curl error 7 '* | 'curl error 28 '*) hint='Need a proxy? export https_proxy=HOST:PORT' ;;
    'HTTP 401 '*) hint='A wrong key? See platform.openai.com/api-keys' ;;
    *'does not exist'*) hint='List the models: openai-models.sh; choose: --model NAME' ;;
    'HTTP 429 '*) hint='Too many requests, or no credit left: see the account' ;;
    *) hint='' ;;
  esac
  printf '%s: %s\n' "${0##*/}" "${said}${hint:+$'\n'}${hint}" >&2
  exit "$1"
}
put() { # put PLACE --arg|--argjson OPTION VALUE: a value of the user's into the body
  [[ $# -gt 3 ]] || fail 2 "$3 needs a value"
  edits+=" | $1 = \$ARGS.named.v${#given[@]}"
  given+=("$2" "v${#given[@]}" "$4")
}
add() { # as put, at the end of a list; the first value begins it anew
  [[ ${edits} == *" | $1 = []"* ]] || edits+=" | $1 = []"
  put "$1[$1 | length]" "${@:2}"
}

unset body && include='' mode='' status='' words=() given=(-c) edits=.
[[ -z ${OPENAI_EMBEDDING_MODEL:-} ]] ||
  put .model --arg OPENAI_EMBEDDING_MODEL "${OPENAI_EMBEDDING_MODEL}"
while [[ $# -gt 0 ]]; do
  [[ $1 != --model=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
  case "$1" in
    -h | --help) printf '%s' "${help}" && exit ;;
    -i | --include) include=yes ;;
    --raw | --dry-run) mode="$1" ;;
    --model) shift && put .model --arg --model "$@" ;;
    --) shift && words+=("$@") && break ;;
    -?*) fail 2 "unknown option $1: see --help" ;;
    *) words+=("$1") ;;
  esac
  shift
done
hash curl jq || fail 127 'install what is missing: apt, dnf or brew install curl jq'
tmp="$(mktemp -d)" && trap 'rm -rf "${tmp}"' EXIT && : > "${tmp}/answer"
[[ ${#words[@]} -eq 0 ]] || edits+=' | .input = []'
for word in ${words[@]+"${words[@]}"}; do
  if [[ ${word} == - ]]; then cat; else printf '%s' "${word}"; fi > "${tmp}/${#given[@]}"
  edits+=" | .input += [\$ARGS.named.v""${#given[@]}]"
  given+=(--rawfile "v${#given[@]}" "${tmp}/${#given[@]}")
done
url="${OPENAI_BASE_URL:-https://api.openai.com/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'OPENAI_BASE_URL must start with http:// or https://'
url="${url%/}"/embeddings
IFS= read -r -d '' body << 'JSON' || body="${body%$'\n'}"
{"model": "text-embedding-3-small", "input": "Embedding text..."}
JSON
[[ ${edits} == . ]] || body="$(jq "${given[@]}" "${edits}" <(printf '%s' "${body}"))" ||
  fail 2 'the values do not fit into the body'
if [[ ${mode} == --dry-run ]]; then # each word as a shell reads it back
  LC_ALL=C quote="'\\''"
  printf "curl -sS '%s'%s" "${url//\'/${quote}}" " -H 'Content-Type: application/json'"
  printf '%s' " -H \"Authorization: Bearer \$OPENAI_API_KEY\""
  [[ ${#body} -gt 30000 ]] && printf " -d @- <<'JSON'\n%s\nJSON\n" "${body}" && exit
  { printf " -d '%s'\n" "${body//\'/${quote}}" && exit; } || exit
fi
options=(${OPENAI_CURLRC:+-K "${OPENAI_CURLRC}"} -sSg --no-include --no-verbose --no-fail
  --no-location -w '%{http_code} %{redirect_url}' -D "${tmp}/headers" -o "${tmp}/answer"
  --connect-timeout 10 -m "${OPENAI_TIMEOUT:-300}" -H @/dev/fd/3)
[[ ! ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]] || options+=(--noproxy '*')
[[ -n ${OPENAI_API_KEY:+set} ]] || fail 2 'no API key: export OPENAI_API_KEY=your-key'
[[ -z ${OPENAI_API_KEY//[!$'\r\n']/} ]] || fail 2 'OPENAI_API_KEY holds a line break'
exec 3<<< "Authorization: Bearer ${OPENAI_API_KEY}" # in no list of processes or trace
result="$(printf '%s' "${body}" |
  curl "${options[@]}" "${url}" -H 'Content-Type: application/json' --data-binary @-)" ||
  fail "$?" "curl error $? at ${url} (see OPENAI_BASE_URL, _TIMEOUT and _CURLRC)"
read -r status location <<< "${result}"
[[ -z ${include} ]] || tr -d '\r' < "${tmp}/headers" >&2
[[ ${status} == 2?? || ${mode} != --raw ]] || cat "${tmp}/answer" >&2
[[ ${status} == 2?? ]] || fail 22 "HTTP ${status} from ${url}${location:+, to ${location}}"
filter='.data[].embedding | "\(length) numbers: \(.[:3] | map(tostring) | join(", ")), …"'
if [[ ${mode} == --raw ]]; then
  cat "${tmp}/answer"
elif jq -r "${filter} | values" "${tmp}/answer" > "${tmp}/found" && [[ -s ${tmp}/found ]]; then
  cat "${tmp}/found"
else
  fail 5 'nothing in the answer at summary'
fi
