"""`curlsheet import`."""

from __future__ import annotations

import codecs
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import click

from generator import bash, catalog
from generator.catalog.nodes import CatalogError, counted, printable
from generator.catalog.starter import SCHEMA
from generator.cli.messages import as_json, stop
from generator.cli.messages import report as report_faults
from generator.cli.options import Command
from generator.importing import report
from generator.importing.builder import Built
from generator.importing.compare import differences
from generator.importing.kinds import KINDS, Kind, UnknownKind, kind_of
from generator.importing.openapi import TooManyOperations
from generator.importing.run import InputFile, import_files
from generator.output import OutputError, write_new_file

STANDARD_INPUT = "standard input"
COLOURS = {"carried": "green", "normalised": "cyan", "left-out": "yellow", "broken": "red"}


@click.command("import", cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--as", "kind", type=click.Choice(KINDS), help="What the files are; by default this is recognised, for each file.")
@click.option(
    "--only",
    multiple=True,
    metavar="WHAT",
    help="Only this: tag:NAME (a tag, folder or heading), a path such as '/pets/*', 'GET /pets', or an id; '*' is all. May be repeated.",
)
@click.option(
    "--backend",
    "backends",
    multiple=True,
    metavar="NAME",
    help="What the server is called in the catalog. For one of several: HOST=NAME, such as localhost:8080=lab.",
)
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Write the catalog to this new file.")
@click.option(
    "--report",
    "report_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Its form; json goes to standard output.",
)
@click.option("--strict", is_flag=True, help="End with 1 if anything was left out.")
@click.option(
    "--diff",
    "earlier",
    metavar="CATALOG",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Write no catalog: say what came, went or changed since this one was imported, and end with 1 if anything did.",
)
def import_(
    files: tuple[str, ...],
    kind: Kind | None,
    only: tuple[str, ...],
    backends: tuple[str, ...],
    output: Path | None,
    report_: str,
    strict: bool,
    earlier: Path | None,
) -> None:
    """Make a catalog of what you have: notes with curl commands, an OpenAPI document, a Postman collection, a HAR file.

    Each FILE is Markdown or text with curl commands in it, OpenAPI 3 or Swagger 2 (JSON or YAML), Postman 2.1 (with its environments),
    or HAR 1.2; - is standard input. Nothing that they hold is run, and no key of theirs gets into the catalog.

    The catalog goes to standard output, or to a new file. Standard error says for each command, operation or entry what became of it:
    carried, normalised (how), left out (why), or broken in the source (what is wrong); and on which lines notes say what is nowhere in it.
    Behind a command, | jq is a pipeline, and > FILE or | tee FILE the file to which the script saves the answer.

    \b
      curlsheet import notes.md -o catalog.yaml
      curlsheet import openapi.json --only tag:Pets --only '/users/*' -o pets.yaml
      curlsheet import collection.json lab.postman_environment.json --backend lab -o catalog.yaml
      history | cut -c 8- | curlsheet import -
      curlsheet import openapi.json --only tag:Pets --diff pets.yaml
    """
    if earlier is not None and output is not None:
        raise click.UsageError("--diff writes no catalog: take -o out")
    if report_ == "json" and output is None and earlier is None:
        raise click.UsageError("--report json goes to standard output: say with -o FILE where the catalog goes")
    if output is not None and os.path.lexists(output):
        stop(f"{output} is there already: name another file, or move it away")
    named = _names(backends)
    inputs = [_input(file, kind) for file in dict.fromkeys(files)]
    try:
        built = import_files(inputs, only, named, _head([file.name for file in inputs], output))
    except TooManyOperations as error:
        stop(_too_many(error))
    _need_known_hosts(named, built)
    if earlier is not None:
        _compare(earlier, built, report_)
    if built.text and output is not None:
        try:
            write_new_file(output, built.text)
        except OutputError as error:
            stop(str(error))
    elif built.text:
        click.echo(built.text, nl=False)
    _tell(built, report_, output)
    if not built.text or (strict and not report.is_whole(built.entries)):
        sys.exit(1)


def _compare(earlier: Path, built: Built, form: str) -> NoReturn:
    """Print how what is imported now differs from a catalog that was imported earlier. Ends the program: with 1 if it does."""
    if not built.text:
        _tell(built, "text", None)
        sys.exit(1)
    try:
        before = catalog.read(earlier)
    except CatalogError as error:
        report_faults(error)
    found = differences(before, catalog.read_text(built.text, str(earlier)))
    if form == "json":
        click.echo(as_json([difference.as_data() for difference in found]))
    else:
        for difference in found:
            click.echo(printable(difference.line))
    click.echo(f"{counted(len(found), 'difference')} from {earlier}", err=True)
    sys.exit(1 if found else 0)


# ---- What comes in -------------------------------------------------------------------------


def _input(file: str, kind: Kind | None) -> InputFile:
    """Return a file with its text and what it is. Ends the program if it cannot be read, or nobody can tell what it is."""
    name = STANDARD_INPUT if file == "-" else _relative(file)
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        stop(f"{name}: cannot be read: {error.strerror or error}")
    text = _decoded(data, name)
    if not text.strip():
        stop(f"{name}: is empty")
    try:
        return InputFile(name, text, kind or kind_of(text))
    except UnknownKind as error:
        stop(f"{name}: {error}")


def _relative(file: str) -> str:
    """Return a path as reports show it: from the current folder, if it is below that."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_absolute() and path.is_relative_to(Path.cwd()) else file


def _decoded(data: bytes, name: str) -> str:
    """Return the text of a file: UTF-8, or UTF-16 with a byte order mark, as some programs write it. Ends the program for other bytes."""
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        stop(f"{name}:{line}: not UTF-8 text: convert it, for example with iconv -f GB18030 -t UTF-8")


def _names(backends: Sequence[str]) -> dict[str, str]:
    """Return what backends are to be called: by host and port, or by "" the only one. Raises a usage error."""
    named: dict[str, str] = {}
    for word in backends:
        host, equals, name = word.rpartition("=")
        if not name.strip() or host in named:
            raise click.UsageError(f"--backend {word}: write NAME, or for one of several servers HOST=NAME, each once")
        named[host.removeprefix("http://").removeprefix("https://").rstrip("/") if equals else ""] = name
    return named


def _need_known_hosts(named: Mapping[str, str], built: Built) -> None:
    """Raise a usage error where --backend names a server that is not there, or one of several without saying which."""
    hosts = [backend["base_url"].partition("://")[2].partition("/")[0] for backend in built.data.get("backends", {}).values()]
    if not hosts:
        return
    if "" in named and len(hosts) > 1:
        raise click.UsageError(f"--backend {named['']}: there are {len(hosts)} servers, say which one: --backend {hosts[0]}={named['']}")
    for host in named:
        if host and host not in hosts:
            raise click.UsageError(f"--backend {host}={named[host]}: there is no such server: known are {', '.join(hosts)}")


def _too_many(error: TooManyOperations) -> str:
    """Return what to do with a document that is too large to be imported whole: its tags, and how many operations each has."""
    tags = [
        f"  {count:>5}  --only {bash.word(f'tag:{tag}')}" if tag else f"  {count:>5}  (without a tag)" for tag, count in error.tags.items()
    ]
    return "\n".join([f"{error}", *tags])


# ---- What goes out -------------------------------------------------------------------------


def _head(names: Sequence[str], output: Path | None) -> list[str]:
    """Return the lines of the comment at the catalog's start."""
    schema = [f"yaml-language-server: $schema={SCHEMA}"] if output is not None and (output.parent / SCHEMA).exists() else []
    shown = ", ".join(Path(name).name for name in names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    sources = "".join(character if character.isprintable() else "?" for character in shown)
    return [*schema, f"Imported by curlsheet from {sources}; yours to change. All keys: curlsheet schema"]


def _tell(built: Built, form: str, output: Path | None) -> None:
    """Print the report, and what to type next."""
    if form == "json":
        click.echo(as_json(report.as_data(built.entries, built.uncarried)))
    else:
        width = shutil.get_terminal_size().columns if sys.stderr.isatty() else None
        for line in report.as_lines(built.entries, _painted, width):
            click.echo(line, err=True)
    click.echo(report.summary(built.entries, built.data), err=True)
    for line in report.not_carried(built.uncarried):
        click.echo(line, err=True)
    for remark in report.remarks(built.data, built.entries):
        click.echo(f"note: {remark}", err=True)
    if not built.text:
        click.echo("nothing was imported, so no catalog is written", err=True)
    elif output is not None:
        named = bash.word(str(output))
        click.echo(f"{output} is yours to change. Next:", err=True)
        click.echo(f"  curlsheet validate --catalog {named}", err=True)
        click.echo(
            f"  curlsheet build --catalog {named}      # writes {bash.word(str(output.parent / 'out'))}: scripts and a cheatsheet", err=True
        )


def _painted(words: str, status: str) -> str:
    return click.style(words, fg=COLOURS[status]) if "NO_COLOR" not in os.environ else words
