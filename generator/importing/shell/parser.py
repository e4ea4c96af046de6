"""Find the commands in shell text. What is no shell text (output, prose) is passed over; nothing that follows it is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal as OneOf

from generator.importing.shell.model import (
    Assignment,
    BrokenShell,
    BrokenText,
    CommentedText,
    Frame,
    Literal,
    Pipeline,
    Redirect,
    Word,
)
from generator.importing.shell.opened import Frames, Heredoc, OpenedCommand
from generator.importing.shell.prompts import PROMPT, is_session, without_continuation_signs
from generator.importing.shell.scanner import Scanner

_MOST_REREAD = 20_000_000
_REDIRECT = re.compile(r"(?P<descriptor>\d*|\{\w+\})(?P<operator><<<|<<-?|<>|<&|>>|>&|>\||<(?!\()|>(?!\())|(?P<both>&>>?)")
_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]\n]*\])?(?P<sign>\+?=)")
_FUNCTION = re.compile(r"(?:function[ \t]+(?P<one>[\w.:-]+)[ \t]*(?:\([ \t]*\))?|(?P<two>[\w.:-]+)[ \t]*\([ \t]*\))[ \t]*(?=[\n{(])")
_OPTION_LINE = re.compile(
    r"[ \t]*(?:#[^\n]*\n[ \t]*)*(?:[-–—]{1,2}[A-Za-z][\w.-]*(?:[ \t='\"\n\\@]|\Z)|-[HdXuFb]['\"A-Z@]|['\"]?https?://)"
)
_OPTION_LIST = re.compile(r"[ \t]*-\w, --|[ \t]*-+[\w-]+(?:[ \t]+<[\w-]+>)?[ \t]{2,}[A-Z]")
_CURL_AHEAD = re.compile(r"curl(?:\.exe)?[ \t\\\n]")
_CURL_INSIDE = re.compile(r"(?<![\w./-])(?:[\w./-]*/)?curl(?:\.exe)?(?=\s)")
_COMMENTED = re.compile(r"[ \t]*#+[ \t]*(?:[$>] )?curl[ \t]+(?:-[A-Za-z-]|['\"]?(?:https?://|localhost|\$|\d+\.\d+)).*")
_OPENS: dict[str, OneOf["loop", "condition", "group"]] = {
    "if": "condition",
    "while": "loop",
    "until": "loop",
    "case": "condition",
    "{": "group",
}
_CLOSES: dict[str, OneOf["loop", "condition", "group"]] = {"fi": "condition", "done": "loop", "esac": "condition", "}": "group"}
_KEYWORD = re.compile(r"(?:if|while|until|case|for|select|then|else|elif|do|done|fi|esac|time|coproc|[{}!])(?=[\s;)&|]|\Z)")


def read(text: str, first_line: int = 1) -> Iterator[Pipeline | BrokenText | CommentedText]:
    """Yield the pipelines of shell text in order, and what of it cannot be read.

    `first_line` is the number that its first line has in its file. A loop, function or condition that nothing closes is none: prose
    has such words too.
    """
    cleaned = text.replace("\r\n", "\n").removeprefix("\ufeff")
    session = is_session(cleaned)
    if session:
        cleaned = without_continuation_signs(cleaned)
    reader = _Parser(cleaned, first_line, session=session)
    for item in list(reader.read()):
        yield reader.frames.within(item) if isinstance(item, Pipeline) else item


def lines_of_output(text: str) -> list[int]:
    """Return which lines of what stood on a terminal are output of curl commands, counted from 0."""
    if not is_session(text):
        return []
    reader = _Parser(without_continuation_signs(text), 0, session=True)
    list(reader.read())
    return reader.output


_WAITS_FOR_VALUE = re.compile(r"-[A-Za-z]*[dHFXubA]|--(?:data(?:-raw|-binary|-urlencode|-ascii)?|header|form|json|user|cookie|request|url)")
_QUOTED_LINE = re.compile(r"[ \t]*\$?['\"]")


def _waits_for_value(command: OpenedCommand) -> bool:
    """Tell whether a command's last word is an option of curl that has to have a value behind it."""
    last = command.words[-1] if command.words else ()
    return len(last) == 1 and isinstance(last[0], Literal) and _WAITS_FOR_VALUE.fullmatch(last[0].text) is not None


class _Parser:
    def __init__(self, text: str, first_line: int, *, session: bool) -> None:
        self.text = text
        self.scanner = Scanner(text, first_line)
        self.session = session
        self.frames = Frames()
        self.waiting: list[Heredoc] = []
        self.comment: list[str] = []
        """The lines of the comment directly above."""
        self.remarks: list[str] = []
        """The comments behind the words of the pipeline that is read, each on a line with some of them."""
        self.output: list[int] = []
        """The lines that were passed over below a curl command of a session."""
        self.is_below_curl = False

    def read(self) -> Iterator[Pipeline | BrokenText | CommentedText]:
        """Read everything; behind what is broken, go on at the next line that may start a command."""
        scanner = self.scanner
        reread = 0
        while not scanner.at_end():
            if self._at_line_start():
                if commented := self._commented_curl():
                    yield commented
                if not self._line_start():
                    continue
            begin = scanner.position
            line = scanner.line
            scanner.notes = {}
            frames = list(self.frames.open)
            try:
                pipeline = self._pipeline()
            except BrokenShell as error:
                broken_at = max(scanner.position, begin + 1)
                reread += broken_at - begin
                self.frames.open = frames
                self.waiting = []
                scanner.position = self._next_start(begin, broken_at)
                yield BrokenText(self.text[begin : scanner.position].strip("\n"), line, error.reason)
                self.comment = []
                if reread > _MOST_REREAD:
                    yield BrokenText(self.text[scanner.position :], scanner.line, "too much of the text cannot be read: given up here")
                    return
                continue
            remark = self._behind_pipeline()
            if pipeline:
                self.is_below_curl = _CURL_INSIDE.search(pipeline.source) is not None
                yield replace(pipeline, remarks=(*pipeline.remarks, remark)) if remark else pipeline

    def _at_line_start(self) -> bool:
        position = self.scanner.position
        return position == 0 or self.text[position - 1] == "\n"

    def _line_start(self) -> bool:
        """Take a prompt off; return False if the line is passed over: it is output, or empty."""
        scanner = self.scanner
        if match := PROMPT.match(self.text, scanner.position):
            scanner.position = match.end()
            self.comment = []
            return True
        line = self._line_at(scanner.position)
        stripped = line.strip()
        if not stripped:
            self.comment = []
            scanner.position += len(line) + 1
            return False
        if stripped.startswith("#"):
            self.comment.append(stripped.lstrip("#").strip())
            scanner.position += len(line) + 1
            return False
        if self.session and not self.frames.open and not _CURL_AHEAD.match(stripped + "\n"):
            if self.is_below_curl:
                self.output.append(scanner.line)
            scanner.position += len(line) + 1
            return False
        return True

    def _commented_curl(self) -> CommentedText | None:
        """Return the curl command that a line of comment holds, if it does."""
        match = _COMMENTED.match(self._line_at(self.scanner.position))
        return CommentedText(match[0].strip(), self.scanner.line) if match else None

    def _line_at(self, position: int) -> str:
        end = self.text.find("\n", position)
        return self.text[position : len(self.text) if end < 0 else end]

    def _next_start(self, begin: int, broken_at: int) -> int:
        """Return where reading goes on behind something broken."""
        first_line_end = self.text.find("\n", begin)
        if first_line_end < 0:
            return len(self.text)
        if not re.search(r"\bcurl\b", self.text[begin:broken_at]):
            return first_line_end + 1
        match = re.compile(r"\n(?=[ \t]*(?:[$%>] )?(?:\w+=\$\()?curl(?:\.exe)?[ \t])|\n[ \t]*\n(?=[ \t]*[#$])").search(self.text, begin)
        return match.end() if match else len(self.text)

    def _behind_pipeline(self) -> str | None:
        """Read the sign that ends a pipeline, and return the comment behind that sign."""
        scanner = self.scanner
        scanner.skip_blanks()
        if scanner.at_end():
            return None
        sign = scanner.peek(2)
        if sign[0] == "\n":
            self.comment = []
            scanner.position += 1
            return None
        if sign[0] == ")":
            self.frames.leave("group")
        if sign[0] in ";&|)":
            scanner.position += 2 if sign in ("&&", "||", ";;") else 1
        scanner.skip_blanks()
        if scanner.peek() != "#" or self._at_line_start():
            return None
        text = self._line_at(scanner.position).lstrip("#").strip()
        scanner.skip_line()
        return text or None

    def _pipeline(self) -> Pipeline | None:
        """Read commands up to what ends a pipeline; None if there is none, but keywords alone."""
        scanner = self.scanner
        scanner.skip_blanks()
        begin = scanner.position
        opened: list[OpenedCommand] = []
        self.remarks = []
        while True:
            if command := self._command():
                opened.append(command)
            if scanner.peek() != "|" or scanner.peek(2) == "||":
                break
            scanner.position += 2 if scanner.peek(2) == "|&" else 1
            self._skip_lines_behind_pipe()
        if scanner.peek() == "\n" or scanner.at_end():
            self._heredocs()
        if not opened:
            return None
        commands = tuple(command.closed() for command in opened)
        source = self.text[begin : scanner.position].strip()
        return Pipeline(commands, source, commands[0].line, tuple(scanner.notes), tuple(self.comment), tuple(self.remarks))

    def _skip_lines_behind_pipe(self) -> None:
        """Move over line ends and comments behind a `|`, on the next line of which the pipeline goes on."""
        scanner = self.scanner
        scanner.skip_blanks()
        while not self.waiting and scanner.peek() in ("\n", "#"):
            if scanner.peek() == "#":
                scanner.skip_line()
            else:
                scanner.position += 1
            scanner.skip_blanks()

    def _heredocs(self) -> None:
        """Read the lines of the heredocs that the line started, into the commands that wait for them."""
        scanner = self.scanner
        for heredoc in self.waiting:
            first_line = scanner.line + 1
            body = scanner.heredoc_lines(heredoc.delimiter, tabs=heredoc.tabs)
            if heredoc.quoted:
                word: Word = (Literal(body, quoted=True),)
            else:
                word = Scanner(body, first_line).heredoc_word()
            heredoc.command.redirects[heredoc.position] = Redirect("<<", word, heredoc.descriptor)
        self.waiting = []

    def _command(self) -> OpenedCommand | None:
        """Read a command; None if there is none, but a keyword or a parenthesis alone."""
        scanner = self.scanner
        self._keywords()
        command = OpenedCommand(scanner.line, tuple(self.frames.open))
        while True:
            before = scanner.position
            scanner.skip_blanks()
            if scanner.at_end():
                break
            if command.has_curl and "\n" in self.text[before : scanner.position] and self._starts_another_curl():
                break
            if scanner.peek() == "\n":
                if not (command.has_curl and self._goes_on(command)):
                    break
            elif scanner.peek() == "#":
                self._remark()
            elif scanner.peek() in ";|)" or (scanner.peek() == "&" and scanner.peek(2) != "&>"):
                break
            elif not (self._redirect(command) or self._assignment(command)):
                self._word(command)
        return None if command.empty else command

    def _remark(self) -> None:
        """Keep the comment that stands here behind words of a command; one that has a line of its own says nothing of it."""
        scanner = self.scanner
        line_start = self.text.rfind("\n", 0, scanner.position) + 1
        text = self._line_at(scanner.position).lstrip("#").strip()
        if text and self.text[line_start : scanner.position].strip():
            self.remarks.append(text)
        scanner.skip_line()

    def _word(self, command: OpenedCommand) -> None:
        scanner = self.scanner
        if scanner.peek() == "(":
            raise BrokenShell(f"line {scanner.line}: a ( stands outside of quotes")
        line = scanner.line
        word = scanner.word()
        if not word:
            raise BrokenShell(f"line {scanner.line}: {scanner.peek()} cannot stand here outside of quotes")
        if not command.words and not command.assignments:
            command.line = line
        command.add(word)

    def _starts_another_curl(self) -> bool:
        """Return whether `curl` starts the line that a backslash made part of a curl command."""
        scanner = self.scanner
        if not _CURL_AHEAD.match(self.text, scanner.position):
            return False
        scanner.note(f"line {scanner.line - 1}: ends in a backslash, and the next line is a command of its own: read without it")
        return True

    def _goes_on(self, command: OpenedCommand) -> bool:
        """Return whether the next line belongs to this curl command, though no backslash says so; move there if it does."""
        scanner = self.scanner
        options = _OPTION_LINE.match(self.text, scanner.position + 1)
        value = _waits_for_value(command) and _QUOTED_LINE.match(self.text, scanner.position + 1)
        if self.waiting or not (options or value) or _OPTION_LIST.match(self.text, scanner.position + 1):
            return False
        scanner.note(f"line {scanner.line}: no backslash at its end, though the next line goes on with it: read as if there were one")
        scanner.position += 1
        scanner.skip_blanks()
        return True

    def _redirect(self, command: OpenedCommand) -> bool:
        """Read a redirect, if one stands here."""
        scanner = self.scanner
        match = _REDIRECT.match(self.text, scanner.position)
        if not match or scanner.at_placeholder():
            return False
        operator = match["operator"] or match["both"]
        if operator in ("<<", "<<-"):
            scanner.position = match.end() - len(operator)
            delimiter, tabs, quoted = scanner.heredoc_start()
            self.waiting.append(Heredoc(command, len(command.redirects), match["descriptor"], delimiter, tabs, quoted))
            command.redirects.append(Redirect("<<", (), match["descriptor"]))
            return True
        scanner.position = match.end()
        scanner.skip_blanks()
        target = scanner.word()
        if not target:
            raise BrokenShell(f"line {scanner.line}: {operator} is followed by no file")
        command.redirects.append(Redirect(operator, target, match["descriptor"] or ""))
        return True

    def _assignment(self, command: OpenedCommand) -> bool:
        """Read an assignment, if one stands here."""
        scanner = self.scanner
        match = _ASSIGNMENT.match(self.text, scanner.position)
        if not match or (command.words and not command.declares):
            return False
        scanner.position = match.end()
        appends = match["sign"] == "+="
        if scanner.peek() == "(":
            scanner.position += 1
            command.assignments.append(Assignment(match["name"], tuple(self._list_words()), True, appends))
        else:
            command.assignments.append(Assignment(match["name"], (scanner.word(),), False, appends))
        return True

    def _list_words(self) -> Iterator[Word]:
        """Yield the words of `NAME=(word …)`, and move behind the parenthesis."""
        scanner = self.scanner
        begin = scanner.line
        while True:
            scanner.skip_blanks()
            if scanner.at_end():
                raise BrokenShell(f"the ( that opens on line {begin} is not closed")
            if scanner.peek() == ")":
                scanner.position += 1
                return
            if scanner.peek() == "#":
                scanner.skip_line()
            elif scanner.peek() == "\n":
                scanner.position += 1
            elif word := scanner.word():
                yield word
            else:
                raise BrokenShell(f"line {scanner.line}: {scanner.peek()} cannot stand in a list")

    def _keywords(self) -> None:
        """Move over the keywords and parentheses in front of a command, and keep what they open and close."""
        scanner = self.scanner
        while True:
            scanner.skip_blanks()
            if scanner.peek(2) == "((":
                scanner.skip_sum()
            elif scanner.peek() == "(":
                scanner.position += 1
                self.frames.enter(Frame("group"))
            elif match := _FUNCTION.match(self.text, scanner.position):
                scanner.position = match.end()
                self.frames.enter(Frame("function", match["one"] or match["two"]))
                self._skip_lines_behind_pipe()
            elif not self._keyword():
                return

    def _keyword(self) -> bool:
        scanner = self.scanner
        match = _KEYWORD.match(self.text, scanner.position)
        if not match:
            return False
        scanner.position = match.end()
        keyword = match[0]
        if keyword in _OPENS:
            self.frames.enter(Frame(_OPENS[keyword]))
        elif keyword in _CLOSES:
            self.frames.leave(_CLOSES[keyword])
        elif keyword in ("for", "select"):
            self._for()
        if keyword == "case":
            scanner.skip_blanks()
            scanner.word()
            scanner.skip_blanks()
            if scanner.peek(2) == "in":
                scanner.position += 2
        return True

    def _for(self) -> None:
        """Read `NAME in word …` behind `for`."""
        scanner = self.scanner
        scanner.skip_blanks()
        if scanner.peek(2) == "((":
            counter = re.compile(r"\(\([ \t]*(\w+)").match(self.text, scanner.position)
            scanner.skip_sum()
            self.frames.enter(Frame("for", counter[1] if counter else ""))
            return
        match = re.compile(r"([A-Za-z_]\w*)(?:[ \t]+in(?=[ \t\\]))?").match(self.text, scanner.position)
        if not match:
            return
        scanner.position = match.end()
        words = []
        scanner.skip_blanks()
        while word := scanner.word():
            words.append(word)
            scanner.skip_blanks()
        self.frames.enter(Frame("for", match[1], tuple(words)))
