"""The model in both ways of multiplying, loaded once for all tests of this folder."""

import pytest

from loomwork.knowledge.embedding import MiniLm
from loomwork.knowledge.embedding.minilm import model

EXACT, ROUNDED = "in float32", "in bfloat16"


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, MiniLm]:
    """Rounded products are made on any processor, as on one with hardware for them."""
    cache = tmp_path_factory.mktemp("cache")
    made = {EXACT: MiniLm(threads=2, cache=cache, exact=True), ROUNDED: MiniLm(threads=2, cache=cache)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "has_hardware", lambda: True)
        assert len({each.identity for each in made.values()}) == 1
    return made


@pytest.fixture(scope="session", params=[EXACT, ROUNDED])
def minilm(models: dict[str, MiniLm], request: pytest.FixtureRequest) -> MiniLm:
    return models[request.param]
