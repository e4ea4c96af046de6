"""Move over quotes, substitutions and heredocs in shell text without reading what is in them."""

from __future__ import annotations

import re

from generator.importing.shell.ansi import ansi_text
from generator.importing.shell.model import BrokenShell, Substitution
from generator.importing.shell.place import Place

_DEEPEST = 40
COMMAND_LINE = re.compile(r"\n[ \t]*(?:[$%>] )?curl(?:\.exe)?[ \t]")


class Skipper(Place):
    """A place in shell text from which whole constructs can be passed over. Each method that fails raises BrokenShell."""

    def __init__(self, text: str, first_line: int = 1) -> None:
        super().__init__(text, first_line)
        self._depth = 0
        self._without_end: set[tuple[str, bool]] = set()
        """The heredocs of which no end follows any more."""

    def _single_quoted(self, closing: str) -> str:
        begin = self.position
        match = re.compile(f"[{closing}]").search(self.text, begin + 1)
        if not match or self._swallows_command(begin, match.start()):
            raise self._open(begin, "'" if closing == "'" else self.text[begin])
        self.position = match.end()
        return self.text[begin + 1 : match.start()]

    def _swallows_command(self, begin: int, end: int) -> bool:
        """Return whether a line that starts with `curl` stands between the quotes: then the first one is open, not long."""
        return COMMAND_LINE.search(self.text, begin, end) is not None

    def _open(self, begin: int, quote: str) -> BrokenShell:
        return BrokenShell(f"the quote {quote} that opens on line {self.line_at(begin)} is not closed")

    def _ansi_quoted(self) -> str:
        """Read `$'…'` (Bash manual, 3.1.2.4)."""
        begin = self.position
        match = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL).match(self.text, begin)
        if not match or self._swallows_command(begin, match.end()):
            raise self._open(begin, "$'")
        self.position = match.end()
        return ansi_text(match[1])

    def _skip_to_brace(self, begin: int, position: int) -> None:
        """Move behind the `}` that closes the `${` at `begin`."""
        self.position = position
        while not self.at_end():
            character = self.text[self.position]
            if character == "}":
                self.position += 1
                return
            if character in '\\"$':
                self._skip_quoted(character)
            else:
                self.position += 1
        raise BrokenShell(f"the ${{ that opens on line {self.line_at(begin)} is not closed")

    def _skip_quoted(self, character: str) -> None:
        """Move over what a backslash, a quote, a backtick or a `$` begins, without reading what is in it."""
        if character == "\\":
            self.position += 2
        elif character == "'":
            self._single_quoted("'")
        elif character == "`":
            self._backticks(quoted=False)
        elif character == "$":
            self._skip_expansion()
        else:
            self._skip_double_quoted()

    def _skip_double_quoted(self) -> None:
        begin = self.position
        self.position += 1
        while not self.at_end():
            character = self.text[self.position]
            if character == '"':
                self.position += 1
                return
            if character in "\\$`":
                self._skip_quoted(character)
            else:
                self.position += 1
        raise self._open(begin, '"')

    def _skip_expansion(self) -> None:
        begin = self.position
        behind = self.text[begin + 1 : begin + 2]
        self._go_deeper()
        if behind == "(":
            self.position += 2
            self._skip_to_parenthesis(begin)
        elif behind == "{":
            self._skip_to_brace(begin, begin + 2)
        elif behind == "'":
            self._ansi_quoted()
        else:
            self.position += 1
        self._depth -= 1

    def _go_deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise BrokenShell(f"line {self.line}: nested more than {_DEEPEST} times")

    def _backticks(self, *, quoted: bool) -> Substitution:
        begin = self.position
        match = re.compile(r"`((?:[^`\\]|\\.)*)`", re.DOTALL).match(self.text, begin)
        if not match or self._swallows_command(begin, match.end()):
            raise self._open(begin, "`")
        self.position = match.end()
        source = re.sub(r'\\([$`\\"])' if quoted else r"\\([$`\\])", r"\1", match[1])
        return Substitution(source, match[0], quoted, self.line_at(begin))

    def _skip_to_parenthesis(self, begin: int) -> None:
        """Move behind the `)` that closes what opens at `begin`."""
        depth = 1
        waiting: list[tuple[str, bool]] = []
        while not self.at_end():
            character = self.text[self.position]
            if character in "()":
                depth += 1 if character == "(" else -1
                self.position += 1
                if depth == 0:
                    return
            elif character == "\n" and waiting:
                for delimiter, tabs in waiting:
                    self.heredoc_lines(delimiter, tabs=tabs)
                waiting = []
            elif self.peek(2) == "<<" and self.peek(3) != "<<<":
                waiting.append(self.heredoc_start()[:2])
            elif character == "#" and self.text[self.position - 1] in " \t\n;(":
                self.skip_line()
            elif character in "\\'\"$`":
                self._skip_quoted(character)
            else:
                self.position += 1
        raise BrokenShell(f"{self.text[begin : begin + 2]} that opens on line {self.line_at(begin)} is not closed")

    def heredoc_start(self) -> tuple[str, bool, bool]:
        """Read `<<` and what follows: return the delimiter, whether tabs are taken off, and whether it is quoted."""
        tabs = self.text.startswith("<<-", self.position)
        self.position += 3 if tabs else 2
        self.skip_blanks()
        match = re.compile(r"""'([^'\n]*)'|"([^"\n]*)"|[“”‘’]([^“”‘’\n]*)[“”‘’]|((?:\\.|[^\s;&|<>()'"\\])+)""").match(
            self.text, self.position
        )
        if not match:
            raise BrokenShell(f"<< on line {self.line} is followed by no delimiter")
        self.position = match.end()
        bare = match[4]
        delimiter = next(group for group in match.groups() if group is not None)
        return delimiter.replace("\\", ""), tabs, bare is None or "\\" in bare

    def heredoc_lines(self, delimiter: str, *, tabs: bool) -> str:
        """Read the lines of a heredoc from the line end before them, up to the line end behind its delimiter; return them."""
        self.position += 1
        begin = self.position
        end = self._heredoc_end(delimiter, tabs=tabs)
        if end is None:
            raise BrokenShell(f"the heredoc that starts on line {self.line_at(begin) - 1} has no end: no line is {delimiter} alone")
        self.position = end.end()
        if end[0].endswith("\n"):
            self.position -= 1  # the line end also ends the command
        body = self.text[begin : end.start()]
        return re.sub(r"^\t+", "", body, flags=re.MULTILINE) if tabs else body

    def _heredoc_end(self, delimiter: str, *, tabs: bool) -> re.Match[str] | None:
        """Return the line that ends a heredoc; one with blanks around the delimiter, which bash would not take, is noted."""
        if (delimiter, tabs) in self._without_end:
            return None
        word = re.escape(delimiter)
        before = r"\t*" if tabs else ""
        end = re.compile(rf"^{before}{word}(?:\n|(?=\))|\Z)", re.MULTILINE).search(self.text, self.position)
        if end:
            return end
        end = re.compile(rf"^[ \t]*{word}[ \t]*(?:\n|(?=\))|\Z)", re.MULTILINE).search(self.text, self.position)
        if end is None:
            self._without_end.add((delimiter, tabs))
            return None
        self.note(f"line {self.line_at(end.start())}: blanks stand beside {delimiter}, which then ends nothing: read as the heredoc's end")
        return end
