"""The lines of a script's --help: what options and variables do fits into 100 columns."""

from __future__ import annotations

from generator import catalog
from generator.render.renderer import Renderer
from generator.render.wrap import columns

LONG = " ".join(["what it does"] * 20)
CATALOG = f"""languages: [en]
backends: {{shop: {{base_url: http://localhost:1, endpoints: {{list: {{}}}}}}}}
endpoints:
  list:
    method: GET
    path: /pets
    parameters:
      page: {{at: [query, page], type: integer, option: --page, about: {LONG}}}
      breed-of-the-parents: {{at: [query, breed], type: string, option: --breed-of-the-parents, about: short}}
      name: {{at: [query, name], type: string, option: --name, about: {"宠物的名字，" * 20}}}
"""


def help_lines() -> list[str]:
    script = Renderer(catalog.read_text(CATALOG, "catalog.yaml")).script("shop", "list").text
    return script.partition("<< 'HELP'\n")[2].partition("\nHELP\n")[0].split("\n")


def test_long_texts_are_wrapped() -> None:
    lines = help_lines()

    assert max(map(columns, lines)) <= 100
    first = next(number for number, line in enumerate(lines) if line.startswith("  --page PAGE "))
    indent = lines[first].index("what")
    rest = [line for line in lines[first + 1 :] if line.startswith(" " * indent)]
    assert " ".join([lines[first][indent:], *(line[indent:] for line in rest)]).startswith(LONG)


def test_a_long_option_has_a_line_of_its_own() -> None:
    lines = help_lines()
    position = lines.index("  --breed-of-the-parents BREED_OF_THE_PARENTS")

    assert lines[position + 1].strip() == "short"
