"""Fixtures of the flow tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flow.lab import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Callable[..., Lab]:
    """Make a project folder from files."""
    return lambda **files: Lab(tmp_path, {name.replace("__", "/") + ".py": text for name, text in files.items()})
