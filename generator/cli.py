"""The command. It alone prints and exits: 0 well, 1 a fault or a stale folder, 2 usage."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from generator import bundled, shell
from generator.output import OutputError, compare, keep, write

if TYPE_CHECKING:
    from generator.model import Backend, Catalog, Cell
    from generator.outcome import Report
    from generator.probe import Choice, Probe
    from generator.render import Renderer

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)


def find_catalog(given: Path | None) -> tuple[Path, str, Path]:
    """The catalog that was named, else the nearest catalog.yaml upward, else the built-in one.

    Returns its path, how messages call it, and the folder that a build of it writes.
    """
    if given:
        return given, shown(given), given.parent / "out"
    here = Path.cwd()
    for folder in (here, *here.parents):
        if os.path.isfile(folder / "catalog.yaml"):  # noqa: PTH113 - false, not an error, in a folder that may not be looked into
            return folder / "catalog.yaml", shown(folder / "catalog.yaml"), folder / "out"
    return bundled.catalog(), bundled.NAME, here / "out"


def shown(path: Path) -> str:
    """A path as a person would type it from here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def read(given: Path | None, *, say: bool = False) -> Catalog:
    """The catalog; ends the program with its faults if it has any. With `say`, tells which one it is."""
    from generator import catalog
    from generator.source import CatalogError

    path, name, _ = find_catalog(given)
    if say:
        click.echo(f"catalog: {name}", err=True)
    try:
        return catalog.read(path, name)
    except CatalogError as error:
        return report(error)


def report(error: Any) -> NoReturn:
    """Prints the faults of a CatalogError or TemplateError, one a line, and ends the program.

    On a terminal each is followed by the line of the file that it is about.
    """
    faults = getattr(error, "faults", None) or (error.fault,)
    if _wants_json():
        click.echo(as_json([dataclasses.asdict(fault) for fault in faults]))
        sys.exit(1)
    for fault in faults:
        click.echo(str(fault), err=True)
        if sys.stderr.isatty():
            click.echo(_excerpt(fault), err=True, nl=False)
    stop(f"{counted(len(faults), 'fault')}, nothing written")


def _wants_json() -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and context.command.name == "validate" and context.params.get("format_") == "json"


def _excerpt(fault: Any) -> str:
    """The line of the file that a fault is about, with its key underlined; nothing where there is none."""
    from generator.prose import columns
    from generator.source import seen

    file = bundled.catalog() if fault.file == bundled.NAME else Path(fault.file)
    try:
        line = file.read_bytes().split(b"\n")[fault.line - 1].decode("utf-8", "replace").rstrip("\r")
    except (OSError, IndexError):
        return ""
    key = re.sub(r"(\[\d+\])+$", "", fault.place).rpartition(".")[2]
    start = max(line.find(f"{key}:"), 0) if key else -1
    room = max(shutil.get_terminal_size().columns - 12, 20)
    cut = max(start - room // 2, 0) if len(line) > room else 0
    margin = f"{fault.line:>5} | "
    text = f"{margin}{seen(line[cut : cut + room])}\n"
    if not key or not line[start:].startswith(key):
        return text
    before = seen(line[cut:start])
    return text + " " * (len(margin) - 2) + "| " + " " * columns(before) + click.style("^" * columns(key), fg="red", bold=True) + "\n"


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"


def renderer(given: Path | None, templates: Path | None, *, say: bool = False) -> Renderer:
    from generator.render import Renderer

    return Renderer(read(given, say=say), templates)


def rendering(command: Callable[..., Any]) -> Callable[..., Any]:
    """Faults that only rendering or writing finds end the program too."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        from generator.render import TemplateError
        from generator.source import CatalogError

        try:
            return command(*args, **kwargs)
        except (CatalogError, TemplateError) as error:
            report(error)
        except OutputError as error:
            stop(str(error))

    return wrapped


def choose(kind: str, given: str, known: Mapping[str, Any]) -> Any:
    """What `given` names; a usage error that suggests what was meant, else."""
    if given in known:
        return known[given]
    close = get_close_matches(given, list(known), 1)
    raise click.UsageError(
        f"There is no {kind} {given!r}" + (f": did you mean {close[0]}?" if close else f". There is: {', '.join(known)}.")
    )


def cell_of(backend: Backend, endpoint: str) -> Cell:
    cell: Cell = choose(f"endpoint of {backend.id}", endpoint, {cell.id: cell for cell in backend.cells})
    return cell


def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Backends and endpoints for the shell's completion; nothing at all if the catalog can't be read."""
    from generator import catalog

    try:
        known = catalog.read(find_catalog(context.params.get("catalog"))[0])
    except Exception:  # a completion never disturbs the line being typed
        return []
    backend = known.backends.get(context.params.get("backend") or "")
    names = [cell.id for cell in backend.cells] if parameter.name == "endpoint" and backend else list(known.backends)
    return [name for name in names if name.startswith(incomplete)]


def catalog_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --catalog and --templates to a command."""
    file = click.Path(path_type=Path, exists=True, dir_okay=False)
    folder = click.Path(path_type=Path, exists=True, file_okay=False)
    command = click.option("--templates", type=folder, help="Your own templates; they come before the built-in ones of the same name.")(
        command
    )
    return click.option("--catalog", type=file, help="The catalog; without it the nearest catalog.yaml upward, else the built-in one.")(
        command
    )


class Command(click.Group):
    """The group of commands, in which a full disk or a folder that is gone ends with a message."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # which click ends in silence
        except OSError as error:
            stop(f"{error.filename or 'curlsheet'}: {error.strerror or error}")


@click.group(cls=Command, context_settings=CONTEXT)
@click.version_option(package_name="curlsheet", prog_name="curlsheet")
def main() -> None:
    """Turn a catalog of HTTP APIs into bash scripts and a cheatsheet.

    \b
      curlsheet build                              writes out/*.sh and out/cheatsheet.*
      curlsheet show litellm chat-completions      the curl command, and nothing else
      curlsheet run ollama chat-completions "Hi"   runs the script without writing it

    The catalog is the nearest catalog.yaml upward from here, else the built-in one about OpenAI-compatible
    servers. COMMAND --help tells more.
    """
    try:
        Path.cwd()
    except FileNotFoundError:
        stop("the folder that you are in is gone: cd to another one")


@main.command()
@catalog_options
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="The folder to write; without it out/ beside the catalog.")
@click.option("--check", is_flag=True, help="Write nothing; print what is stale and exit with 1 if anything is.")
@click.option("--only", multiple=True, metavar="BACKEND[/ENDPOINT]", help="Write these scripts alone, and remove nothing. May be repeated.")
@rendering
def build(catalog: Path | None, templates: Path | None, out: Path | None, check: bool, only: tuple[str, ...]) -> None:
    """Write the scripts and the cheatsheet.

    Nothing is written if anything is at fault. Files that an earlier build made and this one does not are
    removed; files that no build made are left alone.

    \b
      curlsheet build
      curlsheet build --check                      is out/ up to date?
      curlsheet build --only ollama/models --out /tmp/try
    """
    makes = renderer(catalog, templates, say=True)
    folder = out or find_catalog(catalog)[2]
    pages = makes.pages(_selection(makes.catalog, only) if only else None)
    if check:
        stale = compare(pages, folder, whole=not only)
        for text in stale.values():
            click.echo(text, nl=False)
        if stale:
            stop(f"{shown(folder)} is stale: {counted(len(stale), 'file')}. Run: curlsheet build")
        click.echo(f"{shown(folder)} is up to date: {len(pages)} files")
        return
    changed = write(pages, folder, whole=not only)
    click.echo(f"{shown(folder)}: {len(pages)} files, {len(changed)} changed")


def _selection(catalog: Catalog, only: tuple[str, ...]) -> Callable[[Mapping[str, str]], bool]:
    wanted = []
    for item in only:
        name, _, endpoint = item.partition("/")
        backend = choose("backend", name, catalog.backends)
        wanted.append((name, cell_of(backend, endpoint).id if endpoint else None))
    return lambda axes: (
        {"backend", "endpoint"} <= axes.keys()
        and any(axes["backend"] == backend and endpoint in (None, axes["endpoint"]) for backend, endpoint in wanted)
    )


@main.command()
@catalog_options
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@rendering
def validate(catalog: Path | None, templates: Path | None, format_: str) -> None:
    """Check the catalog and the templates; write nothing.

    Every fault is shown at once, as file:line: place: what is wrong; on a terminal with the line itself.

    \b
      curlsheet validate
      curlsheet validate --catalog team.yaml
      curlsheet validate --format json | jq -r ".[].what"
    """
    makes = renderer(catalog, templates)
    makes.pages()
    if format_ == "json":
        click.echo("[]")
        return
    cells = sum(len(backend.cells) for backend in makes.catalog.backends.values())
    click.echo(f"{find_catalog(catalog)[1]}: no faults ({counted(len(makes.catalog.backends), 'backend')}, {counted(cells, 'cell')})")


@main.command("list")
@catalog_options
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_(catalog: Path | None, templates: Path | None, format_: str) -> None:
    """Show which backend has which endpoint.

    \b
      curlsheet list
      curlsheet list --format json | jq -r '.[].url'
    """
    from generator import request

    known = read(catalog, say=True)
    if format_ == "json":
        rows = [
            {
                "backend": backend.id,
                "endpoint": cell.id,
                "method": cell.method,
                "url": request.of(backend, cell).url,
                "script": f"{backend.id}-{cell.id}.sh",
                "source": cell.source,
            }
            for backend in known.backends.values()
            for cell in backend.cells
        ]
        click.echo(as_json(rows))
        return
    width = max(map(len, [*known.backends, *known.endpoints]))
    for backend in known.backends.values():
        click.echo(f"{backend.id.ljust(width)}  {backend.base_url}")
    click.echo("  ".join(["\n" + " " * width, *known.backends]))
    has = {backend.id: {cell.id for cell in backend.cells} for backend in known.backends.values()}
    for name in known.endpoints:
        marks = [
            ("●" if name in has[backend.id] else "✗" if name in backend.endpoints else "–").ljust(len(backend.id))
            for backend in known.backends.values()
        ]
        click.echo("  ".join([name.ljust(width), *marks]).rstrip())
    if any(cell.missing for backend in known.backends.values() for cell in backend.endpoints.values()):
        click.echo("● there   ✗ not offered   – not in the catalog")


@main.command()
@catalog_options
@click.option("--as", "form", type=click.Choice(["curl", "script"]), default="curl", show_default=True, help="The command, or the script.")
@click.option("--lang", help="The language of a BACKEND's sheet; without it English, where the catalog has it, else its first one.")
@click.argument("backend", shell_complete=complete)
@click.argument("endpoint", required=False, shell_complete=complete)
@rendering
def show(catalog: Path | None, templates: Path | None, form: str, lang: str | None, backend: str, endpoint: str | None) -> None:
    """Print the curl command of a cell, and nothing else; without ENDPOINT the sheet of the whole BACKEND.

    \b
      curlsheet show litellm chat-completions
      curlsheet show litellm chat-completions --as script > chat.sh
      curlsheet show ollama | less                 all about it, as text: set-up, commands, troubles
      curlsheet show ollama --lang zh
    """
    makes = renderer(catalog, templates)
    chosen = choose("backend", backend, makes.catalog.backends)
    if endpoint is None and form == "script":
        raise click.UsageError("--as script needs an ENDPOINT.")
    if endpoint is not None and lang is not None:
        raise click.UsageError("--lang is for the sheet of a BACKEND: leave out the ENDPOINT.")
    if endpoint is None:
        languages = {name: name for name in makes.catalog.languages}
        click.echo(
            makes.sheet(chosen.id, choose("language", lang, languages) if lang is not None else makes.catalog.script_language), nl=False
        )
        return
    cell = cell_of(chosen, endpoint)
    if form == "script":
        click.echo(makes.script(chosen.id, cell.id).text, nl=False)
    else:
        click.echo(makes.command(chosen.id, cell.id))


@main.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@catalog_options
@click.argument("backend", shell_complete=complete)
@click.argument("endpoint", shell_complete=complete)
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
@rendering
def run(catalog: Path | None, templates: Path | None, backend: str, endpoint: str, args: tuple[str, ...]) -> None:
    """Run a cell's script without writing it; ARGS are the script's.

    \b
      curlsheet run ollama models
      curlsheet run litellm chat-completions --model gemma "Why is the sky blue?"
      curlsheet run litellm chat-completions --help
    """
    from generator.beside import run as beside

    makes = renderer(catalog, templates)
    chosen = choose("backend", backend, makes.catalog.backends)
    page = makes.script(chosen.id, cell_of(chosen, endpoint).id)
    with tempfile.TemporaryDirectory(prefix="curlsheet-") as folder:
        script = Path(folder, page.path)
        script.write_text(page.text, encoding="utf-8", newline="\n")
        try:
            status = beside(["bash", str(script), *args], os.environ)
        except FileNotFoundError:
            stop("bash is missing: install it (on Windows, use WSL)")
    sys.exit(status)


@main.command()
@catalog_options
@rendering
def verify(catalog: Path | None, templates: Path | None) -> None:
    """Run what the cheatsheet shows, and compare with what it says.

    Every jq filter runs with your jq on its sample, every example of the guides in bash, and in zsh and dash where they
    are installed; every command and script is parsed by bash. No request is sent. Examples run as they stand, in an
    empty folder: verify a catalog that you would run the scripts of.

    \b
      curlsheet verify
      curlsheet verify --catalog team.yaml
    """
    from generator import verify as verifying
    from generator.model import SHELLS

    makes = renderer(catalog, templates, say=True)
    try:
        tools = verifying.tools()
    except verifying.ToolError as error:
        stop(str(error))
    claims = verifying.claims(makes, tools)
    results = verifying.differences(claims)
    with click.progressbar(results, len(claims), file=sys.stderr) if sys.stderr.isatty() else contextlib.nullcontext(results) as shown_:
        found = [difference for difference in shown_ if difference]
    for difference in found:
        click.echo(f"{difference}\n")
    kinds = Counter(claim.kind for claim in claims)
    examples = len({claim.node for claim in claims if claim.kind == "example"})
    *others, last = [tools[shell] for shell in SHELLS if shell in tools]
    missing = "".join(f"; {shell} is not installed" for shell in SHELLS if shell not in tools)
    summary = (
        f"{counted(kinds['command'], 'command')} and {counted(kinds['script'], 'script')}, {counted(kinds['filter'], 'jq filter')}, "
        f"{counted(examples, 'example')} in {' and '.join(filter(None, [', '.join(others), last]))}: "
        f"{f'{len(found)} not' if found else 'all'} as shown ({tools['jq']}{missing})"
    )
    if found:
        stop(summary)
    click.echo(summary)


class Beside(click.Command):
    """A command whose words after -- are a command to run beside it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            place = args.index("--")
            ctx.meta["command"] = args[place + 1 :]
            args = args[:place]
        return super().parse_args(ctx, args)


@main.command(cls=Beside)
@catalog_options
@click.argument("backends", nargs=-1, metavar="[BACKEND]... [-- COMMAND [ARG]...]", shell_complete=complete)
@click.pass_context
def demo(context: click.Context, catalog: Path | None, templates: Path | None, backends: tuple[str, ...]) -> None:
    """Serve the catalog's samples from this machine, to try every script without a server.

    Each endpoint answers with its sample and checks key, path, content type and body: what is wrong gets 401, 404,
    405, 415 or 422, and words that say what was expected.

    With COMMAND the servers take free ports, COMMAND is given each backend's base URL and an example key (never your
    own) in its environment, and its exit status is this command's. Without, they listen where the catalog says,
    until Ctrl-C; a key is good if it is the example or what its variable holds here.

    \b
      curlsheet demo -- out/ollama-chat-completions.sh
      curlsheet demo litellm -- bash               a shell to try things in
      curlsheet demo ollama                        on its own port, until Ctrl-C
    """
    from generator import demo as servers
    from generator.beside import run as beside

    command: list[str] | None = context.meta.get("command")
    if command == []:
        raise click.UsageError("-- needs a COMMAND.")
    known = read(catalog, say=command is None)
    chosen = list({name: choose("backend", name, known.backends) for name in backends or known.backends}.values())
    keys = servers.keys(chosen)
    try:
        if command is None:
            with servers.until_stopped() as stopped, servers.serving(known, chosen, click.echo, free_ports=False) as urls:
                _greet(chosen, urls, keys, ["--catalog", str(catalog)] if catalog else [])
                stopped()
            return
        with servers.serving(known, chosen, lambda line: click.echo(f"demo: {line}", err=True), free_ports=True) as urls:
            environment = {**os.environ, **{f"{backend.prefix}BASE_URL": urls[backend.id] for backend in chosen}, **keys}
            try:
                status = beside(command, environment)
            except OSError as error:
                missing = isinstance(error, FileNotFoundError)
                click.echo(f"{command[0]}: {'command not found' if missing else f'cannot be run: {error.strerror}'}", err=True)
                status = 127 if missing else 126
    except servers.DemoError as error:
        stop(str(error))
    sys.exit(status)


def _greet(chosen: list[Backend], urls: Mapping[str, str], keys: Mapping[str, str], options: list[str]) -> None:
    """Where the servers listen, and what to type in another terminal."""
    width = max(map(len, urls))
    for name, url in urls.items():
        click.echo(f"{name.ljust(width)}  {url}")
    exports = {f"{backend.prefix}BASE_URL": urls[backend.id] for backend in chosen if urls[backend.id] != backend.base_url}
    tries = [(backend, cell) for backend in chosen for cell in backend.cells]
    click.echo("\nIn another terminal:")
    for variable, value in {**exports, **keys}.items():
        click.echo(f"  export {variable}={shell.word(value)}")
    for backend, cell in sorted(tries, key=lambda item: item[1].sample is None)[:1]:
        click.echo(f"  {' '.join(map(shell.word, ['curlsheet', 'run', *options, backend.id, cell.id]))}")
    click.echo("\nCtrl-C ends it. One line a request:")


@main.command()
@catalog_options
@click.option("--url", help="The base URL of the one BACKEND that is named.")
@click.option("--jobs", type=click.IntRange(1, 64), default=4, show_default=True, help="How many scripts run at once.")
@click.option(
    "--timeout",
    type=click.IntRange(1, 86400),
    metavar="SECONDS",
    help="How long a script may take; without it what its own variable (…_TIMEOUT) says, else 60.",
)
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option(
    "--update",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep what worked in this file; a catalog that says tested: FILE shows it on its pages.",
)
@click.argument("names", nargs=-1, metavar="[BACKEND[/ENDPOINT]]...", shell_complete=complete)
@rendering
def probe(
    catalog: Path | None,
    templates: Path | None,
    url: str | None,
    jobs: int,
    timeout: int | None,
    format_: str,
    update: Path | None,
    names: tuple[str, ...],
) -> None:
    """Run the scripts against the servers that answer; which cells work?

    Scripts run in this folder with your environment, side by side. What costs money or changes something runs only if
    it is named as BACKEND/ENDPOINT, and so does what would ask for something that the server does not list.

    Exit status 1: something failed, or what was named is down or could not be run.

    \b
      curlsheet probe                                       all servers of the catalog
      curlsheet probe ollama litellm/embeddings
      curlsheet probe litellm --url http://gpu-7:4000/v1
      curlsheet probe --format markdown                     for an issue
      curlsheet probe --update tested.yaml                  for the pages
    """
    from generator import outcome
    from generator.probe import Probe, Stopped, remembered

    makes = renderer(catalog, templates, say=True)
    choices = _choices(makes.catalog, names)
    if not choices:
        stop("there is nothing to run: the catalog says of every endpoint that it is missing")
    facts = _tested(update)
    probes = Probe(functools.cache(makes.script), jobs, timeout, _moved(choices, url))
    for choice in choices:  # a template at fault is found before anything runs
        for cell in choice.backend.cells:
            probes.script(choice.backend.id, cell.id)
    try:
        report = _with_progress(probes, choices)
    except Stopped as error:
        click.echo("stopped", err=True)
        sys.exit(128 + error.number)
    except FileNotFoundError as error:
        if error.filename != "bash":
            raise
        stop("bash is missing: install it (on Windows, use WSL)")
    if format_ == "json":
        click.echo(as_json(outcome.data(report)))
    elif format_ == "markdown":
        click.echo(outcome.markdown(report, list(makes.catalog.endpoints)))
    else:
        click.echo(outcome.text(report, list(makes.catalog.endpoints), shutil.get_terminal_size().columns, _painted))
    if update:
        keep(update, remembered(facts, report))
    sys.exit(0 if report.well else 1)


def _choices(known: Catalog, names: tuple[str, ...]) -> list[Choice]:
    """What the names stand for, in the catalog's order; without names, everything."""
    from generator.probe import Choice

    whole: set[str] = set()
    named: dict[str, set[str]] = {}
    for item in names:
        name, _, endpoint = item.partition("/")
        backend = choose("backend", name, known.backends)
        if endpoint:
            named.setdefault(name, set()).add(cell_of(backend, endpoint).id)
        else:
            whole.add(name)
    choices = []
    for backend in known.backends.values():
        own = named.get(backend.id, set())
        cells = [cell for cell in backend.cells if not names or backend.id in whole or cell.id in own]
        if cells:
            choices.append(Choice(backend, cells, frozenset(own), bool(names)))
    return choices


def _moved(choices: list[Choice], url: str | None) -> dict[str, str]:
    """The setting that sends the one backend that is chosen to another address."""
    from generator.model import BASE_URL

    if url is None:
        return {}
    if len(choices) != 1:
        raise click.UsageError(f"--url is the address of one BACKEND: curlsheet probe {choices[0].backend.id} --url {shell.word(url)}")
    if not re.fullmatch(BASE_URL.pattern, url):
        raise click.UsageError(f"--url must be {BASE_URL.words}: such as {choices[0].backend.base_url}")
    return {f"{choices[0].backend.prefix}BASE_URL": url}


def _tested(update: Path | None) -> Mapping[str, Any]:
    """What the file to be updated holds already. Ends the program before anything runs if it can't be read, or has no folder."""
    from generator.catalog import tested

    if update is None:
        return {}
    if not update.parent.is_dir():
        stop(f"there is no folder {shown(update.parent)} for {shown(update)}")
    return tested(update, shown(update))


def _with_progress(probes: Probe, choices: list[Choice]) -> Report:
    """Runs the probe, with a bar on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        return probes.run(choices)
    total = sum(len(choice.cells) for choice in choices)
    with click.progressbar(length=total, label="probing", file=sys.stderr, show_eta=False, show_pos=True) as bar:
        probes.tell = lambda: bar.update(1)
        return probes.run(choices)


def _painted(words: str, status: str) -> str:
    colour = {"worked": "green", "failed": "red", "skipped": "yellow"}.get(status)
    return click.style(words, fg=colour, dim=None if colour else True)


@main.command()
@click.option("--from", "taken", help="Backends to take from the built-in catalog, with commas between them.")
def init(taken: str | None) -> None:
    """Write a first catalog.yaml into this folder, and the schema that editors check it with.

    \b
      curlsheet init
      curlsheet init --from ollama,litellm
    """
    from generator import catalog, start
    from generator.schema import catalog_schema

    known = catalog.read(bundled.catalog()).backends
    names = list(dict.fromkeys(choose("backend", name.strip(), known).id for name in taken.split(","))) if taken else []
    files = {"catalog.yaml": start.taken(names) if names else start.blank(), start.SCHEMA: as_json(catalog_schema()) + "\n"}
    if there := [name for name in files if os.path.lexists(name)]:
        stop(f"{' and '.join(there)} stands here already: go to an empty folder, or change it by hand")
    for name, text in files.items():
        with Path(name).open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    backend = names[0] if names else "example"
    click.echo("catalog.yaml is yours to change; an editor that reads its first line completes and checks it. Next:")
    click.echo("  curlsheet build          # writes out/: scripts and a cheatsheet")
    click.echo(f"  curlsheet show {backend}{' ' * (9 - len(backend))} # its curl commands")


def as_json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)


@main.command()
def schema() -> None:
    """Print the JSON Schema of a catalog.

    An editor that reads it completes and checks as you type; the first line of a catalog names it:

    \b
      curlsheet schema > catalog.schema.json
      # yaml-language-server: $schema=catalog.schema.json
    """
    from generator.schema import catalog_schema

    click.echo(as_json(catalog_schema()))
