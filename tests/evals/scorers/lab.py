"""A project with models that are doubles, opened as a run would open it, and what tests read beside it."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from loomwork.workspace.opening import Workspace

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


def says(**verdict: Any) -> str:
    """What a double answers, as JSON."""
    return json.dumps(verdict, ensure_ascii=False)


def rule(when: str, text: str) -> str:
    return f"{{ when = {json.dumps(when)}, text = {json.dumps(text, ensure_ascii=False)} }}"


def double(name: str, *rules: str) -> str:
    """A table of loomwork.toml for a model that is a double: it answers by rule, and is no model."""
    return f'[models.{name}]\ndriver = "scripted"\nrules = [{", ".join(rules)}]\n'


@contextmanager
def opened(root: Path, *tables: str) -> Generator[Workspace]:
    (root / "loomwork.toml").write_text("\n".join(tables), encoding="utf-8")
    with Workspace.open(root) as workspace:
        yield workspace
