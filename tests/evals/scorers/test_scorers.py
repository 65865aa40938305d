"""What holds for every scorer that loomwork brings along."""

import hashlib
import json
import re
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from loomwork.evals.scorers import HOMES
from loomwork.evals.scoring import Facts, PassageSeen, Score, Scorer, as_score
from loomwork.evals.scoring.chosen import choose
from loomwork.flow.behaviour import Project
from tests.evals.scorers.lab import DATA

ROOT = Path(__file__).parents[3]
SCORERS: dict[str, Scorer[..., Any]] = {
    name: getattr(import_module(module), attribute) for name, (module, attribute) in HOMES.items()
}
LOCAL = [name for name, scorer in SCORERS.items() if scorer.form == "sync"]
JUDGES = {
    "judge": ("judge",), "judge_reference": ("judge_reference",), "answer_relevance": ("answer_relevance",),
    "sentiment": ("sentiment",), "faithfulness": ("faithfulness", "claims"), "panel": ("judge", "judge_reference"),
}  # fmt: skip
HELD = {"refusal": "refusals.json", "refusal_right": "refusals.json", "pii": "private.json", "toxicity": "toxic.json"}


@pytest.mark.parametrize("name", SCORERS)
def test_a_scorer_is_called_what_people_type_and_says_what_it_measures(name: str):
    scorer = SCORERS[name]
    assert isinstance(scorer, Scorer)
    assert (scorer.name, scorer.kind) == (name, "scorer")
    assert scorer.semantics is not None
    assert scorer.told.endswith((".", "?"))
    told = scorer.func.__doc__ or ""
    for parameter in (*scorer.takes, *scorer.settings):
        assert f"{parameter}:" in told or name == "exact", f"{name} does not explain {parameter}"


@pytest.mark.parametrize("name", LOCAL)
@pytest.mark.parametrize("said", ["", "text", "“你好”，世界！", "\u0301\ud83d\ude00\x00", None, "12 " * 1000])
def test_whatever_is_said_the_score_lies_on_the_scale(name: str, said: str | None):
    scorer = SCORERS[name]
    row = {"gold": ["a"], "pattern": "x", "schema": {"type": "string"}}
    for expected in ("text", "12", None, ["a", "b"], ""):
        given = {
            "output": said, "text": said or "", "expected": expected if name != "tool_calls" else [], "row": row,
            "passages": [PassageSeen(doc="a", text=said or "")], "tool_calls": [], "facts": Facts(),
            "expected_refusal": False,
        }  # fmt: skip
        found = scorer.func(**{each: given[each] for each in scorer.takes})
        score = as_score(found, scorer.scale, scorer=name)
        assert isinstance(score, Score)


def test_every_scorer_can_be_chosen_by_its_name(tmp_path: Path):
    needed = {"judge": ',rubric="r"', "panel": ',models=["a","b"],rubric="r"'}
    words = [name + needed.get(name, "") for name in HOMES]
    assert [each.label for each in choose(words, tables={}, project=Project(tmp_path))] == list(HOMES)


def prompt_digest(names: tuple[str, ...]) -> str:
    home = files("loomwork.evals.scorers")
    texts = [
        home.joinpath("prompts", f"{each}.{language}.md").read_bytes() for each in names for language in ("en", "zh")
    ]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:12]


def test_an_edited_prompt_or_list_raises_the_semantics_of_its_scorers():
    """Scores are kept under `semantics`: where the words change, raise it, and write the new digests down."""
    home = files("loomwork.evals.scorers").joinpath("data")
    found = {name: [SCORERS[name].semantics, prompt_digest(prompts)] for name, prompts in JUDGES.items()}
    for name, file in HELD.items():
        digest = hashlib.sha256(home.joinpath(file).read_bytes()).hexdigest()[:12]
        found[name] = [SCORERS[name].semantics, digest]
    assert found == json.loads((DATA / "semantics.json").read_text())


def test_every_judge_prompt_is_there_in_both_languages_with_the_same_variables():
    from loomwork.prompts import Prompt

    home = files("loomwork.evals.scorers").joinpath("prompts")
    names = {each.name.split(".")[0] for each in home.iterdir() if each.name.endswith(".md")}
    assert names == {each for prompts in JUDGES.values() for each in prompts} | {"prefer"}
    for name in names:
        english, chinese = (
            Prompt.inline(home.joinpath(f"{name}.{language}.md").read_text("utf-8")).variables
            for language in ("en", "zh")
        )
        assert english == chinese


@pytest.mark.parametrize("page", ["scorers.md", "scorers.zh-CN.md"])
def test_the_documented_table_is_that_of_the_scorers(page: str):
    text = (ROOT / "docs" / "evals" / page).read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\| ([^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$", text, re.MULTILINE)
    documented = {
        name: (takes.strip(), settings.strip(), scale.strip(), better.strip())
        for name, takes, settings, scale, better in rows
    }
    assert documented == {name: line_of(scorer, chinese="zh" in page) for name, scorer in SCORERS.items()}


def line_of(scorer: Scorer[..., Any], *, chinese: bool) -> tuple[str, str, str, str]:
    better = {"higher": "越高越好", "lower": "越低越好", "none": "-"} if chinese else {"none": "-"}
    low, high = ("…" if end is None else f"{end:g}" for end in (scorer.scale.low, scorer.scale.high))
    unit = f" {scorer.scale.unit}" if scorer.scale.unit else ""
    return (
        ", ".join(f"`{each}`" for each in scorer.takes),
        ", ".join(f"`{each}`" for each in scorer.settings) or "-",
        f"{low} to {high}{unit}" if not chinese else f"{low} 到 {high}{unit}",
        better.get(scorer.scale.better, scorer.scale.better),
    )
