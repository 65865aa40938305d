"""A whole search: what comes first, what is said of it, how far it reaches."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from loomwork.knowledge.index import DocumentRow, Entry, Index, View
from loomwork.knowledge.search import Asked, LateInteraction, Scored, SearchSettings, Widen, reranked, search, spread
from loomwork.knowledge.values import Chunk, Passage
from loomwork.knowledge.wording import in_language
from tests.knowledge.index.making import a_vector, settings

TEXT = "Leave. \n\nAsk your manager for leave.\n\nLeave is twenty days.\n\nPay. Pay comes monthly."
PIECES = (
    ("Ask your manager for leave.", "Leave"),
    ("Leave is twenty days.", "Leave"),
    ("Pay. Pay comes monthly.", "Pay"),
)


def terms(text: str) -> tuple[str, ...]:
    return tuple(text.lower().replace(".", "").split())


def an_entry(doc: str, *pieces: tuple[str, str], whole: str = "", row: DocumentRow | None = None) -> Entry:
    chunks: list[Chunk] = []
    at = 0
    for text, section in pieces:
        start = whole.index(text) if whole else at
        at = start + len(text)
        chunks.append(
            Chunk(
                doc=doc,
                start=start,
                end=at,
                text=text,
                section=(section,),
                page=0,
                kind="paragraph",
                language="en",
                tokens=1,
            )
        )
    vectors = np.array([a_vector(text) for text, _ in pieces], np.float32)
    return Entry(
        document=row or DocumentRow(doc=doc, path=f"/{doc}", title="Rules"), chunks=tuple(chunks),
        terms=tuple(terms(text) for text, _ in pieces), vectors=vectors, text=whole,
    )  # fmt: skip


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "kb", settings())


def filled(index: Index, *entries: Entry) -> View:
    with index.writer() as writer:
        for entry in entries:
            writer.add(entry)
        writer.commit()
    return index.view()


def test_a_passage_says_its_place_in_each_retriever(index: Index) -> None:
    view = filled(index, an_entry("a.md", *PIECES, whole=TEXT))
    asked = Asked(terms=terms("twenty days"), vector=a_vector("Pay. Pay comes monthly."))
    found = search(view, asked, SearchSettings(), k=3, explain=True)
    first = found.passages[0]
    assert (first.text, first.ranks["sparse"]) == ("Leave is twenty days.", 1)
    assert found.passages[1].ranks == {"dense": 1}
    assert found.passages[1].scores["dense"] == pytest.approx(1.0)
    assert [passage.rank for passage in found.passages] == [1, 2, 3]
    assert found.retrievers == ("dense", "sparse")
    assert found.snapshot == view.name
    for passage, why in zip(found.passages, found.why, strict=True):
        assert TEXT[passage.start : passage.end] == passage.text
        assert sum(place.added for place in why.retrievers.values()) == pytest.approx(passage.score)
        assert sum(term.score for term in why.terms) == pytest.approx(passage.scores.get("sparse", 0.0))
    assert {term.term for term in found.why[0].terms} == {"twenty", "days"}


def test_a_question_without_a_vector_is_answered_by_terms(index: Index) -> None:
    found = search(filled(index, an_entry("a.md", *PIECES)), Asked(terms=("pay",)), SearchSettings(), k=5)
    assert found.retrievers == ("sparse",)
    assert [passage.text for passage in found.passages] == ["Pay. Pay comes monthly."]


def test_a_passage_without_a_vector_stands_where_its_words_put_it_and_says_so(index: Index) -> None:
    plain = an_entry("b.md", ("twenty days for everyone", "s"))
    plain = Entry(document=plain.document, chunks=plain.chunks, terms=plain.terms)
    view = filled(index, an_entry("a.md", ("days", "s"), ("nothing here", "s"), ("nor there", "s")), plain)
    asked = Asked(terms=("twenty", "days"), vector=a_vector("days"))
    found = search(view, asked, SearchSettings(), k=4, explain=True)
    assert found.passages[0].doc == "b.md"
    assert found.passages[0].ranks == {"sparse": 1}
    assert found.why[0].unseen == {"dense": pytest.approx(1 / 61)}
    assert [each.unseen for each in found.why[1:]] == [{}, {}, {}]


def test_a_phrase_must_stand_there(index: Index) -> None:
    view = filled(index, an_entry("a.md", *PIECES))
    asked = Asked(terms=("leave", "your", "manager"), phrases=(("your", "manager"),), vector=a_vector("x"))
    assert [passage.text for passage in search(view, asked, SearchSettings(), k=5).passages] == [PIECES[0][0]]


@pytest.mark.parametrize(
    ("how", "expected"), [("none", PIECES[1][0]), ("section", TEXT[9:59]), ("neighbours", TEXT[9:])]
)
def test_a_passage_is_widened_with_the_text_that_stands_between(index: Index, how: Widen, expected: str) -> None:
    view = filled(index, an_entry("a.md", *PIECES, whole=TEXT))
    found = search(view, Asked(terms=("twenty",)), SearchSettings(mode="sparse", widen=how), k=3)
    (passage,) = found.passages
    assert passage.text == TEXT[passage.start : passage.end] == expected


def test_without_the_whole_text_a_passage_grows_only_over_what_touches(index: Index) -> None:
    touching = an_entry("a.md", ("one two ", "s"), ("three four", "s"))
    apart = an_entry("b.md", ("one two", "s"), ("six four", "s"), whole="one two\nsix four")
    apart = Entry(document=apart.document, chunks=apart.chunks, terms=apart.terms, vectors=apart.vectors)
    view = filled(index, touching, apart)
    wide = SearchSettings(mode="sparse", widen="section")
    assert search(view, Asked(terms=("three",)), wide, k=1).passages[0].text == "one two three four"
    assert search(view, Asked(terms=("six",)), wide, k=1).passages[0].text == "six four"


def test_what_lies_inside_a_wide_passage_is_not_said_again(index: Index) -> None:
    view = filled(index, an_entry("a.md", *PIECES, whole=TEXT), an_entry("b.md", ("leave it", "s")))
    found = search(view, Asked(terms=("leave",)), SearchSettings(mode="sparse", widen="section"), k=2)
    assert [passage.doc for passage in found.passages] == ["b.md", "a.md"]
    assert len(found.passages) == 2


def test_widening_stops_at_its_limit(index: Index) -> None:
    view = filled(index, an_entry("a.md", *PIECES, whole=TEXT))
    small = SearchSettings(mode="sparse", widen="neighbours", widen_by=9, widen_most=50)
    (passage,) = search(view, Asked(terms=("twenty",)), small, k=1).passages
    assert passage.text == TEXT[9:59]


def versions(index: Index) -> View:
    old = an_entry("old", ("leave leave leave", "s"), row=DocumentRow(doc="old", path="hr/leave.md"))
    new = an_entry(
        "new", ("leave for all others of us here", "s"), row=DocumentRow(doc="new", path="hr/leave 最终版.md")
    )
    other = an_entry("other", ("leave alone", "s"))
    return filled(index, old, new, other)


def test_the_newer_version_stands_before_the_older_which_says_so(index: Index) -> None:
    asked = Asked(terms=("leave",))
    found = search(versions(index), asked, SearchSettings(mode="sparse"), k=3, explain=True)
    assert [passage.doc for passage in found.passages] == ["other", "new", "old"]
    assert found.passages[2].notes == ("superseded by new",)
    assert (found.why[2].moved, found.why[2].joined_rank) == ("behind new", 1)


def test_the_newer_version_says_what_it_was_put_before_also_where_that_is_not_shown(index: Index) -> None:
    found = search(versions(index), Asked(terms=("leave",)), SearchSettings(mode="sparse"), k=2)
    assert [(passage.doc, passage.notes) for passage in found.passages] == [
        ("other", ()), ("new", ("put before old, which it replaces",)),
    ]  # fmt: skip
    assert in_language(found.passages[1].notes[0], "zh") == "排在被它取代的 old 之前"


def test_replaced_documents_can_be_hidden(index: Index) -> None:
    settings_ = SearchSettings(mode="sparse", superseded="hide")
    found = search(versions(index), Asked(terms=("leave",)), settings_, k=3)
    assert [passage.doc for passage in found.passages] == ["other", "new"]


def test_what_does_not_hold_on_the_day_says_so(index: Index) -> None:
    row = DocumentRow(doc="a.md", path="a.md", effective_to="2024-06-30")
    view = filled(index, an_entry("a.md", *PIECES, row=row))
    asked = Asked(terms=("twenty",), day="2024-07-01")
    assert search(view, asked, SearchSettings(), k=1).passages[0].notes == ("no longer in force since 2024-06-30",)
    assert search(view, asked, SearchSettings(superseded="hide"), k=1).passages == ()


def test_variety_passes_over_what_was_said(index: Index) -> None:
    same = [an_entry(f"{number}.md", ("leave is twenty days", "s")) for number in range(3)]
    view = filled(index, *same, an_entry("z.md", ("leave must be asked for early please", "s")))
    plain = search(view, Asked(terms=("leave",)), SearchSettings(mode="sparse"), k=2)
    varied = search(view, Asked(terms=("leave",)), SearchSettings(mode="sparse", mmr=0.3), k=2)
    assert "z.md" not in [passage.doc for passage in plain.passages]
    assert "z.md" in [passage.doc for passage in varied.passages]


def test_relevance_alone_keeps_the_order() -> None:
    vectors = np.array([a_vector(number) for number in range(6)])
    assert spread([6, 5, 4, 3, 2, 1], vectors, k=6, relevance=1.0) == list(range(6))
    assert spread([], vectors[:0], k=3, relevance=0.5) == []


class Backwards:
    async def rerank(self, query: str, passages: Sequence[Passage]) -> list[Scored]:
        return [Scored(at, float(at)) for at in reversed(range(1, len(passages)))] + [Scored(99, 1.0), Scored(1, 5.0)]


async def test_a_reranker_s_order_counts_and_what_it_left_out_follows(index: Index) -> None:
    view = filled(index, an_entry("a.md", *PIECES))
    found = search(view, Asked(terms=("leave", "pay")), SearchSettings(mode="sparse"), k=3)
    again = await reranked(Backwards(), "leave", found.passages, k=3)
    assert [passage.text for passage in again] == [found.passages[at].text for at in (2, 1, 0)]
    assert [passage.rank for passage in again] == [1, 2, 3]
    assert again[0].ranks == found.passages[2].ranks | {"found": 3, "rerank": 1}
    assert "rerank" not in again[2].ranks


async def test_late_interaction_prefers_the_passage_whose_tokens_answer(index: Index) -> None:
    view = filled(index, an_entry("a.md", *PIECES))
    found = search(view, Asked(terms=("leave", "pay")), SearchSettings(mode="sparse"), k=3)
    judge = LateInteraction(lambda text: np.array([a_vector(word) for word in terms(text)], np.float32))
    again = await reranked(judge, "twenty days", found.passages, k=1)
    assert again[0].text == "Leave is twenty days."
    assert again[0].score == pytest.approx(1.0)
