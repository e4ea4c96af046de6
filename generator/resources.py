"""Where the templates and the built-in catalog are: in the installed package, else beside it in a checkout."""

from pathlib import Path

NAME = "the built-in catalog"
"""How messages call it."""


def root() -> Path:
    """The folder that holds `templates/` and `catalog.yaml`."""
    package = Path(__file__).resolve().parent
    return package if (package / "templates").is_dir() else package.parent


def catalog() -> Path:
    return root() / "catalog.yaml"


def templates() -> Path:
    return root() / "templates"
