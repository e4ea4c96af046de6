"""Shell text as words: what the reader says is what bash hands to curl."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from generator.importing.model import Text, Variable
from generator.importing.shell import parser
from generator.importing.shell.expand import Variables
from generator.importing.shell.model import BrokenText, CommentedText, Pipeline

FUNCTION = """\
command_not_found_handle() { :; }
curl() { { [[ $# -eq 0 ]] || printf '%s\\0' "$@"; printf '\\1\\0'; } >&9; }
"""

SET = "V=val; E=; W='two words'; L=(one 'two x' three); URL=http://localhost:1/v1; "

# Each is run by bash too: its words are what bash says.
SAME_AS_BASH = [
    "curl a b c",
    "curl 'a b' \"c d\" e\\ f",
    "curl a'b'\"c\"d",
    "curl '' \"\" a",
    "curl 'it'\\''s' 'it'\"'\"'s'",
    'curl "a \\"b\\" \\\\ \\n \\$V \\`"',
    "curl $'a\\tb\\n' $'it\\'s' $'\\x41\\101\\u4e2d\\U1F600' $'a\\0b' $'\\cH' $'\\q'",
    'curl $"hello"',
    "curl a\\\n  b \\\n c",
    "curl 'a\nb' \"c\nd\"",
    "curl a # b\ncurl c #d",
    "curl a#b '#c'",
    "curl a;curl b && curl c;",
    "curl a & wait; curl b",
    "curl a | cat",
    "curl a > out 2> errors",
    "curl a >out 2>&1",
    "curl a &> out",
    "curl a >> out b",
    "curl a 2>/dev/null b",
    "curl $V ${V} \"$V\" '$V'",
    'curl $E "$E" a$E',
    'curl $W "$W" a${W}b',
    "curl ${U:-d} ${U-d} ${V:-d} ${E:-d} ${E-d} \"${U:-a b}\" ${U:-'a b'}",
    "curl ${V:+x} ${U:+x} ${V+y}",
    'curl "${L[@]}" ${L[@]} $L "${L[0]}"',
    'curl "a${L[@]}b"',
    'curl $URL/x "$URL/x?a=$V"',
    "curl {a,b} x{1,2}y {a,{b,c}}d {a,b}{1,2}",
    "curl {1..3} {a..c} {01..03} {3..1} {1..7..3}",
    "curl {id} {} {a {a,b",
    "curl \"{a,b}\" '{a,b}' {'a b',c}",
    'curl {"a":1,"b":2}',
    "curl http://h/{a,b}?x={1,2}",
    'curl ~ ~/x a~ "~"',
    "curl * ? [a] a=b a=*",
    "curl http://h/a?b=c &d",
    'curl -d \'{"a": "it\'"\'"\'s"}\'',
    'curl -d "{\\"a\\": \\"$V\\"}"',
    'curl -d \'{"a": "\'"$V"\'"}\'',
    "curl -d \"{'a': '$V'}\"",
    "curl !a a!b '!'",
    "curl %20 a^b a,b a:b @a =a",
    "curl 中文 '“引号”' é",
    'A=1 B="2 3" curl $V',
    "export X=1 Y='a b'; curl $X \"$Y\"",
    "X=a; X+=b; curl $X",
    "X=$V/y; curl $X",
    'L+=(four); curl "${L[@]}"',
    "declare -r Z=z; curl $Z",
    "X=(a\n  'b c' # comment\n d); curl \"${X[@]}\"",
    "curl a <<EOF\n$V {a,b} 'x'\nEOF\ncurl b",
    "curl a <<'EOF' b\n$V\nEOF\ncurl c",
    "cat <<-EOF | curl a\n\tx\n\tEOF\ncurl b",
    "curl a <<A b <<B c\n1\nA\n2\nB\ncurl d",
    "curl a <<< 'x y' b",
    "curl a < /dev/null b",
    "if true; then curl a; fi",
    "if curl a; then\n  curl b\nfi",
    "! curl a",
    "{ curl a; curl b; }",
    "( curl a )",
    "while curl a; false; do x; done",
    "case x in\n  x) curl a;;\nesac",
    "[[ a == a ]] && curl b",
    '[ -n "$V" ] && curl a',
    "(( 1 + 1 )) && curl a",
    "curl a |\n  cat",
    "curl a &&\n  curl b",
    "curl -H 'A: b' \\\n  -H \"C: $V\" \\\n  'http://h/' \\\n",
    "curl \\\n\ncurl b",
    "curl a\\;b 'c;d' e\\&f",
    "curl $'--data\\x3da'",
    "curl \"$(printf '')\"a",
    "time curl a",
    'curl --data-raw $\'{"a":"b\\u0021"}\'',
    "curl \"a\\\nb\" 'a\\\nb'",
    "X='a  b'; curl $X$X \"$X\"$X",
    "curl \"\"$E'' $E$E",
    "X='-H a'; curl $X b",
    "curl [1-3] {a,b}[1-3]",
    "curl -d@- -d a@b",
]


def words_of_bash(text: str, folder: Path) -> list[list[str]]:
    """Run text in bash with a function in place of curl; return the arguments of each call."""
    reading, writing = os.pipe()
    subprocess.run(
        ["bash", "-c", f"exec 9>&{writing}\n{FUNCTION}{SET}\n{text}\n"],
        env={"PATH": os.environ["PATH"], "HOME": "~", "LANG": "C.UTF-8"},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(writing,),
        check=False,
    )
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        words = stream.read().decode("utf-8", "surrogateescape").split("\0")[:-1]
    commands: list[list[str]] = [[]]
    for word in words:
        if word == "\1":
            commands.append([])
        else:
            commands[-1].append(word)
    return commands[:-1]


def shown(text: Text) -> str:
    """Return a text with the defaults of its variables; `printf ''` prints nothing."""
    return "".join(part if isinstance(part, str) else part.default or "" for part in text.parts)


def commands_of(text: str, variables: Variables | None = None) -> list[list[Text]]:
    """Return the words of all commands in a text, as the reader says them."""
    variables = variables or Variables()
    found = []
    for item in parser.read(text):
        assert isinstance(item, Pipeline), item
        for command in item.commands:
            for assignment in command.assignments:
                variables.assign(assignment)
            found.append([one for word in command.words for one in variables.texts(word)])
    return found


@pytest.mark.parametrize("text", SAME_AS_BASH)
def test_words_are_those_of_bash(text: str, tmp_path: Path) -> None:
    """Quotes, expansions, heredocs and lists: the arguments of each curl command are what bash makes of it."""
    ours = [words[1:] for words in commands_of(SET + "\n" + text) if words and words[0].plain == "curl"]
    theirs = words_of_bash(text, tmp_path)

    assert [[shown(one) for one in command] for command in ours] == theirs != []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("curl 'a", "the quote ' that opens on line 1 is not closed"),
        ('curl a\ncurl "b\n', 'the quote " that opens on line 2 is not closed'),
        ("curl $'a", "the quote $' that opens on line 1 is not closed"),
        ("curl `a", "the quote ` that opens on line 1 is not closed"),
        ("curl \\\n $(a", "$( that opens on line 2 is not closed"),
        ("curl ${a", "the ${ that opens on line 1 is not closed"),
        ("curl ${}", "${ on line 1 is followed by no name"),
        ("curl <<EOF\na\nb", "the heredoc that starts on line 1 has no end: no line is EOF alone"),
        ("curl <<", "<< on line 1 is followed by no delimiter"),
        ("curl a > ", "line 1: > is followed by no file"),
        ("curl a (b)", "line 1: a ( stands outside of quotes"),
        ("X=(a", "the ( that opens on line 1 is not closed"),
        ("curl " + "$(" * 60 + ")" * 60, "line 1: nested more than 40 times"),
    ],
)
def test_what_bash_cannot_read_is_told(text: str, reason: str) -> None:
    """The reason names what is open, and the line on which it opens."""
    broken = [item for item in parser.read(text) if isinstance(item, BrokenText)]

    assert [item.reason for item in broken] == [reason]


@pytest.mark.parametrize(
    ("text", "words", "note"),
    [
        ("curl a \\ \n  b", ["curl a b"], "line 1: a blank stands behind the backslash"),
        ("curl a\n  -H b", ["curl a -H b"], "line 1: no backslash at its end"),
        ("curl a -d\n'x=1\ny=2' -H b", ["curl a -d x=1\ny=2 -H b"], "line 1: no backslash at its end"),
        ("curl a # x \\\n  -H b", ["curl a -H b"], "line 1: no backslash at its end"),
        ("curl a \\\n# why\n  -H b", ["curl a -H b"], "line 2: no backslash at its end"),
        ("curl a \\\ncurl b", ["curl a", "curl b"], "line 1: ends in a backslash"),
        ("curl “a b”", ["curl a b"], "“ is a typographic quote"),
        ("curl ‘a b’", ["curl a b"], "‘ is a typographic quote"),
        ("curl –X POST", ["curl -X POST"], "– is a typographic dash: read as -"),
        ("curl —data a", ["curl --data a"], "— is a typographic dash: read as --"),
        ("curl a/<id>", ["curl a/<id>"], "<id> stands unquoted"),
        ("curl <host>:9200/x", ["curl <host>:9200/x"], "<host> stands unquoted"),
        ("curl\u00a0a", ["curl a"], "U+00A0 is read as a blank"),
        ("curl a `\n  -H b", ["curl a -H b"], "the ` at its end continues a line in PowerShell only"),
        ("curl a ^\n  -H b", ["curl a -H b"], "the ^ at its end continues a line in cmd only"),
        ("curl a <<EOF\nb\n  EOF\n", ["curl a"], "blanks stand beside EOF"),
    ],
)
def test_what_is_read_otherwise_than_bash_reads_it_is_told(text: str, words: list[str], note: str) -> None:
    """What authors meant is read, and said: nothing is put right in silence."""
    items = [item for item in parser.read(text) if isinstance(item, Pipeline)]

    assert [" ".join(one.plain or "" for one in command) for command in commands_of(text)] == words
    assert note in " ".join(note for item in items for note in item.notes)


@pytest.mark.parametrize("text", ["curl a -d\nb", "curl a -s\n'b'", "curl a '-d'x\n'b'"])
def test_a_line_is_not_joined_to_an_option_without_need(text: str) -> None:
    """Only what starts with a quote is the value that an option lacks: another word may be a command."""
    assert [[one.plain for one in words][-1] for words in commands_of(text)][1:] == ["b"]


def test_redirects_are_no_placeholders() -> None:
    """`<in >out` and `< in` are redirects."""
    assert [[one.plain for one in words] for words in commands_of("curl a <in >out\ncurl b <in>out\ncurl c < in > out")] == [
        ["curl", "a"],
        ["curl", "b"],
        ["curl", "c"],
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('$ curl a\n{"b": "it\'s"}\n$ curl c', ["curl a", "curl c"]),
        ("$ curl a \\\n> -H b\n", ["curl a -H b"]),
        ("> curl a", ["curl a"]),
        ("% curl a", ["curl a"]),
        ("user@host:~/x$ curl a", ["curl a"]),
        ("[root@host x]# curl a", ["curl a"]),
        ("root@host:/# curl a", ["curl a"]),
        ("(venv) $ curl a", ["curl a"]),
        ("PS> curl a", ["curl a"]),
        ("PS C:\\Users\\x> curl a", ["curl a"]),
        ("C:\\x> curl a", ["curl a"]),
        ("bash-5.1$ curl a", ["curl a"]),
        ("$ for i in 1; do\n>  curl a\n> done", ["curl a"]),
        ("$ cat x\nprose isn't shell\ncurl b", ["cat x", "curl b"]),
        ("curl a\r\ncurl b\r\n", ["curl a", "curl b"]),
        ("\ufeffcurl a", ["curl a"]),
    ],
)
def test_prompts_are_taken_off(text: str, words: list[str]) -> None:
    """What a terminal shows is read without its prompts and without the output."""
    assert [" ".join(one.plain or "" for one in command) for command in commands_of(text)] == words


def test_output_that_is_no_shell_text_hides_no_command() -> None:
    """An apostrophe in prose or output opens no quote over the commands behind it."""
    text = "curl a\nIt's the answer.\n{\"a\": [1, (2}\ncurl b -d 'c'\n"
    pipelines = [item for item in parser.read(text) if isinstance(item, Pipeline)]

    assert [item.source for item in pipelines if "curl" in item.source] == ["curl a", "curl b -d 'c'"]


def test_loops_are_known_where_they_are_closed() -> None:
    """A loop around a command is kept; words of prose such as `for` and `while` open none."""
    looped = [item for item in parser.read("for i in a b; do\n  curl $i\ndone\ncurl c") if isinstance(item, Pipeline)]
    prose = [item for item in parser.read("for the record\nwhile it lasts\ncurl a") if isinstance(item, Pipeline)]

    assert [[frame.kind for frame in item.commands[0].frames] for item in looped] == [["for"], []]
    assert [item.commands[0].frames for item in prose if item.source == "curl a"] == [()]


def test_a_commented_command_is_found() -> None:
    """A curl command in a comment is told; a word about curl is not."""
    items = list(parser.read("# curl -X DELETE http://a\n# curl is a program\n# the $ curl\n"))

    assert [(item.line, item.source) for item in items if isinstance(item, CommentedText)] == [(1, "# curl -X DELETE http://a")]


def test_variables_that_nothing_sets_stay() -> None:
    """`$X` is a variable; `${X:-y}` has a default; the output of a command has a name."""
    (words,) = commands_of('curl $X ${Y:-z} a${1}b "$(date +%s)" `whoami` $((1 + 2))')

    assert [word.parts for word in words[1:]] == [
        (Variable("X"),),
        (Variable("Y", default="z"),),
        ("a", Variable("argument_1"), "b"),
        (Variable("date"),),
        (Variable("whoami"),),
        (Variable("output"),),
    ]


def test_the_name_of_an_output_holds_no_word_that_may_be_a_secret() -> None:
    """It is the program or the file; each command has a name of its own."""
    (words,) = commands_of("curl $(printf se-cret | base64) $(printf other) $(cat ~/my-token.txt) $(< key.pem) $(printf se-cret | base64)")

    assert [word.parts for word in words[1:]] == [
        (Variable("printf"),),
        (Variable("printf_2"),),
        (Variable("my_token"),),
        (Variable("key"),),
        (Variable("printf"),),
    ]


def test_a_variable_set_by_a_command_keeps_its_name() -> None:
    """`TOKEN=$(…)` is known only when it runs: `$TOKEN` stays."""
    words = commands_of("T=$(get token)\ncurl $T\nif x; then S=1; fi\n")[1]

    assert words[1].parts == (Variable("T"),)


def test_braces_are_expanded_before_variables() -> None:
    """`$V{a,b}` is `$Va $Vb`; `${V}{a,b}` is not."""
    (words,) = commands_of('curl $V{a,b} ${V}{c,d} "$V"{e,f}')

    assert [word.parts for word in words[1:]] == [
        (Variable("Va"),),
        (Variable("Vb"),),
        *((Variable("V"), letter) for letter in "cdef"),
    ]


def test_braces_do_not_explode() -> None:
    """Thousands of words are refused, deep nesting is left alone."""
    with pytest.raises(Exception, match="braces make more than"):
        commands_of("curl {1..50}{1..50}{1..50}")
    assert len(commands_of("curl " + "{a," * 500 + "}" * 500)[0]) == 2
