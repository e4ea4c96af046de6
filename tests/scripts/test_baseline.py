"""The scripts keep to bash 3.2, curl 7.55 and jq 1.6: what came later, by the release it came with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import CATALOGS, OUT, ROOT, mostly_slow
from shapes import few, name

from generator.render.renderer import Renderer

# Options of curl that 7.55 does not know, as its manual's "Added in" has them.
OPTIONS = """
7.56 compressed-ssh
7.59 happy-eyeballs-timeout-ms proxy-pinnedpubkey
7.60 haproxy-protocol
7.61 disallow-username-in-url proxy-tls13-ciphers styled-output tls13-ciphers
7.62 doh-url
7.64 alt-svc http0.9
7.66 http3 parallel parallel-max sasl-authzid
7.67 no-progress-meter
7.68 etag-compare etag-save parallel-immediate
7.69 mail-rcpt-allowfails
7.70 ssl-revoke-best-effort
7.71 retry-all-errors
7.73 curves output-dir
7.74 hsts
7.75 aws-sigv4 create-file-mode
7.76 doh-cert-status doh-insecure fail-with-body
7.77 proxy-ssl-auto-client-cert ssl-auto-client-cert
7.80 hostpubsha256
7.81 form-escape
7.82 json
7.83 no-clobber remove-on-error
7.84 rate
7.87 url-query
7.88 http3-only
8.1 proxy-http2
8.2 ca-native haproxy-clientip proxy-ca-native trace-ids
8.3 trace-config variable expand-url expand-data expand-header
8.4 ipfs-gateway
8.8 ech
8.9 ip-tos keepalive-cnt mptcp vlan-priority
8.10 dump-ca-embed show-headers skip-existing
8.11 tls-earlydata
8.12 ssl-sessions
8.13 upload-flags
8.14 sigalgs
8.16 follow out-null parallel-max-host
8.17 knownhosts
8.21 proxy-http3
8.22 httpsig-algo httpsig-headers httpsig-key httpsig-keyid
"""

# What -w of 7.55 does not know.
VARIABLES = """
7.63 stderr stdout
7.70 json
7.72 method
7.73 num_headers
7.75 errormsg exitcode onerror url urlnum
7.76 referer
7.83 header_json
7.84 header{x}
7.88 certs num_certs
8.1 url.host urle.path
8.2 conn_id xfer_id
8.3 output{x}
8.7 proxy_used
8.9 num_retries
8.10 time_posttransfer
8.12 time_queue
8.16 time{x}
"""

# A pattern, the bash or jq it came with, and what shows that the pattern finds it. In all of them ^ and $ are ends of lines.
BASH = [
    (r"\b(mapfile|readarray)\b", "4.0", ["mapfile -t lines < file", "readarray lines < file"]),
    (r"\$\{!?\w+(\[[^]]*\])?(,,?|\^\^?)[^}]*\}", "4.0", ["${x,,}", "${x,}", "${x^^}", "${x^}", "${x^^[a-c]}", "${x[@]^^}"]),
    (r"\b(declare|local|typeset|readonly|export)\s+-\w*A", "4.0", ["declare -A map", "local -rA map"]),
    (r"\b(declare|local|typeset)\s+-\w*[lu]", "4.0", ["declare -l lower", "local -u upper"]),
    (r"\b(declare|typeset)\s+-\w*g", "4.2", ["declare -g x=1"]),
    (r"\b(declare|local|typeset)\s+-\w*n", "4.3", ["declare -n name=$1", "local -n name=$1"]),
    (r"\blocal\s+-(\s|;|$)", "4.4", ["local -"]),
    (r"\|&", "4.0", ["curl |& cat"]),
    (r"&>>", "4.0", ["curl &>> log"]),
    (r"(^|\s);;?&(\s|$)", "4.0", ["a) ;&", "a) ;;&"]),
    (r"^\s*coproc\b", "4.0", ["coproc cat"]),
    (r"\bBASHPID\b", "4.0", ["echo ${BASHPID}"]),
    (r"\{0\d+\.\.|\{\w+\.\.\w+\.\.", "4.0", ["echo {01..10}", "echo {1..9..2}"]),
    (r"\bread\s+(-\w+\s+)*-\w*i", "4.0", ["read -e -i text line"]),
    (r"\bread\s+(-\w+\s+)*-\w*t\s*(\d*\.\d|0\b)", "4.0", ["read -t 0.5 line", "read -r -t 0", "read -rt .5"]),
    (r"\bread\s+(-\w+\s+)*-\w*N", "4.1", ["read -N 1 c", "read -rN 1 c"]),
    (r"\bprintf\s+-v\s*['\"]?\w+\[", "4.1", ["printf -v 'a[0]' %s x", "printf -v a[1] x"]),
    (r"(?<![\w$}\\'\"])\{\w+\}[<>]", "4.1", ["exec {fd}< file", "cat {out}> file"]),
    (r"\bprintf\b.*%-?\d*\([^)]*\)T", "4.2", ["printf '%(%F)T' -1"]),
    (r"(\[\[?|\btest)\s(.*\s)?-v\s+\w", "4.2", ["[[ -v x ]]", "[ -v x ]", "test -v x", "[[ -n ${y} && -v x ]]"]),
    (r"\[\[?\s(.*\s)?-R\s+\w", "4.3", ["[[ -R x ]]"]),
    (r"(?<![.\w])\w+\[-\d+\]", "4.2", ["${words[-1]}", "words[-1]=x", "unset 'words[-1]'"]),
    (r"\$\{\w+(\[[@*]\])?:[^}:]*:\s*-", "4.2", ["${x:0:-1}", "${x::-1}", "${x:0: -1}"]),
    (r"\$'[^']*\\[uU][0-9a-fA-F]", "4.2", ["$'\\u4e2d'", "$'a\\U0001f600'"]),
    (r"\bwait\s+-\w*[nfp]", "4.3", ["wait -n", "wait -p id -n"]),
    (r"\$\{!?\w+(\[[@*]\])?@[A-Za-z]\}", "4.4", ["${x@Q}", "${x[@]@Q}", "${x@U}"]),
    (
        r"\bshopt\s+-s\b.*\b(globstar|autocd|dirspell|lastpipe|direxpand|inherit_errexit|localvar_inherit|assoc_expand_once)\b",
        "4.0",
        ["shopt -s lastpipe"],
    ),
    (r"\b(EPOCHSECONDS|EPOCHREALTIME|BASH_ARGV0|SRANDOM|BASH_MONOSECONDS)\b", "5.0", ["echo ${EPOCHSECONDS}", "${SRANDOM}"]),
    (r"\$\{[\s|]", "5.3", ["${ cat; }", "${| REPLY=x; }"]),
    # 3.2 reads the text of $( ) badly: it looks for the ) and for quotes before it looks for anything else.
    (r"\$\([^()]*\bcase\b[^()]*\bin\s+[^(\s]", "4.0", ["$(case a in a) echo; esac)", "$(\n  case ${x} in\n    a) echo ;;\n  esac\n)"]),
    (r"\$\([^()]*(?<!<)<<(?!<)", "4.0", ["$(cat << EOF\nit's\nEOF\n)"]),
]

JQ = [
    (r"@base32d", "1.7", ["@base32d"]),
    (r"\b(toarray|have_literal_numbers|have_decnum)\b", "1.8", ["toarray", "have_literal_numbers", "have_decnum"]),
    (r"\bpick\(", "1.7", ["pick(.a)"]),
    (r"\bdebug\(", "1.7", ['debug("x")']),
    (r'\bscan\((?:[^()";]|"(?:\\.|[^"\\])*")*;', "1.7", ['scan("a"; "g")']),
    (r"\bif\b((?!\belse\b).)*\bend\b", "1.7", ["if .a then .b end", "if .a then .b elif .c then .d end"]),
    (r"[\w\]]\.\[", "1.7", [".a.[0]", ".[0].[1]"]),
    (r"--(raw-output0|binary|build-configuration)\b", "1.7", ["jq --raw-output0 .", "jq --binary ."]),
    (r"(^|[|(,;])\s*(abs|[lr]?trim|toboolean)\b(?![(:])", "1.7, 1.8", [".a | trim", "map(ltrim)", "rtrim", ".a|abs", "toboolean"]),
    (r"\btrimstr\(", "1.8", ['trimstr("x")']),
    (r"@urid", "1.8", ["@urid"]),
    (r"\badd\((?!\))", "1.8", ["add(.[].a)"]),
    (r"\bskip\(", "1.8", ["skip(1; .[])"]),
    (r"--argfile\b", "gone with 1.7", ["jq --argfile a file"]),
]

Rule = tuple[str, str, list[str]]


def curl() -> Iterator[Rule]:
    """The rules of the two tables."""
    for line in OPTIONS.split("\n")[1:-1]:
        since, *names = line.split()
        yield rf"(?<![\w-])--(no-)?({'|'.join(map(re.escape, names))})(?![\w.-])", since, [f"curl --{name} x" for name in names]
    yield r"(?<![\w-])--expand-", "8.3", ["curl --expand-user x"]
    yield r"\bcurl\s+(.*\s)?-[a-zA-Z]*Z", "7.66", ["curl -Z x", "curl -s -sZ x"]
    for line in VARIABLES.split("\n")[1:-1]:
        since, *names = line.split()
        patterns = [name.replace("{x}", r"\{") if "{" in name else rf"\{{{re.escape(name)}\}}" for name in names]
        yield f"%({'|'.join(patterns)})", since, [f"-w '%{name}'" if "{" in name else f"-w '%{{{name}}}'" for name in names]


RULES: list[Rule] = [*BASH, *JQ, *curl()]


def later(text: str, rules: list[Rule] = RULES) -> list[str]:
    """What in a text is later than the baseline: the release it came with, and its line."""
    found = []
    for pattern, since, _ in rules:
        for match in re.finditer(pattern, text, re.MULTILINE):
            number = text.count("\n", 0, match.start())
            found.append(f"{since}: {text.splitlines()[number].strip()}")
    return found


def maybe_empty(text: str) -> list[str]:
    """The uses of arrays that begin empty without a look at their length: `set -u` before bash 4.4 takes them for unset.

    The look may stand on the same line or on the three before.
    """
    found = []
    lines = text.splitlines()
    for array in sorted(set(re.findall(r"(?<!\w)(\w+)=\(\)", text))):
        for number, line in enumerate(lines):
            near = "\n".join(lines[max(0, number - 3) : number + 1])
            if f"${{{array}[@]}}" in line and f"${{#{array}[@]}}" not in near and f"${{{array}[@]+" not in line:
                found.append(line)
    return found


def code(script: str) -> str:
    """A script without the texts of its here-documents, which are no code: the help, the body, the key."""
    return re.sub(r"(?m)^(.*<< ?'?(\w+)'?.*\n)(?:.*\n)*?\2\n", r"\1", script)


def test_every_rule_finds() -> None:
    """Each rule finds what it is there for, on a line among others."""
    missed = [
        (pattern, line)
        for pattern, _, lines in RULES
        for line in lines
        if not re.search(pattern, f"set -euo pipefail\n{line}\necho\n", re.MULTILINE)
    ]
    assert missed == [] and sum(len(lines) for _, _, lines in RULES) > 150


@pytest.mark.parametrize(
    "line",
    [
        "options=(-sS -g --no-include --no-verbose --no-fail -w '%{http_code} %{redirect_url}' --noproxy '*' --data-raw x)",
        'for word in "${@:2}" "${x:1:2}" "${x: -1}" "${x:-1}" "${x%,}" "${x/,/^}" "${#x}" "${!x}"; do',
        'exec 3<&0 && curl 2>&1 | cat &> "${tmp}/log" ;; # a; & b',
        "read -r -d '' -t 5 x && printf -v x '%s%%' 1 && local LC_ALL=C && wait \"$!\"",
        'case "$(date)" in a) echo ;; esac && x=$(case a in (a) echo ;; esac) && y=$(tr a b <<< "${x}")',
        "jq -enj --unbuffered --stream --rawfile a b 'if .a then .b else .c end | ltrimstr(\"x\") | limit(1; .[]) | .a[0] | debug'",
    ],
)
def test_what_the_baseline_has_is_no_fault(line: str) -> None:
    """Look-alikes that bash 3.2, curl 7.55 and jq 1.6 know."""
    assert later(line) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('a=()\ncurl "${a[@]}"', ['curl "${a[@]}"']),
        ('a=()\n[[ ${#a[@]} -eq 0 ]] || curl "${a[@]}"', []),
        ('a=()\nif [[ ${#a[@]} -gt 0 ]]; then\n  curl "${a[@]}"\nfi', []),
        ('a=()\n[[ ${#a[@]} -gt 0 ]]\n\n\n\ncurl "${a[@]}"', ['curl "${a[@]}"']),
        ('a=()\ncurl ${a[@]+"${a[@]}"}', []),
        ('a=(x)\ncurl "${a[@]}"', []),
    ],
)
def test_arrays_that_may_be_empty(text: str, found: list[str]) -> None:
    """Bare uses alone are faults, of arrays that begin empty."""
    assert found == maybe_empty(text)


OTHER_CATALOGS = [CATALOGS / "hostile.yaml", *sorted((CATALOGS / "good").glob("*.yaml"))]
FEW = [OUT / f"{name(*cell)}.sh" for cell in few()]
OTHERS = [script for script in sorted(OUT.glob("*.sh")) if script not in FEW]


@pytest.mark.parametrize("scripts", mostly_slow({"few": FEW, "others": OTHERS}, quick=["few"]))
def test_scripts_in_out(scripts: list[Path]) -> None:
    """Nothing in what is published is later than the baseline. A paragraph that many scripts have is read once."""
    codes = {script.name: code(script.read_text("utf-8")) for script in scripts}
    paragraphs = {paragraph: name for name, text in codes.items() for paragraph in text.split("\n\n")}
    assert {name: found for paragraph, name in paragraphs.items() if (found := later(paragraph))} == {}
    assert {name: found for name, text in codes.items() if (found := maybe_empty(text))} == {}


@pytest.mark.parametrize("path", mostly_slow({path.stem: path for path in OTHER_CATALOGS}, quick=["openai-transcription"]))
def test_scripts_of_other_catalogs(path: Path, render: Callable[[Path], Renderer]) -> None:
    """Nothing that a template writes for bodies, forms, files, texts and lists is."""
    renderer = render(path)
    for backend in renderer.catalog.backends.values():
        for cell in backend.cells:
            if cell.missing is None:
                text = code(renderer.script(backend.id, cell.id).text)
                assert later(text) + maybe_empty(text) == [], (backend.id, cell.id)


@pytest.mark.parametrize("path", [ROOT / "catalog.yaml", *sorted((CATALOGS / "good").glob("*.yaml"))], ids=lambda path: path.stem)
def test_filters(path: Path, render: Callable[[Path], Renderer]) -> None:
    """Nothing in a catalog's own filters is, whatever jq is installed."""
    read = render(path).catalog
    filters = [item.jq for backend in read.backends.values() for cell in backend.cells for item in cell.pipelines or ()]
    assert [found for jq in [read.errors, *filters] for found in later(jq, JQ)] == []
