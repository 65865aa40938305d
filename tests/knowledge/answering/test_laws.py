"""What holds for any documents, passages and answers: places are exact, budgets are kept, orders lose nothing."""

import asyncio
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from loomwork.knowledge.answering import (
    Scored,
    all_sentences,
    answer,
    approximate_count,
    at_the_ends,
    compressed,
    fitted,
    quoted,
    read,
    sentences_of,
    shown,
    statements,
    tied,
)
from loomwork.knowledge.answering.budget import numbered
from loomwork.knowledge.values import Passage
from tests.knowledge.answering.making import TEXTS, TOOLS, passage, shelves

Shelf = tuple[dict[str, str], list[Passage]]


@given(TEXTS, st.integers(0, 1000))
def test_a_sentence_is_a_slice_of_its_document(text: str, start: int):
    whole = "x" * start + text
    found = sentences_of(passage(whole, start))
    assert all(whole[each.start : each.end] == each.text == each.text.strip() for each in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(shelves(), st.integers(0, 60))
def test_what_a_model_is_shown_never_exceeds_the_budget(shelf: Shelf, budget: int):
    texts, passages = shelf
    chosen = fitted(passages, budget=budget)
    assert approximate_count(shown(chosen)) <= budget
    for each in chosen:
        assert all(texts[each.passage.doc][piece.start : piece.end] == piece.text for piece in each.pieces)


@given(shelves(), st.integers(0, 60), st.randoms())
def test_compression_keeps_places_and_the_budget(shelf: Shelf, budget: int, chance):
    texts, passages = shelf
    sentences = all_sentences(passages)
    chance.shuffle(sentences)
    chosen = compressed([Scored(each, 0.0, 0.0, None) for each in sentences], passages, budget=budget)
    assert approximate_count(shown(chosen)) <= budget
    kept = [(each.passage.doc, piece) for each in chosen for piece in each.pieces]
    assert all(texts[doc][piece.start : piece.end] == piece.text for doc, piece in kept)
    assert len(kept) == len(set(kept))
    for each in chosen:
        assert list(each.pieces) == sorted(each.pieces, key=lambda piece: piece.start)


@given(st.lists(st.integers()))
def test_the_order_is_a_permutation_with_the_best_at_the_ends(items: list[int]):
    ordered = at_the_ends(items)
    assert sorted(ordered) == sorted(items)
    assert ordered[:1] == items[:1]
    assert ordered[-1:] == items[1:2] or len(items) < 2


@settings(max_examples=60)
@given(shelves(), TEXTS)
def test_a_quotation_stands_where_it_says(shelf: Shelf, question: str):
    texts, passages = shelf
    found = asyncio.run(read(question, passages, TOOLS))
    for each in quoted(found.sentences, passages, TOOLS):
        assert texts[each.doc][each.start : each.end] == each.quote == each.sentence


@settings(max_examples=60)
@given(shelves(), st.lists(st.tuples(TEXTS, st.integers(0, 7)), max_size=4))
def test_whatever_a_model_writes_its_citations_stand_in_the_documents(shelf: Shelf, said: list[tuple[str, int]]):
    texts, passages = shelf
    excerpts = numbered(fitted(passages, budget=10_000))
    text = " ".join(f"{each} [{mark}]" for each, mark in said)
    for each in tied(statements(text), excerpts, TOOLS):
        for citation in each.citations:
            assert texts[citation.doc][citation.start : citation.end] == citation.quote
            assert citation.sentence == each.statement.text


@settings(max_examples=40)
@given(shelves(), TEXTS)
def test_without_a_model_there_is_always_an_honest_answer(shelf: Shelf, question: str):
    texts, passages = shelf
    given_ = asyncio.run(answer(question, passages, TOOLS))
    assert given_.mode in ("quoted", "none")
    assert bool(given_.citations) == (given_.mode == "quoted")
    assert given_.notes
    assert all(texts[each.doc][each.start : each.end] == each.quote for each in given_.citations)
    assert all(f"[{number}]" in given_.answer for number in range(1, len(given_.citations) + 1))


@given(TEXTS)
def test_taking_an_answer_apart_keeps_every_word(text: str):
    assert "".join("".join(each.text.split()) for each in statements(text)) == "".join(text.split())
