import importlib.util
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loomwork.evals.scorers.porter import stem
from loomwork.evals.scorers.sequences import common, edit, edits, rouge_l, rouge_words
from loomwork.evals.scoring import Score
from loomwork.kernel.errors.evals import BadScorer
from tests.evals.scorers.lab import rows

WITH_ROUGE = importlib.util.find_spec("rouge_score") is not None
LETTERS = st.text("abc字", max_size=14)


def value(score: float | Score) -> float | None:
    return score.value if isinstance(score, Score) else score


def table(a: str, b: str) -> tuple[int, int]:
    """Edits and common letters, by the whole table."""
    far = list(range(len(b) + 1))
    same = [0] * (len(b) + 1)
    for at, one in enumerate(a, start=1):
        further, longer = [at], [0]
        for place, other in enumerate(b, start=1):
            further.append(min(far[place] + 1, further[-1] + 1, far[place - 1] + (one != other)))
            longer.append(same[place - 1] + 1 if one == other else max(same[place], longer[-1]))
        far, same = further, longer
    return far[-1], same[-1]


@given(LETTERS, LETTERS)
def test_edits_and_common_letters_are_those_of_the_whole_table(a: str, b: str):
    assert (edits(a, b), common(a, b)) == table(a, b)


RECORDED = [
    ("the cat sat on the mat", "the cat is on the mat", False, 5 / 6, 5 / 6),
    ("The quick brown fox jumps over the lazy dog", "A fast brown fox leapt over lazy dogs", False, 4 / 9, 0.5),
    ("The quick brown fox jumps over the lazy dog", "A fast brown fox leapt over lazy dogs", True, 5 / 9, 5 / 8),
    ("", "something", False, 0.0, 0.0),
    ("café-au-lait", "cafe au lait", False, 2 / 3, 2 / 3),
]
"""What rouge-score 0.1.2 says: text, expected, stemmer, precision, recall."""


@pytest.mark.parametrize(("text", "expected", "stemmer", "precision", "recall"), RECORDED)
def test_rouge_l_is_what_rouge_score_was_recorded_to_say(
    text: str, expected: str, stemmer: bool, precision: float, recall: float
):
    score = rouge_l(text, expected, stemmer=stemmer)
    assert (score.parts["precision"], score.parts["recall"]) == pytest.approx((precision, recall))


@pytest.mark.skipif(not WITH_ROUGE, reason="rouge-score is not installed")
@pytest.mark.parametrize("stemmer", [False, True])
def test_rouge_l_equals_rouge_score(stemmer: bool):
    from rouge_score import rouge_scorer

    theirs = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=stemmer)
    known = rows("gsm8k.jsonl")
    drawn = random.Random(7)
    for row in known:
        gold = row["answer"]
        for said in (row["question"], drawn.choice(known)["answer"], gold[: len(gold) // 2], ""):
            wanted = theirs.score(gold, said)["rougeL"]
            found = rouge_l(said, gold, stemmer=stemmer).parts
            assert (found["precision"], found["recall"], found["f1"]) == pytest.approx(tuple(wanted), abs=1e-12)


STEMS = (
    "caresses>caress ponies>poni dies>die cats>cat feed>feed agreed>agre plastered>plaster motoring>motor "
    "sing>sing conflated>conflat troubled>troubl sized>size hopping>hop falling>fall hissing>hiss "
    "filing>file happy>happi skies>sky relational>relat conditional>condit rational>ration "
    "digitizer>digit radically>radic differently>differ analogously>analog vietnamization>vietnam "
    "predication>predic operator>oper feudalism>feudal decisiveness>decis hopefulness>hope "
    "callousness>callous formality>formal sensitivity>sensit sensibility>sensibl duplicate>duplic "
    "formative>form formalize>formal electricity>electr electrical>electr hopeful>hope goodness>good "
    "revival>reviv allowance>allow inference>infer airliner>airlin adjustable>adjust defensible>defens "
    "irritant>irrit replacement>replac adjustment>adjust dependent>depend adoption>adopt communism>commun "
    "activate>activ homologous>homolog effective>effect bowdlerize>bowdler probate>probat rate>rate "
    "cease>ceas controlled>control roll>roll dying>die geology>geolog tied>tie enjoy>enjoy "
)
"""What NLTK 3.10 makes of words, one or more for each rule."""


def test_stems_are_what_nltk_was_recorded_to_make():
    pairs = {word: stemmed for word, _, stemmed in (each.partition(">") for each in STEMS.split())}
    assert {each: stem(each) for each in pairs} == pairs


@pytest.mark.skipif(not WITH_ROUGE, reason="NLTK comes with rouge-score")
def test_stems_are_those_of_nltk():
    from nltk.stem.porter import PorterStemmer

    theirs = PorterStemmer()
    words = {each for row in rows("gsm8k.jsonl") for each in rouge_words(row["question"] + row["answer"])}
    words |= {each + suffix for each in words for suffix in ("s", "ed", "ing", "ly", "ies", "ational", "fulli", "logi")}
    assert {each: stem(each) for each in words} == {each: theirs.stem(each) for each in words}


def test_rouge_counts_chinese_by_character_and_takes_the_nearest_text():
    assert rouge_l("今天天气好", ["明天", "今天天气很好"]).parts["recall"] == pytest.approx(5 / 6)
    assert rouge_l("a b c", "a c", part="precision").value == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("text", "expected", "near"),
    [
        ("kitten", "sitting", 4 / 7),
        ("", "", 1.0),
        ("", "abc", 0.0),
        ("天气好", "天气很好", 0.75),
        ("a", ["b", "a"], 1.0),
    ],
)
def test_nearness_is_one_less_the_edits_per_character(text: str, expected: object, near: float):
    assert value(edit(text, expected)) == pytest.approx(near)


def test_what_is_too_long_to_compare_gets_no_score_and_says_so():
    long, other = "ab" * 500_000, "ba" * 500_000
    score = edit(long, other)
    assert isinstance(score, Score)
    assert (score.value, score.label) == (None, "too long")
    assert value(edit(long, long + "!")) == pytest.approx(1.0, abs=1e-5)
    assert rouge_l(long, "x").value == 0.0
    assert rouge_l("a b " * 250_000, "x").label == "too long"


def test_settings_and_what_is_absent():
    assert value(edit("The Cat", "cat", normalise=True)) == 1.0
    assert value(edit("x", None)) is None
    assert rouge_l("x", []).value is None
    with pytest.raises(BadScorer):
        rouge_l("x", "y", part="f2")  # pyright: ignore[reportArgumentType] -- what a person may type
