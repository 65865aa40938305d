"""The nightly run takes every test of this folder, with more examples: the same laws, for longer."""

import os
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is here as nightly where it runs with the nightly number of examples."""
    if os.environ.get("LOOMWORK_NIGHTLY"):
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(pytest.mark.nightly)
