from collections.abc import Iterator
from pathlib import Path

import pytest

from loomwork.knowledge.embedding import DRIVERS
from tests.knowledge.ingest.making import Project


@pytest.fixture(autouse=True)
def no_double_is_left_behind() -> Iterator[None]:
    yield
    DRIVERS.pop("stub", None)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)
