"""Embedders beside the built-in one: a served model, a local folder, the double; and the choice among them."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from loomwork.kernel.errors import (
    EmbedderBroken,
    EmbedderNotConfigured,
    EmbedderNotInstalled,
    UnknownEmbedder,
    WrongVectors,
)
from loomwork.knowledge.embedding import (
    EmbedderSettings,
    Folder,
    MiniLm,
    Served,
    Surroundings,
    approximate_offsets,
    open_embedder,
)
from loomwork.knowledge.embedding.unit import unit
from loomwork.models.catalog import Catalog
from loomwork.models.settings import ModelSettings
from loomwork.testing.double import Double
from loomwork.testing.embedder import StubEmbedder


def catalog(url: str, **settings: Any) -> Catalog:
    return Catalog({"vectors": ModelSettings(driver="openai", model="e5", base_url=url, **settings)}, env={})


async def test_a_served_model_gives_unit_vectors_in_order() -> None:
    async with Double() as double:
        models = catalog(double.url)
        served = Served(models, "vectors")
        texts = [f"text {number}" for number in range(300)]
        told: list[tuple[int, int]] = []
        made = await served.embed(texts, progress=lambda done, of: told.append((done, of)))
        alone = await served.embed(texts[299:])
        await models.close()
    assert made.shape == (300, served.dimensions)
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-6)
    assert np.allclose(made[299], alone[0])
    assert told == [(128, 300), (256, 300), (300, 300)]


def test_a_served_model_is_known_by_what_answers_not_by_its_alias() -> None:
    one, other = catalog("http://a/v1"), catalog("http://b/v1")
    again = Catalog({"second": ModelSettings(driver="openai", model="e5", base_url="http://a/v1")}, env={})
    assert Served(one, "vectors").identity == Served(again, "second").identity
    assert Served(one, "vectors").identity != Served(other, "vectors").identity


@pytest.mark.parametrize("vectors", [np.zeros(3), np.zeros((1, 2)), np.full((2, 2), np.nan)])
def test_vectors_that_do_not_fit_the_texts_are_refused(vectors: Any) -> None:
    with pytest.raises(WrongVectors):
        unit(vectors, texts=2, name="it")


def test_a_vector_of_zeros_stays() -> None:
    assert np.array_equal(unit([[0, 0], [3, 4]], texts=2, name="it"), np.array([[0, 0], [0.6, 0.8]], np.float32))


class _Library(ModuleType):
    """Stands for sentence-transformers, which is not installed here; the bench runs the real one."""

    def __init__(self) -> None:
        super().__init__("sentence_transformers")

    class SentenceTransformer:
        max_seq_length = 128

        def __init__(self, path: str, *, device: str, local_files_only: bool) -> None:
            if not (Path(path) / "config.json").exists():
                raise ValueError("no model\nhere")
            assert local_files_only

        def get_sentence_embedding_dimension(self) -> int:
            return 2

        def encode(self, texts: list[str], **_: Any) -> Any:
            return np.array([[3.0, 4.0 * len(text)] for text in texts])

        def tokenizer(self, text: str, **_: Any) -> dict[str, Any]:
            return {"offset_mapping": [(0, len(text))]}


async def test_a_folder_is_run_by_the_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", _Library())
    (tmp_path / "config.json").write_text("{}")
    folder = Folder(tmp_path)
    assert np.allclose(await folder.embed(["a"]), [[0.6, 0.8]])
    assert (folder.dimensions, folder.max_tokens, folder.offsets("ab")) == (2, 126, [(0, 2)])
    before = folder.identity
    (tmp_path / "config.json").write_text("{ }")
    assert Folder(tmp_path).identity != before


async def test_a_folder_without_a_model_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", _Library())
    with pytest.raises(EmbedderBroken, match=r"\(no model\)"):
        await Folder(tmp_path).embed(["a"])
    with pytest.raises(EmbedderBroken, match="no such folder"):
        await Folder(tmp_path / "gone").embed(["a"])


async def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EmbedderNotInstalled, match="pip install sentence-transformers"):
        await Folder(tmp_path).embed(["a"])


def test_settings_choose_the_driver(tmp_path: Path) -> None:
    around = Surroundings(tmp_path, lambda: catalog("http://a/v1"))
    assert isinstance(open_embedder(EmbedderSettings(), around), MiniLm)
    assert isinstance(open_embedder(EmbedderSettings(driver="openai", model="vectors"), around), Served)
    assert isinstance(open_embedder(EmbedderSettings(driver="sentence-transformers", folder="m"), around), Folder)


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        (EmbedderSettings(driver="word2vec"), UnknownEmbedder),
        (EmbedderSettings(driver="openai"), EmbedderNotConfigured),
        (EmbedderSettings(driver="openai", model="gone"), UnknownEmbedder),
        (EmbedderSettings(driver="sentence-transformers"), EmbedderNotConfigured),
    ],
)
def test_settings_that_make_no_embedder_are_refused(
    tmp_path: Path, settings: EmbedderSettings, error: type[Exception]
) -> None:
    with pytest.raises(error):
        open_embedder(settings, Surroundings(tmp_path, lambda: catalog("http://a/v1")))


def test_counting_without_a_tokenizer_errs_on_the_side_of_too_many() -> None:
    pieces = approximate_offsets("Declare依赖项 in Python3.11, ok")
    text = "Declare依赖项 in Python3.11, ok"
    assert [text[a:b] for a, b in pieces] == [
        "Decl", "are", "依", "赖", "项", "in", "Pyth", "on", "3", ".", "11", ",", "ok",
    ]  # fmt: skip


async def test_the_double_says_what_it_is_and_knows_only_words() -> None:
    stub = StubEmbedder()
    same, near, far, empty = await stub.embed(["heat in slabs", "slabs in heat", "数据库备份", ""])
    assert "double" in stub.name
    assert np.allclose(same, near)
    assert float(same @ far) < 0.5
    assert np.allclose(np.linalg.norm([same, far, empty], axis=1), 1, atol=1e-6)
    assert stub.embedded[2] == "数据库备份"
    assert not np.allclose(same, (await StubEmbedder(version=2).embed(["heat in slabs"]))[0])
