"""Whatever a reader finds, the builder makes a catalog that validates of it, and says what it left out."""

from __future__ import annotations

import random
from typing import Any

import pytest
from conftest import slow

from generator import catalog
from generator.importing.builder import build
from generator.importing.model import (
    Found,
    FoundBody,
    FoundParameter,
    FoundPart,
    FoundPipeline,
    FoundRequest,
    FoundSecret,
    FoundWords,
    NotImported,
    Source,
    Text,
    Variable,
)

HOSTILE = (
    '', ' ', 'a', 'b', 'model', 'prompt', 'id', 'a b', 'a=b', 'a;b', 'a/b', '..', '.', '-', '--', '-x', '@file', "'",
    '"', "it's", '`touch x`', '$(touch x)', '$HOME', '{id}', '{+id}', '{}', '{{ 7*7 }}', '{% x %}', '</script>',
    '```', '中文', '🎉', '\x00', '\n', '\r\n', '\t', '\x07', '\x1b[31m', '\x85', '\u2028', '\ud800', '\ufeff', 'yes',
    'null', '~', '007', '1e3', '12345678901234567890', '0x1f', 'a: b', 'a #b', '- a', '? a', '*a', '&a', '!a', '%41',
    '%2F', '%zz', "x" * 300, 'BASE_URL', 'PATH', 'help', 'raw', 'body', 'set', 'TIMEOUT', 'Authorization', 'Cookie',
    'Content-Type', 'Host', 'http://a.example/', '1', '{"a": 1}', '[1]', '[', 'true',
)  # fmt: skip
PLAIN = ("users", "name", "limit", "X-Team", "7", "List the users", "red", "model", "prompt", "q")


class Maker:
    """Makes requests of hostile parts."""

    def __init__(self, seed: int) -> None:
        self.chosen = random.Random(seed)

    def word(self) -> str:
        return self.chosen.choice(HOSTILE) if self.chosen.random() < 0.1 else self.chosen.choice(PLAIN)

    def some(self, most: int = 3) -> range:
        return range(self.chosen.choice((0, 0, 1, most)))

    def text(self) -> Text:
        parts: list[str | Variable] = [self.word()]
        if self.chosen.random() < 0.3:
            parts.append(self.variable())
        if self.chosen.random() < 0.2:
            parts.append(self.word())
        return Text(tuple(parts[self.chosen.randrange(2) :] or parts))

    def variable(self) -> Variable:
        default = self.word() if self.chosen.random() < 0.3 else None
        return Variable(self.word() or "x", default, secret=default is None and self.chosen.random() < 0.2)

    def json(self, depth: int = 0) -> Any:
        kind = self.chosen.randrange(8 if depth < 3 else 6)
        match kind:
            case 0:
                return self.word()
            case 1:
                return self.chosen.choice((0, 1, -1, 1.5, 1e300, 10**25, True, False, None))
            case 2:
                return self.text()
            case 3:
                return self.variable()
            case 6:
                return {self.word(): self.json(depth + 1) for _ in self.some()}
            case 7:
                return [self.json(depth + 1) for _ in self.some()]
        return self.chosen.choice(({"model": "m", "messages": [{"role": "user", "content": self.word()}]}, {"prompt": self.word()}, []))

    def base(self) -> Text:
        usual = [Text(("http://a.example",)), Text(("http://b.example:81",)), Text(("https://", self.variable()))]
        return self.text() if self.chosen.random() < 0.05 else self.chosen.choice(usual)

    def body(self) -> FoundBody | None:
        match self.chosen.randrange(7):
            case 0:
                return FoundBody("json", self.json())
            case 1:
                return FoundBody("text", self.text())
            case 2:
                return FoundBody("form", [FoundPart(self.word(), self.text()) for _ in self.some()])
            case 3:
                return FoundBody("form", [FoundPart(self.word(), file=self.text(), media_type=self.word(), file_name=self.word())])
            case 4:
                return FoundBody("urlencoded", [(self.word(), self.text()) for _ in self.some()])
            case 5:
                return FoundBody("file", self.text())
        return None

    def words(self) -> str | None:
        return self.chosen.choice((None, self.word(), f"{self.word()} {self.word()}"))

    def parameter(self) -> FoundParameter:
        place = self.chosen.choice(
            (("query", self.word()), ("path", self.word()), ("headers", self.word()), ("body", self.word()), ("cookies", "c"))
        )
        return FoundParameter(
            self.word() or "p",
            place,
            self.chosen.choice((None, "string", "integer", "boolean", "json")),
            required=self.chosen.random() < 0.5,
            default=self.chosen.choice((None, None, self.word(), 5, True, [1])),
            example=self.words(),
            about=self.words(),
            repeat=self.chosen.random() < 0.2,
            join=self.chosen.choice((None, None, ",")),
        )

    def request(self, number: int) -> Found:
        if self.chosen.random() < 0.05:
            return NotImported(Source("x", number, self.word()), "broken", (self.word(),))
        return FoundRequest(
            source=Source(self.word(), number, self.word()),
            method=self.chosen.choice(("GET", "GET", "POST", "POST", "PUT", "DELETE", "HEAD", "PROPFIND", "get")),
            base=self.base(),
            path=Text((self.chosen.choice(("/", "/v1/", "")), *self.text().parts, self.chosen.choice(("", "/x", "/7")))),
            query=tuple((self.word(), self.text()) for _ in self.some()),
            headers=tuple((self.word() or "X", self.text()) for _ in self.some()),
            cookies=tuple((self.word(), self.text()) for _ in self.some(1)),
            body=self.body(),
            secrets=tuple(
                FoundSecret(
                    self.word() or "K", self.chosen.choice(("header", "query", "cookie", "basic")), self.word() or "X-Key", self.word()
                )
                for _ in self.some(2)
            ),
            curl=self.chosen.choice(
                (
                    {},
                    {},
                    {"insecure": True},
                    {"max-time": 5},
                    {"location": True},
                    {},
                    {},
                    {},
                    {"unix-socket": self.word()},
                    {self.word(): 1},
                )
            ),
            parameters=tuple(self.parameter() for _ in self.some(2)),
            response=self.chosen.choice((None, None, "json", "events", "text", "file", "headers", "none")),
            pipelines=tuple(
                FoundPipeline(self.chosen.choice((".a", ".[]", ".", "(", self.word())), name=self.words()) for _ in self.some(2)
            ),
            sample=self.chosen.choice((None, {"a": 1}, [], self.word(), 5)),
            pages=self.chosen.choice((None, None, "link", {"next": ".n", "at": ["query", "c"]}, self.word())),
            id=self.words(),
            title=self.words(),
            about=self.words(),
            group=self.words(),
            backend=self.words(),
            language=self.chosen.choice((None, "en", "zh")),
            also=tuple(FoundWords("zh", self.words(), self.words(), self.words()) for _ in self.some(1)),
            changes=(self.word(),),
        )


@pytest.mark.parametrize("seeds", [range(0, 40), slow(range(40, 500))], ids=["some", "many"])
def test_hostile_requests(seeds: range) -> None:
    """Each entry has its place in the catalog, or a reason; the catalog has no faults."""
    for seed in seeds:
        maker = Maker(seed)
        found = [maker.request(number) for number in range(maker.chosen.randrange(1, 8))]
        built = build(found)

        assert len(built.entries) == len(found) == len(built.arguments), seed
        assert all(entry.endpoint or entry.reasons for entry in built.entries), seed
        if built.text:
            read = catalog.read_text(built.text, "catalog.yaml")
            assert all(entry.endpoint in read.backends[entry.backend or ""].endpoints for entry in built.entries if entry.endpoint), seed
        else:
            assert all(entry.endpoint is None for entry in built.entries), seed
