"""The pieces of a command: joined they are the command, each option once, each of the user's values where it stands."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import CATALOGS, ROOT
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator import bash, command, json_text, request
from generator.catalog.model import Cell, Flag, Program, Prose
from generator.command import CommandPiece
from generator.render.renderer import Renderer

FILES = [ROOT / "catalog.yaml", CATALOGS / "hostile.yaml", CATALOGS / "variables.yaml", *sorted((CATALOGS / "good").glob("*.yaml"))]
each_catalog = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)

TEXT = Prose(en="It does.")
KNOWN: dict[Program, dict[str, Flag]] = {
    "curl": {
        "-s": Flag(text=TEXT),
        "-S": Flag(text=TEXT),
        "-H": Flag(text=TEXT, value="LINE"),
        "-d": Flag(text=TEXT, value="DATA"),
        "--form-string": Flag(text=TEXT, value="NAME=TEXT"),
    },
    "jq": {"-r": Flag(text=TEXT)},
    "grep": {"-o": Flag(text=TEXT)},
    "bash": {sign: Flag(text=TEXT) for sign in ("'", '"', "\\", "|", ">", "<<")},
}


def joined(pieces: list[CommandPiece]) -> str:
    return "".join(piece.text for piece in pieces)


def options(pieces: list[CommandPiece]) -> list[str]:
    return [f"{piece.program} {piece.flag}" for piece in pieces if piece.program and piece.program != "bash"]


PARTS = st.lists(
    st.sampled_from(["<<", "<", " 'EOF'", " EOF", "\n", "\nEOF", "\nEOFX", "'", '"', "\\", "|", ">", "a", "-d", "{", " "]), max_size=14
)


@given(PARTS.map("".join) | st.text("ab-'\"\\|<> \n$EOF{}=", max_size=40) | st.text(max_size=30))
@example("'a")
@example("<<")
@example("-d @- << 'JSON' | jq .\n{'\nJSON")
@example("-d @- << 'JSON'\n{")
@settings(max_examples=400, deadline=None)
def test_pieces_are_the_text(text: str) -> None:
    """Whatever it is, well-formed or not, nothing is lost and nothing added."""
    command = "curl " + text
    assert joined(command.of(command, KNOWN)) == command


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(
    st.lists(
        st.sampled_from(["-s", "-sS", "-H", "-d", "--form-string", ""]).flatmap(lambda flag: st.tuples(st.just(flag), WORDS)), max_size=6
    )
)
@settings(max_examples=300, deadline=None)
def test_options_are_those_of_the_command(parts: list[tuple[str, str]]) -> None:
    """A value, quoted as it has to be, is never taken for an option, even if it looks like one."""
    command, wanted = "curl", []
    for flag, text in parts:
        taking = KNOWN["curl"].get(flag) and KNOWN["curl"][flag].value
        command += f" {flag}" if flag else ""
        wanted += (
            [f"curl -{letter}" for letter in flag[1:]]
            if flag.startswith("-") and not flag.startswith("--")
            else [f"curl {flag}"] * bool(flag)
        )
        if taking:
            command += " " + bash.word(text)
        elif not flag:
            command += " " + bash.word("x" + text)
    command += " | jq -r '.a | -s'"
    pieces = command.of(command, KNOWN)
    assert joined(pieces) == command
    assert options(pieces) == [*wanted, "jq -r"]
    assert joined([piece for piece in pieces if piece.reading]) == "| jq -r '.a | -s'"


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("curl -sS http://h", ["curl -s", "curl -S"]),
        ("curl -d -s http://h", ["curl -d"]),
        ("curl -H 'a: -d' -s x", ["curl -H", "curl -s"]),
        ("curl - -- -s", ["curl --", "curl -s"]),
        ("printf %s -s | curl -s | jq -r .", ["curl -s", "jq -r"]),
        ("curl -s | grep -o '{.*}' | jq -r .", ["curl -s", "grep -o", "jq -r"]),
        ("curl -d @- << 'EOF' | jq -r .\n-s | jq -r\nEOF", ["curl -d", "jq -r"]),
        ("curl -d @- << 'EOF'\n-s\nEOF_2\n-S\nEOF\ncurl -s", ["curl -d", "curl -s"]),
        ("other -s | jq -r .", ["jq -r"]),
    ],
)
def test_options_by_hand(command: str, found: list[str]) -> None:
    """Words of other programs, of here-documents and of values are no options."""
    pieces = command.of(command, KNOWN)
    assert (joined(pieces), options(pieces)) == (command, found)
    assert [f"{program} {flag}" for program, flag in command.used(command, KNOWN) if program != "bash"] == list(dict.fromkeys(found))


def test_each_sign_is_explained_once() -> None:
    """The first quote, the first line's end and the first pipe."""
    pieces = command.of("curl 'a' \\\n  -d 'b' \"c\" | jq '.' | jq \"d\" > e", KNOWN)
    assert [piece.flag for piece in pieces if piece.program == "bash"] == ["'", "\\", '"', "|", ">"]
    assert joined([piece for piece in pieces if piece.reading]) == "| jq '.' | jq \"d\" > e"


@each_catalog
def test_pieces_of_every_command(file: Path, render: Callable[[Path], Renderer]) -> None:
    """Joined they are the command; the values stand where they should, and nowhere else."""
    renderer = render(file)
    values = 0
    for backend in renderer.catalog.backends.values():
        for cell in backend.cells:
            command, asked = renderer.command(backend.id, cell.id), request.build_request(backend, cell)
            pieces = renderer.pieces_of(backend, cell)
            assert joined(pieces) == command
            assert joined(command.of(command, renderer.catalog.flags)) == command
            used = set(command.used(command, renderer.catalog.flags))
            assert {(piece.program, piece.flag) for piece in pieces if piece.program} <= used  # a value may hold the first quote
            assert options(pieces) == options(command.of(command, renderer.catalog.flags))
            assert {f"{program} {flag}" for program, flag in used if program != "bash"} == set(options(pieces))
            own = [piece for piece in pieces if piece.value]
            values += len(own)
            urls = [piece for piece in own if "below" in piece.value]
            assert [shlex.split(piece.text) for piece in urls] == [[asked.url]]
            assert urls[0].value.get("climbs") == (str(asked.climbs) if asked.climbs else None)
            below = urls[0].value["below"]
            plain = below
            for parameter in cell.parameters.values():
                plain = plain.replace(f"{{{parameter.variable}=", "").replace("}", "") if parameter.variable else plain
            assert request.without_segments(backend.base_url, asked.parent_segments) + plain == asked.url
            optional = asked.key if asked.key and not asked.key.required else None
            assert (urls[0].value.get("env"), urls[0].value.get("key")) == (
                (optional.variable, f"{optional.header}: {optional.prefix}") if optional else (None, None)
            )
            keys = [piece for piece in own if "key" in piece.value and "below" not in piece.value]
            assert [piece.text for piece in keys] == (
                [bash.variable(f"{asked.key.header}: {asked.key.prefix}", asked.key.variable)] if asked.key and asked.key.required else []
            )
            assert sorted(found(own)) == sorted(wanted(cell, asked))
            reading = joined([piece for piece in pieces if piece.reading])
            assert command.endswith(reading) or "<<" in command
            assert reading.startswith("|") == bool(cell.pipelines)
    assert values >= sum(len(backend.cells) for backend in renderer.catalog.backends.values())


def found(pieces: list[CommandPiece]) -> list[tuple[str, str]]:
    """The variables of the pieces, each with the value that is replaced."""
    return [
        (piece.value["of"], piece.value.get("was", piece.text[len(piece.value.get("before", "")) :]))
        for piece in pieces
        if "of" in piece.value
    ]


def wanted(cell: Cell, asked: request.Request) -> list[tuple[str, str]]:
    """The parameters with a variable in header, form and body, each with what is sent by default."""
    pairs = [
        (piece.parameter.variable, piece.value)
        for piece in (*asked.headers, *(asked.form or ()))
        if piece.parameter and piece.parameter.variable and piece.value is not None and not piece.file
    ]
    for parameter in cell.parameters.values():
        value = cell.default(parameter) if parameter.at[0] == "body" else None
        if parameter.variable and isinstance(value, str):
            pairs.append((parameter.variable, value))
    return [(str(variable), str(value)) for variable, value in pairs]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=16,
)


@given(JSON, st.sampled_from([None, 1, "\t"]), st.data())
@settings(max_examples=400, deadline=None)
def test_place_of_a_value(body: Any, indent: Any, data: st.DataObject) -> None:
    """What stands there is the value; negative steps count from the end."""
    text = json_text.pretty(body) if indent is None else json.dumps(body, indent=indent, ensure_ascii=False)
    at: list[str | int] = []
    here = body
    while isinstance(here, (dict, list)) and here and data.draw(st.booleans()):
        step = data.draw(st.sampled_from(list(here) if isinstance(here, dict) else [*range(-len(here), len(here))]))
        at.append(step)
        here = here[step]
    found = json_text.place(text, tuple(at))
    assert found is not None
    assert json.loads(text[slice(*found)]) == here
    assert text[slice(*found)] == text[slice(*found)].strip()


@pytest.mark.parametrize(
    ("text", "at", "found"),
    [
        ('{"a": "b"}', ("a",), '"b"'),
        ('{"a": "b", "b": 1}', ("b",), "1"),
        ('{"a": ":", "x": {"a": 2}}', ("x", "a"), "2"),
        ("[1 , [2,3] ]", (1, -1), "3"),
        ("{}", ("a",), None),
        ("[]", (0,), None),
        ("[]", (-1,), None),
        ("[1, 2]", (2,), None),
        ("[1, 2]", (-3,), None),
        ('{"a": 1}', ("a", "b"), None),
        ('{"0": 1}', (0,), None),
        ("[1]", ("0",), None),
        ("1", (), "1"),
    ],
)
def test_place_by_hand(text: str, at: tuple[str | int, ...], found: str | None) -> None:
    """None where there is no such value."""
    place = json_text.place(text, at)
    assert (place and text[slice(*place)]) == found
