"""Make the body of a request of what -d, -F, -T and the like give."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from generator.importing.curl.body import encoded, field_body, is_json_lines, is_json_type, json_body, straightened, whole_placeholder
from generator.importing.curl.errors import BrokenCommand, Unsayable
from generator.importing.curl.form import ReadPart
from generator.importing.curl.headers import HeaderReader
from generator.importing.curl.inputs import STANDARD_INPUT
from generator.importing.curl.marks import MARK, has_mark
from generator.importing.curl.transfer import Data, Target, Transfer
from generator.importing.model import FoundBody, FoundParameter, FoundPart, Text, Variable
from generator.media_type import URLENCODED, bare


@dataclass(frozen=True)
class Inputs:
    """What a command reads."""

    contents: Callable[[str], str | None]
    """Says what is in a file, as a marked text, as far as the text that is imported shows it; `-` is standard input."""
    standard_input: str | None = None
    """The path of the file that is standard input."""


class PayloadReader:
    """Reads a transfer's data; what it says of it is added to what the headers' reader says."""

    def __init__(self, headers: HeaderReader, inputs: Inputs) -> None:
        self.headers = headers
        self.inputs = inputs
        self.contents = inputs.contents
        self.marks = headers.marks
        self.files: dict[str, tuple[str, str]] = {}
        """For fields whose text is in a file that is not known, by name: the option that says so, and the marked path."""

    def body(self, transfer: Transfer, target: Target) -> FoundBody | None:
        """Return the body; the Content-Type that curl sends with it is put into the headers."""
        if target.upload is not None:
            return self._file(target.upload, "-T")
        if transfer.form:
            return self._form(transfer.form)
        if not transfer.data or transfer.get:
            return None
        content_type = self._content_type(transfer)
        body = self._data_body(transfer, content_type)
        if content_type and body.kind != "urlencoded" and not self.headers.has("content-type"):
            self.headers.headers.append(("Content-Type", content_type))
        return body

    def _content_type(self, transfer: Transfer) -> str:
        """Return the Content-Type that is sent with data; empty if the command takes it out."""
        given = self.headers.get("content-type")
        if given is not None:
            return given
        if "content-type" not in self.headers.removed:
            return URLENCODED
        if not self._is_file(transfer):
            self._leave_out("-H 'Content-Type:' is left out: a catalog sends a Content-Type with each body")
        return ""

    def _leave_out(self, sentence: str) -> None:
        self.headers.left_out.append(sentence)

    def _change(self, sentence: str) -> None:
        self.headers.changes.append(sentence)

    def _is_file(self, transfer: Transfer) -> bool:
        """Return whether the body is one file, whose content is not known."""
        if len(transfer.data) != 1 or transfer.data[0].option in ("data-raw", "data-urlencode"):
            return False
        value = transfer.data[0].value
        return value.startswith("@") and self.contents(value[1:]) is None

    def _data_body(self, transfer: Transfer, content_type: str) -> FoundBody:
        if self._is_file(transfer):
            data = transfer.data[0]
            if data.option not in ("data-binary", "json") and data.value != "@-":
                shown = self.marks.shown(data.value[1:])[:60]
                self._change(f"{data.written} @FILE takes the line breaks out of {shown}; here it is sent as it is")
            return self._file(data.value[1:], f"{data.written} @")
        text = self.joined(transfer.data)
        form_type = bare(content_type) in (URLENCODED, "")
        if is_json_type(content_type) or (form_type and text.lstrip()[:1] in ("{", "[") and text.strip()):
            if body := self._json(text, content_type):
                return body
        elif form_type and text and (body := field_body(text, self.marks)):
            return body
        return FoundBody("text", self.marks.text(text))

    def _json(self, text: str, content_type: str) -> FoundBody | None:
        """Return a JSON body; None if the text is none, which is said where it should be."""
        body, why = json_body(text, self.marks)
        if body or not text.strip():
            return body
        if straightened(text) != text:
            body, _ = json_body(straightened(text), self.marks)
            if body:
                self._change("the JSON has typographic quotes, which are no quotes of JSON: read as straight ones")
                return body
        if is_json_type(content_type) and not is_json_lines(text):
            bare = re.match(r"\s*[{\[][^{}\[\]:]*\w\s*:", text) is not None and not re.search("[\"']", text)
            hint = "; the shell takes its quotes away: put '…' around it" if bare else ""
            self._change(f"the body is sent as a text, not as JSON: {why}{hint}")
        return None

    def joined(self, pieces: list[Data]) -> str:
        """Return what several options send together: `&` stands between them, but not before --json."""
        text = ""
        for number, data in enumerate(pieces):
            piece = self.piece(data)
            text += f"&{piece}" if number and text and data.option != "json" else piece
        return text

    def piece(self, data: Data) -> str:
        """Return the text that a -d or the like sends. Raises Unsayable if it is in a file whose content is not known."""
        if data.option == "data-urlencode":
            return self._urlencoded(data)
        if data.option == "data-raw" or not data.value.startswith("@"):
            return data.value
        content = self._content(data.value[1:])
        return content if data.option in ("data-binary", "json") else re.sub("[\r\n\0]", "", content)

    def _content(self, path: str) -> str:
        content = self.contents(path)
        if content is None:
            what = "standard input" if path in STANDARD_INPUT else self.marks.shown(path)
            raise Unsayable(f"what is in {what} is a part of the request, and not known here: write it into the command")
        return content

    def _urlencoded(self, data: Data) -> str:
        """Return what --data-urlencode sends: `content`, `=content`, `name=content`, `@file` or `name@file` (curl(1))."""
        sign = "=" if "=" in data.value else "@"
        name, found, content = data.value.partition(sign)
        if not found:
            return encoded(data.value)
        if sign == "@" and name and self.contents(content) is None:
            self.files[name] = f"{data.written} {name}@{self.marks.shown(content)}", content
            content = self.marks.mark(Variable(name))
        elif sign == "@":
            content = self._content(content)
        return f"{name}={encoded(content)}" if name else encoded(content)

    def _file(self, path: str, written: str) -> FoundBody:
        if path in STANDARD_INPUT and self.inputs.standard_input is not None:
            path = self.inputs.standard_input
        if path in STANDARD_INPUT:
            self._leave_out(f"{written}{path} sends standard input: here the file is a parameter")
            return FoundBody("file", Text((Variable("file"),)))
        return FoundBody("file", self.marks.text(self._path(path)))

    def _path(self, path: str) -> str:
        """Return a file's path, relative where it starts with the folder that the command runs in."""
        match = re.match(rf"({MARK})/", path)
        variable = self.marks.variable(match[1]) if match else None
        if match and variable is not None and variable.name in ("PWD", "pwd"):
            path = path[match.end() :]
        return whole_placeholder(path, self.marks)

    def _form(self, parts: list[ReadPart]) -> FoundBody:
        content_type = self.headers.take("content-type")
        if content_type is not None and not content_type.lower().startswith("multipart/form-data"):
            raise Unsayable(f"-F with the Content-Type {self.marks.shown(content_type)[:60]}: a catalog's form is multipart/form-data")
        if content_type is not None:
            self._change("Content-Type: multipart/form-data is left out: curl writes it itself, with the boundary")
        elif "content-type" in self.headers.removed:
            self._change("-H 'Content-Type:' is left out: a form is not read without its boundary")
        for part in parts:
            if part.note:
                self._change(part.note)
        return FoundBody("form", [self._part(part) for part in parts])

    def _part(self, part: ReadPart) -> FoundPart:
        if not part.name or has_mark(part.name):
            raise Unsayable("a part of a form without a name of its own, which a catalog cannot say")
        media_type = None if part.media_type is None else self.marks.shown(part.media_type)
        file_name = None if part.file_name is None else self.marks.shown(part.file_name)
        if part.file == "-":
            self._leave_out(f"-F {part.name}=@- sends standard input: here the file is a parameter")
            return FoundPart(part.name, file=Text((Variable(part.name),)), media_type=media_type, file_name=file_name)
        if part.file == "":
            raise BrokenCommand(f"-F {part.name}=@: no file is named")
        if part.file is not None:
            return FoundPart(part.name, file=self.marks.text(self._path(part.file)), media_type=media_type, file_name=file_name)
        text = part.text if part.reads is None else self._part_content(part.name, part.reads)
        return FoundPart(part.name, text=self.marks.text(whole_placeholder(text or "", self.marks)), media_type=media_type)

    def _part_content(self, name: str, file: str) -> str:
        content = self.contents(file)
        if content is not None:
            return content
        self.files[name] = f"-F {name}=<{self.marks.shown(file)}", file
        return self.marks.mark(Variable(name))

    def parameters(self, body: FoundBody | None) -> tuple[FoundParameter, ...]:
        """Return the parameters that name a file whose content is sent, and say of each what became of the option.

        Only a body takes the content of a file: in a query, it is given as a text.
        """
        names = _names(body)
        found: list[FoundParameter] = []
        for name, (written, path) in self.files.items():
            if body is not None and names.count(name) == 1:
                self._change(f"{written}: the file is a parameter here, {name}, and its content is sent")
                example = None if has_mark(path) or path in STANDARD_INPUT else path
                found.append(FoundParameter(name, (body.kind, name), read="file", required=True, example=example))
            else:
                self._leave_out(f'{written}: what is in the file is a parameter here, {name}: give it "$(cat FILE)"')
        return tuple(found)


def _names(body: FoundBody | None) -> list[str]:
    """Return the names of a body's fields or parts."""
    if body is None or body.kind not in ("urlencoded", "form"):
        return []
    return [part.name if isinstance(part, FoundPart) else part[0] for part in body.value]
