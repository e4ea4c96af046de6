"""Read shell text word by word (Bash manual, 3.1.2 Quoting, 3.5 Shell Expansions, 3.6.6 Here Documents)."""

from __future__ import annotations

import re

from generator.importing.shell.model import BrokenShell, Expansion, Literal, Segment, Substitution, Word
from generator.importing.shell.place import BLANKS, ODD_BLANKS, WINDOWS_CONTINUATION
from generator.importing.shell.skipper import COMMAND_LINE, Skipper

_ENDS_WORD = " \t\n;&|()<>"
_PLAIN = re.compile(r"[^\s\\'\"$`;&|()<>#“”„‘’\u00a0\u2002\u2003\u2009\u202f\u3000\u200b\ufeff]+")
_IN_DOUBLE_LINE = re.compile(r'[^"\\$`“”\n]+')
_IN_HEREDOC = re.compile(r"[^\\$`]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]|[@*#?$!-]")
_POWERSHELL_VARIABLE = re.compile(r"\$env:([A-Za-z_]\w*)")
_BRACED = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])(?P<index>\[[^\]\n]*\])?(?P<operator>:?[-=?+])?")
_QUERY_START = re.compile(r"\S*[\w$}/]\?\S+")
_QUERY_NAME = re.compile(r"&[A-Za-z_][\w.%\[\]-]*(?=[=&\s]|\Z)")
_PLACEHOLDER = re.compile(r"<[A-Za-z_\u4e00-\u9fff](?:[\w .:/|,*+@-]*[\w.)*])?>")


class Scanner(Skipper):
    """Reads words and heredocs. Each method that fails raises BrokenShell."""

    def at_placeholder(self) -> re.Match[str] | None:
        """Return the `<name>` that authors write for a value, if it stands here; a redirect such as `<in >out` is none."""
        match = _PLACEHOLDER.match(self.text, self.position)
        if not match:
            return None
        begins_word = self.position == 0 or self.text[self.position - 1] in " \t\n="
        behind = self.text[match.end() : match.end() + 1]
        looks_like_files = behind.isalnum() or behind in (".", "~", "&", "$", '"')
        return None if begins_word and looks_like_files and behind else match

    def word(self) -> Word:
        """Read a word. An empty one means that none stands here."""
        segments: list[Segment] = []
        begin = self.position
        while not self.at_end():
            character = self.text[self.position]
            if character == "<" and (placeholder := self.at_placeholder()):
                self.note(f"line {self.line}: {placeholder[0]} stands unquoted, where a shell reads a file: read as a placeholder")
                segments.append(Literal(placeholder[0], quoted=True))
                self.position = placeholder.end()
            elif character in "<>" and self.text.startswith("(", self.position + 1):
                segments.append(self._parenthesised(2, quoted=False))
            elif character == "&" and (ampersand := self._unquoted_query(begin)):
                segments.append(Literal(ampersand, quoted=True))
                self.position += len(ampersand)
            elif character in _ENDS_WORD or character in ODD_BLANKS:
                break
            elif character == "\\":
                if self.skip_continuation():
                    if self.peek() and self.peek() in BLANKS:
                        break
                    continue
                segments.append(Literal(self.text[self.position + 1 : self.position + 2], quoted=True))
                self.position += 2
            elif WINDOWS_CONTINUATION.match(self.text, self.position) or (character == "#" and self.position == begin):
                break
            else:
                segments += self._segment(character, at_start=self.position == begin)
        return tuple(segments)

    def _unquoted_query(self, begin: int) -> str | None:
        """Return the `&` that goes on with the query of a URL, and the name behind it; None if the `&` ends a command."""
        match = _QUERY_NAME.match(self.text, self.position)
        if not match or not _QUERY_START.match(self.text[begin : self.position]):
            return None
        self.note(f"line {self.line}: the & of the URL is not quoted, and ends the command in a shell: read as a part of the URL")
        return match[0]

    def _segment(self, character: str, *, at_start: bool) -> list[Segment]:
        """Read what stands outside of quotes, or a quoted part."""
        if character == "'":
            return [Literal(self._single_quoted("'"), quoted=True)]
        if character == '"':
            return self._double_quoted('"')
        if character in "“”„" and at_start:
            self._note_quote(character)
            return self._double_quoted('“”"')
        if character in "‘’" and at_start:
            self._note_quote(character)
            return [Literal(self._single_quoted("‘’'"), quoted=True)]
        if character == "$":
            return self._dollar(quoted=False)
        if character == "`":
            return [self._backticks(quoted=False)]
        match = _PLAIN.match(self.text, self.position)
        text = match[0] if match else character
        self.position += len(text)
        return [Literal(self._dashes(text) if at_start else text)]

    def _dashes(self, text: str) -> str:
        """Return a word's start with hyphens in place of the dashes that text programs make of them."""
        match = re.match("[-–—‑−]{1,2}(?=[A-Za-z])", text)
        if not match or match[0] in ("-", "--"):
            return text
        long = re.match(r"[A-Za-z][A-Za-z-]", text[match.end() :]) is not None
        self.note(f"line {self.line}: {match[0]} is a typographic dash: read as {'--' if long else '-'}")
        return ("--" if long else "-") + text[match.end() :]

    def _note_quote(self, character: str) -> None:
        self.note(f"line {self.line}: {character} is a typographic quote, which quotes nothing in a shell: read as a straight one")

    def _double_quoted(self, closing: str) -> list[Segment]:
        """Read a double-quoted part, from its opening quote on."""
        begin = self.position
        self.position += 1
        segments: list[Segment] = [Literal("", quoted=True)]
        while True:
            if self.at_end() or (self.peek() == "\n" and COMMAND_LINE.match(self.text, self.position)):
                self.position = min(self.position, len(self.text))
                raise self._open(begin, self.text[begin])
            character = self.text[self.position]
            if character in closing:
                self.position += 1
                return segments
            if character == "\n":
                segments.append(Literal("\n", quoted=True))
                self.position += 1
            elif character == "\\":
                self._escape(segments, '$`"\\')
            elif character == "$":
                segments += self._dollar(quoted=True)
            elif character == "`":
                segments.append(self._backticks(quoted=True))
            else:
                match = _IN_DOUBLE_LINE.match(self.text, self.position)
                text = match[0] if match else character
                segments.append(Literal(text, quoted=True))
                self.position += len(text)

    def _escape(self, segments: list[Segment], special: str) -> None:
        """Read a backslash inside of double quotes or a heredoc, where it quotes a few characters only."""
        behind = self.text[self.position + 1 : self.position + 2]
        if behind == "\n":
            pass
        elif behind and behind in special:
            segments.append(Literal(behind, quoted=True))
        else:
            segments.append(Literal("\\" + behind, quoted=True))
        self.position += 2

    def heredoc_word(self) -> Word:
        """Return all the text as the lines of an unquoted heredoc; `$` and backticks are read in it."""
        segments: list[Segment] = [Literal("", quoted=True)]
        while not self.at_end():
            character = self.text[self.position]
            if character == "\\":
                self._escape(segments, "$`\\")
            elif character == "$":
                segments += self._dollar(quoted=True)
            elif character == "`":
                segments.append(self._backticks(quoted=True))
            else:
                match = _IN_HEREDOC.match(self.text, self.position)
                text = match[0] if match else character
                segments.append(Literal(text, quoted=True))
                self.position += len(text)
        return tuple(segments)

    def skip_sum(self) -> None:
        """Move behind `((…))`."""
        self._parenthesised(1, quoted=False)

    def _dollar(self, *, quoted: bool) -> list[Segment]:
        """Read what stands behind a `$`."""
        behind = self.text[self.position + 1 : self.position + 2]
        if behind == "'" and not quoted:
            return [Literal(self._ansi_quoted(), quoted=True)]
        if behind == '"' and not quoted:
            self.position += 1
            return self._double_quoted('"')
        if behind == "(":
            return [self._parenthesised(2, quoted=quoted)]
        if behind == "{":
            return [self._braced(quoted=quoted)]
        if match := _POWERSHELL_VARIABLE.match(self.text, self.position):
            self.note(f"line {self.line}: {match[0]} is how PowerShell writes the variable {match[1]}")
            self.position = match.end()
            return [Expansion(match[1], quoted)]
        match = _NAME.match(self.text, self.position + 1)
        if not match:
            self.position += 1
            return [Literal("$", quoted=quoted)]
        self.position = match.end()
        return [Expansion(match[0], quoted, braced=False)]

    def _braced(self, *, quoted: bool) -> Segment:
        """Read `${…}`."""
        begin = self.position
        length = self.text.startswith("${#", begin) and not self.text.startswith("${#}", begin)
        match = _BRACED.match(self.text, begin + (3 if length else 2))
        if not match:
            if self.text.startswith("${!", begin) or length:
                self._skip_to_brace(begin, begin + 2)
                return Substitution("", self.text[begin : self.position], quoted, self.line_at(begin))
            raise BrokenShell(f"${{ on line {self.line_at(begin)} is followed by no name")
        end = match.end()
        if self.text.startswith("}", end) and not length:
            self.position = end + 1
            return Expansion(match["name"], quoted, self._index(match))
        argument_begin = end
        self._skip_to_brace(begin, end)
        if length or not match["operator"]:
            return Expansion(match["name"], quoted, "other")
        inner = Scanner(self.text[argument_begin : self.position - 1], self.line_at(begin))
        inner._depth = self._depth + 1
        return Expansion(match["name"], quoted, match["operator"], inner.braced_argument(quoted=quoted))

    def _index(self, match: re.Match[str]) -> str:
        index = match["index"] or ""
        return "[@]" if index in ("[@]", "[*]") else "other" if index not in ("", "[0]") else ""

    def braced_argument(self, *, quoted: bool) -> Word:
        """Return all the text as the word behind an operator in `${NAME:-word}`, in which blanks do not end it."""
        self._go_deeper()
        segments: list[Segment] = [Literal("", quoted=True)] if quoted else []
        while not self.at_end():
            character = self.text[self.position]
            if character == "\\":
                segments.append(Literal(self.text[self.position + 1 : self.position + 2], quoted=True))
                self.position += 2
            elif character == "'" and quoted:
                segments.append(Literal("'", quoted=True))
                self.position += 1
            elif character in "'\"$`":
                segments += self._segment(character, at_start=False)
            else:
                segments.append(Literal(character, quoted=quoted))
                self.position += 1
        return tuple(segments)

    def _parenthesised(self, opening: int, *, quoted: bool) -> Substitution:
        """Read `$(…)`, `<(…)` or `$((…))`; `opening` is how many characters stand up to the text inside."""
        begin = self.position
        line = self.line
        self._go_deeper()
        self.position += opening
        self._skip_to_parenthesis(begin)
        self._depth -= 1
        written = self.text[begin : self.position]
        source = "" if written.startswith("$((") else written[opening:-1]
        return Substitution(source, written, quoted, line)
