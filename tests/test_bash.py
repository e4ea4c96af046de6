"""Bash quoting, tried with bash itself on whatever Hypothesis comes up with."""

from __future__ import annotations

import os
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import bash

# All that a shell script can hold: no NUL, no halves of characters.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40) | st.text(
    "'\"\\$`!(){}\n\r\t #&;|<>*?[]~=-aJSON_2", max_size=40
)
LINE = TEXT.map(lambda text: text.replace("\n", "").replace("\r", ""))
NAME = st.from_regex(r"[A-Z_][A-Z0-9_]{0,8}", fullmatch=True).map("V_".__add__)
few = settings(max_examples=100, deadline=None)


def printed(script: str, locale: str = "C.UTF-8") -> list[str]:
    """What a bash script prints, cut at each NUL."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": locale}
    result = subprocess.run(["bash"], input=script.encode(), capture_output=True, env=environment, check=True, cwd="/")
    assert result.stderr == b""
    return result.stdout.decode().split("\0")[:-1]


@few
@given(st.lists(TEXT, min_size=1, max_size=40), st.sampled_from(["C.UTF-8", "C"]))
def test_word(texts: list[str], locale: str) -> None:
    """Bash reads a word back unchanged, whatever the locale."""
    assert texts == printed("printf '%s\\0' " + " ".join(map(bash.word, texts)) + "\n", locale)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a\x1b[31m", r"$'a\033[31m'"),
        ("\x7f", r"$'\177'"),
        ("\x011", r"$'\0011'"),
        ("it's\a \\", r"$'it\'s\007 \\'"),
        ("a\r\n", "$'a\\015\n'"),
        ("\ta\n", "'\ta\n'"),
    ],
    ids=repr,
)
def test_control_characters_are_written_out(text: str, word: str) -> None:
    """In three digits, as a digit may follow. A tab and a line break stand as they are."""
    assert bash.word(text) == word
    assert printed(f"printf '%s\\0' {word}\n") == [text]


@pytest.mark.parametrize("text", ["$HOME", "$(date)", "`date`", "\\", "\\\\", '"', "'", "!!", "!x"], ids=repr)
def test_signs_that_bash_expands(text: str) -> None:
    """Each alone, in every way of quoting; ! too, where a command may be typed at a prompt."""
    typed = f"set -o history -o histexpand\n:\nkey=value\nprintf '%s\\0' {bash.word(text)} {bash.variable(text, 'key')}\n"
    written = f"key=value\nprintf '%s\\0' {bash.quoted(text)} \"{bash.expanding(text)}${{key}}\"\n"

    assert printed(typed) == [text, f"{text}value"]
    assert printed(written) == [text, f"{text}value"]


@few
@given(st.lists(TEXT, min_size=1, max_size=40))
def test_word_with_history(texts: list[str]) -> None:
    """Also where ! recalls earlier commands, as at a prompt."""
    lines = "".join(f"printf '%s\\0' {bash.word(text)}\n" for text in texts if "\n" not in text)

    assert [text for text in texts if "\n" not in text] == printed("set -o history -o histexpand\necho earlier > /dev/null\n" + lines)


@few
@given(st.lists(TEXT, min_size=1, max_size=40), st.sampled_from(["JSON", "TEXT", "HELP"]))
def test_heredoc(texts: list[str], delimiter: str) -> None:
    """A heredoc's text is what read gives, and the script goes on after it."""
    script = "".join(
        f"IFS= read -r -d '' text {bash.heredoc(text, delimiter, ' || true')}\nprintf '%s\\0' \"${{text}}\"\n" for text in texts
    )

    assert [text + "\n" for text in texts] == printed(script)


@pytest.mark.parametrize("text", ["JSON", "JSON\nJSON_2", "a\nJSON\nb", "JSON_2\nJSON"], ids=repr)
def test_heredoc_ends_where_it_should(text: str) -> None:
    """A text that holds its own delimiter gets another one."""
    assert printed(f"cat {bash.heredoc(text, 'JSON')}\nprintf '\\0'\n") == [text + "\n"]


@few
@given(st.lists(TEXT, min_size=1, max_size=40))
def test_comment(texts: list[str]) -> None:
    """A comment is one line, and nothing of it runs."""
    comments = [bash.comment(text) for text in texts]

    assert printed("\n".join(comments) + "\nprintf 'end\\0'\n") == ["end"]
    assert all(comment.startswith("# ") and "\n" not in comment for comment in comments)


def test_comment_cannot_drive_a_terminal() -> None:
    """A control character is a blank."""
    assert bash.comment("a\x1b[31m\x7f b\tc") == "# a [31m b c"


@pytest.mark.slow
@few
@given(st.lists(st.tuples(LINE, NAME, LINE), min_size=1, max_size=40))
def test_variable(words: list[tuple[str, str, str]]) -> None:
    """A text and a variable's value become one word; only the variable is expanded."""
    script = "".join(f"{name}={bash.word(value)}\nprintf '%s\\0' {bash.variable(before, name)}\n" for before, name, value in words)

    assert [before + value for before, _, value in words] == printed("set -o history -o histexpand\n:\n" + script)


@few
@given(st.lists(TEXT, min_size=1, max_size=40))
def test_quoted(texts: list[str]) -> None:
    """Between double quotes nothing is expanded either."""
    assert texts == printed("printf '%s\\0' " + " ".join(map(bash.quoted, texts)) + "\n")


@few
@given(st.lists(LINE, min_size=1, max_size=40))
def test_expanding(texts: list[str]) -> None:
    """Before a variable between double quotes a text stays as it is."""
    script = "key='$(x) `y`'\nprintf '%s\\0' " + " ".join(f'"{bash.expanding(text)}${{key}}"' for text in texts) + "\n"

    assert [text + "$(x) `y`" for text in texts] == printed(script)


@pytest.mark.parametrize("text", ["", "a b", "1a", "a-b", "a$(x)", "a\n", "ä", "a}"], ids=repr)
def test_name_is_refused(text: str) -> None:
    """What bash would not take as a name never comes near a script, by whichever filter."""
    for use in (bash.name, bash.value, bash.count, bash.length, bash.items, lambda name: bash.variable("x", name)):
        with pytest.raises(ValueError, match="is not a variable's name"):
            use(text)


def test_what_a_variable_holds() -> None:
    """value, length, count and items are bash for what they say."""
    script = "one='a  b'\nmany=('a  b' c '')\n"
    words = [f'"{bash.value("one")}"', bash.value("none", ":-default"), bash.length("one"), bash.count("many"), bash.items("many")]
    script += f"printf '%s\\0' {' '.join(words)}\n"

    assert printed(script) == ["a  b", "default", "4", "3", "a  b", "c", ""]
