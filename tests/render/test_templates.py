"""No shell template puts a text into a script except through a filter of bash.py."""

from __future__ import annotations

from collections.abc import Iterator

import jinja2
import pytest
from conftest import ROOT
from jinja2 import nodes

from generator import bash
from generator.render.environment import FILTERS

TEMPLATES = sorted((ROOT / "templates").rglob("*.sh.j2"))
SINKS = {name for name, function in FILTERS.items() if function.__module__ == bash.__name__}
ENVIRONMENT = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)


def macros() -> set[str]:
    """What shell templates define; the macros' own expressions are looked at too."""
    trees = [ENVIRONMENT.parse(path.read_text("utf-8")) for path in TEMPLATES]
    return {macro.name for tree in trees for macro in tree.find_all(nodes.Macro)}


def quoted(expression: nodes.Expr, captured: set[str]) -> bool:
    """Whether an expression is safe in a script.

    That is a filter of bash.py, the template's own text, a macro of a shell template, or the name of a block (`captured`)
    in which all is safe.
    """
    match expression:
        case nodes.Name(name=name):
            return name in captured
        case nodes.TemplateData():
            return True
        case nodes.Const(value=value):
            return isinstance(value, str)
        case nodes.CondExpr(expr1=yes, expr2=no):
            return quoted(yes, captured) and (no is None or quoted(no, captured))
        case nodes.Call(node=nodes.Name(name=name)):
            return name in macros() or name == "caller"  # what stands in a {% call %} is looked at, too
        case nodes.Filter(name=name):
            return name in SINKS
    return False


def outputs(node: nodes.Node) -> Iterator[nodes.Expr]:
    """Every expression that is written out; what {% set x %}…{% endset %} captures is written out elsewhere, if at all."""
    if isinstance(node, nodes.Output):
        yield from node.nodes
    for child in node.iter_child_nodes():
        if not isinstance(node, nodes.AssignBlock):
            yield from outputs(child)


def captured(tree: nodes.Template) -> set[str]:
    """The names of blocks that hold nothing unquoted and that nothing else is assigned to."""
    blocks = list(tree.find_all(nodes.AssignBlock))
    assigned = [name.name for name in tree.find_all(nodes.Name) if name.ctx in ("store", "param")]
    safe = set()
    for block in blocks:
        inside = [expression for part in block.body for expression in outputs(part)]
        if isinstance(block.target, nodes.Name) and block.filter is None and all(quoted(expression, set()) for expression in inside):
            safe.add(block.target.name)
    return {name for name in safe if assigned.count(name) == 1}


def unquoted(source: str) -> list[int]:
    """The lines of a template on which something reaches the script unquoted."""
    tree = ENVIRONMENT.parse(source)
    safe = captured(tree)
    return [expression.lineno for expression in outputs(tree) if not quoted(expression, safe)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name.removesuffix(".sh.j2"))
def test_every_expression_is_quoted(path: object) -> None:
    """Each {{ … }} of a shell template ends in a filter of bash.py."""
    assert unquoted(ROOT.joinpath("templates", str(path)).read_text("utf-8")) == []


def test_there_are_sinks() -> None:
    """The filters that quote for bash are those of bash.py."""
    assert {"word", "path", "comment", "heredoc", "name", "value", "count", "items", "length_of", "expanding", "quoted", "variable"} | {
        "literal",
        "section",
        "wildcard",
        "status",
        "item",
        "indexes",
        "encoded_variable",
        "between_quotes",
        "placeholder",
    } == SINKS
    assert "found_nothing" in macros()


@pytest.mark.parametrize(
    "source",
    [
        "{{ x }}",
        "echo '{{ x }}'",
        "{{ x | word | upper }}",
        "{{ 'a' ~ x }}",
        "{{ x | word if y else x }}",
        "{{ x if y }}",
        "{% if a %}{% for b in c %}{{ b | md }}{% endfor %}{% endif %}",
        "{{ other(x) }}",
        "{{ x.found_nothing() }}",
        "{% macro m(a) %}{{ a }}{% endmacro %}",
        "{% call found_nothing() %}{{ x }}{% endcall %}",
        "{% filter upper %}{{ x }}{% endfilter %}",
        "{{ 1 }}",
        "{% set x %}{{ y }}{% endset %}{{ x }}",
        "{% set x %}{{ y | word }}{% endset %}{% set x = y %}{{ x }}",
        "{% set x | upper %}{{ y | word }}{% endset %}{{ x }}",
    ],
)
def test_lint_sees_it(source: str) -> None:
    """The check is not blind."""
    assert unquoted(source) == [1]


@pytest.mark.parametrize(
    "source",
    [
        "{{ x | word }}",
        "{{ 'a' }}",
        "{{ ' ' if y }}",
        "{{ x | trim | heredoc('E', y) }}",
        "{{ found_nothing(p) }}",
        "{% set x %}{{ y }}{% endset %}",
        "plain",
    ],
)
def test_lint_lets_it_pass(source: str) -> None:
    """Nor does it cry wolf."""
    assert unquoted(source) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name.removesuffix(".sh.j2"))
def test_includes_are_shell_templates(path: object) -> None:
    """Whatever a shell template includes is looked at too."""
    tree = ENVIRONMENT.parse(ROOT.joinpath("templates", str(path)).read_text("utf-8"))
    names = [node.template.value for node in tree.find_all((nodes.Include, nodes.FromImport)) if isinstance(node.template, nodes.Const)]

    assert set() == set(names) - {template.relative_to(ROOT / "templates").as_posix() for template in TEMPLATES}
    assert not list(tree.find_all(nodes.Include)) or all(isinstance(node.template, nodes.Const) for node in tree.find_all(nodes.Include))
