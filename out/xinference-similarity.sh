#!/usr/bin/env bash
# Xinference: Similarity of texts · POST /embeddings · made by curlsheet, see --help
# Xinference：文本相似度 · POST /embeddings · 由 curlsheet 生成，用法见 --help
# shellcheck disable=SC2016 # what stands in quotes is meant so
set -euo pipefail

IFS= read -r -d '' help << 'HELP' || true
Usage: xinference-similarity.sh [--model NAME] [-i] [--raw | --dry-run] [--] [TEXT | -]...

Xinference: Similarity of texts (POST http://localhost:9997/v1/embeddings)

  --model NAME                the embedding model (default: bge-m3)
  TEXT                        a text; two are needed, or more (default: ["The cat sits on the mat.", "A kitten rests on a rug.",...; may be repeated; - reads standard input)
  -i, --include               status line and response headers on standard error
  --raw                       the answer as received
  --dry-run                   print the curl command, send nothing

Environment:
  XINFERENCE_API_KEY          the API key (sent if set)
  XINFERENCE_BASE_URL         default: http://localhost:9997/v1
  XINFERENCE_EMBEDDING_MODEL  as --model
  XINFERENCE_TIMEOUT          seconds for the whole answer (default: 300)
  XINFERENCE_CURLRC           a curl config file: CA, client certificate, proxy

Examples:
  xinference-similarity.sh 'The cat sits on the mat.' 'A kitten rests on a rug.'
  xinference-similarity.sh 'A kitten rests on a rug.' - < FILE
  xinference-similarity.sh --model bge-m3 --dry-run
  xinference-similarity.sh --raw | jq '[.data[].embedding | length]'

Exit status: 0 answered, 2 usage, 5 nothing usable in the answer, 22 refused by the server,
127 curl or jq missing, else curl's own (7 no connection, 28 time-out)
HELP

errors='first(.error.message?, .error?, .detail.error?, .detail?, .message? | strings)'
fail() { # fail STATUS MESSAGE: says what went wrong, in the server's words too, and what to try
  said="${status:+$({ jq -r "${errors}" "${tmp}/answer" 2> /dev/null | grep -a . ||
    head -c 500 "${tmp}/answer"; } | tr -d '\000')}"
  said="$(LC_ALL=C sed $'s/\302[\200-\237]//g;s/[\1-\10\13-\37\177]//g' <<< "$2${said:+: ${said}}")"
  case "${said}" in
    *'nothing in the answer at cosine'*) hint='Two texts are needed, each in quotes' ;;
    'curl error 7 '*) hint='Is it running? xinference-local --port 9997' ;;
    'HTTP 401 '*) hint='Set your key: export XINFERENCE_API_KEY=xf-1234' ;;
    *'Model not found'*) hint='List the models: xinference-models.sh; choose: --model UID' ;;
    'HTTP 404 '* | 'HTTP 405 '*) hint='Does the base URL end in /v1? See XINFERENCE_BASE_URL' ;;
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
[[ -z ${XINFERENCE_EMBEDDING_MODEL:-} ]] ||
  put .model --arg XINFERENCE_EMBEDDING_MODEL "${XINFERENCE_EMBEDDING_MODEL}"
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
url="${XINFERENCE_BASE_URL:-http://localhost:9997/v1}"
[[ ${url} =~ ^https?:// ]] || fail 2 'XINFERENCE_BASE_URL must start with http:// or https://'
url="${url%/}"/embeddings
IFS= read -r -d '' body << 'JSON' || body="${body%$'\n'}"
{
  "model": "bge-m3",
  "input": [
    "The cat sits on the mat.",
    "A kitten rests on a rug.",
    "Stocks fell on Monday."
  ]
}
JSON
[[ ${edits} == . ]] || body="$(jq "${given[@]}" "${edits}" <(printf '%s' "${body}"))" ||
  fail 2 'the values do not fit into the body'
if [[ ${mode} == --dry-run ]]; then # each word as a shell reads it back
  LC_ALL=C quote="'\\''"
  printf "curl -sS '%s'%s" "${url//\'/${quote}}" " -H 'Content-Type: application/json'"
  printf '%s' ${XINFERENCE_API_KEY:+" -H \"Authorization: Bearer \$XINFERENCE_API_KEY\""}
  [[ ${#body} -gt 30000 ]] && printf " -d @- <<'JSON'\n%s\nJSON\n" "${body}" && exit
  { printf " -d '%s'\n" "${body//\'/${quote}}" && exit; } || exit
fi
options=(${XINFERENCE_CURLRC:+-K "${XINFERENCE_CURLRC}"} -sSg --no-include --no-verbose --no-fail
  --no-location -w '%{http_code} %{redirect_url}' -D "${tmp}/headers" -o "${tmp}/answer"
  --connect-timeout 10 -m "${XINFERENCE_TIMEOUT:-300}" ${XINFERENCE_API_KEY:+-H @/dev/fd/3})
[[ ! ${url} =~ ^https?://([^/@]*@)?(localhost|127[.0-9]+|\[::1\])[:/] ]] || options+=(--noproxy '*')
[[ -z ${XINFERENCE_API_KEY+${XINFERENCE_API_KEY//[!$'\r\n']/}} ]] ||
  fail 2 'XINFERENCE_API_KEY holds a line break'
exec 3<<< "Authorization: Bearer ${XINFERENCE_API_KEY:-}" # in no list of processes or trace
result="$(printf '%s' "${body}" |
  curl "${options[@]}" "${url}" -H 'Content-Type: application/json' --data-binary @-)" ||
  fail "$?" "curl error $? at ${url} (see XINFERENCE_BASE_URL, _TIMEOUT and _CURLRC)"
read -r status location <<< "${result}"
[[ -z ${include} ]] || tr -d '\r' < "${tmp}/headers" >&2
[[ ${status} == 2?? || ${mode} != --raw ]] || cat "${tmp}/answer" >&2
[[ ${status} == 2?? ]] || fail 22 "HTTP ${status} from ${url}${location:+, to ${location}}"
filter='def dot($a; $b): reduce range($a | length) as $i (0; . + $a[$i] * $b[$i]);
[.data[].embedding] as $all | range(1; $all | length) as $n |
dot($all[0]; $all[$n]) / (dot($all[0]; $all[0]) * dot($all[$n]; $all[$n]) | sqrt) |
"1 and \($n + 1): \(. * 1000 | round / 1000)"'
if [[ ${mode} == --raw ]]; then
  cat "${tmp}/answer"
elif jq -r "${filter} | values" "${tmp}/answer" > "${tmp}/found" && [[ -s ${tmp}/found ]]; then
  cat "${tmp}/found"
else
  fail 5 'nothing in the answer at cosine'
fi
