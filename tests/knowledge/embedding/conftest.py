"""One loaded model for all tests of this folder."""

import pytest

from loomwork.knowledge.embedding import MiniLm


@pytest.fixture(scope="session")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> MiniLm:
    return MiniLm(threads=2, cache=tmp_path_factory.mktemp("cache"))
