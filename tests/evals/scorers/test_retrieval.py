import math
from typing import Any

import pytest

from loomwork.evals.scorers.retrieval import context_precision, mrr, ndcg, read_gold, recall_at_k
from loomwork.evals.scoring import PassageSeen
from loomwork.kernel.errors import NotAChoice, SettingTooSmall


def found(*docs: str) -> list[PassageSeen]:
    return [PassageSeen(doc=doc, text=f"text of {doc}", rank=rank) for rank, doc in enumerate(docs, start=1)]


SEEN = found("x", "a", "x", "b", "y")


def test_recall_is_the_share_of_gold_documents_among_the_first_documents():
    row = {"gold": ["a", "b", "c"]}
    assert recall_at_k(None, SEEN, row).value == pytest.approx(2 / 3)
    assert recall_at_k(None, SEEN, row, k=2).value == pytest.approx(1 / 3)
    assert recall_at_k(None, SEEN, row, k=2).parts == {"found": 1.0, "gold": 3.0}
    assert recall_at_k(None, [], row).value == 0


def test_the_first_gold_document_counts_for_mrr_and_a_document_once():
    assert mrr(None, SEEN, {"gold": "b"}).value == pytest.approx(1 / 3)
    assert mrr(None, SEEN, {"gold": "b"}, k=2).value == 0
    assert mrr(None, SEEN, {"gold": "x"}).value == 1


def test_ndcg_is_that_of_its_definition_graded_too():
    row = {"gold": {"a": 3, "b": 1, "c": 2, "d": 0}}
    gained = 3 / math.log2(3) + 1 / math.log2(4)
    best = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(None, SEEN, row).value == pytest.approx(gained / best)
    gained = 7 / math.log2(3) + 1 / math.log2(4)
    best = 7 / math.log2(2) + 3 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(None, SEEN, row, gain="exponential").value == pytest.approx(gained / best)
    assert ndcg(None, found("a", "b"), {"gold": ["b", "a"]}).value == 1


def test_context_precision_is_the_mean_of_the_precision_at_each_gold_document():
    score = context_precision(None, SEEN, {"gold": ["a", "b"]})
    assert score.value == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert score.parts == {"share": 0.5}
    assert context_precision(None, SEEN, {"gold": ["z"]}).value == 0


def test_gold_can_stand_under_another_key_and_what_was_found_in_the_output():
    output: dict[str, Any] = {"hits": [{"id": "q"}, {"id": "a"}], "docs": ["b", "a"]}
    assert mrr(output, SEEN, {"relevant": ["a"]}, gold="relevant", found="hits").value == 0.5
    assert mrr(output, SEEN, {"gold": [{"doc": "a", "grade": 2}]}, found="docs").value == 0.5
    assert mrr(output, SEEN, {"gold": ["a"]}, found="nothing").value is None


def test_a_document_is_known_by_its_id_its_path_and_its_name_in_an_archive():
    seen = [PassageSeen(doc="7", path="en/a.md", text="t"), PassageSeen(doc="docs.zip!/b.md", text="t")]
    assert mrr(None, seen, {"gold": ["en/a.md"]}).value == 1
    assert mrr(None, seen, {"gold": ["b.md"]}).value == 0.5


@pytest.mark.parametrize("nothing", [None, [], "", {}, {"a": 0}])
def test_a_row_without_gold_gets_no_score(nothing: object):
    assert recall_at_k(None, SEEN, {"gold": nothing}).value is None
    assert read_gold(nothing) == {}


def test_wrong_settings_are_refused():
    for scorer in (recall_at_k, ndcg, mrr, context_precision):
        with pytest.raises(SettingTooSmall, match="at least 1"):
            scorer(None, SEEN, {"gold": ["a"]}, k=0)
    with pytest.raises(NotAChoice):
        ndcg(None, SEEN, {"gold": ["a"]}, gain="log")  # pyright: ignore[reportArgumentType] -- what a person may type
