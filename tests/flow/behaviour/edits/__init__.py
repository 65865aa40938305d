"""Edits to small applications: the files, the edit, and what of the step's behaviour changes by it."""

from typing import NamedTuple


class Edit(NamedTuple):
    """One edit; `changed` are the names of the parts that differ, nothing at all where the edit must cost nothing."""

    name: str
    files: dict[str, str]
    edit: dict[str, tuple[str, str]]
    changed: tuple[str, ...]
    target: str = "app:work"


def files(app: str, **others: str) -> dict[str, str]:
    """An application: `app.py` and other modules; `a__b` stands for a/b.py, `a__` for a/__init__.py."""
    named = {"app.py": "from __future__ import annotations\nfrom loomwork.flow.step import step\n" + app}
    for name, text in others.items():
        path = name.replace("__", "/")
        named[f"{path}__init__.py" if path.endswith("/") else f"{path}.py"] = text
    return named


def edit(name: str, app: dict[str, str], old: str, new: str, *changed: str, file: str = "app.py") -> Edit:
    """An edit of one file by replacing a text that stands in it once."""
    return Edit(name, app, {file: (old, new)}, changed)
