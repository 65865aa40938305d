from pathlib import Path

import pytest

from loomwork.evals.scorers.formats import json_schema, json_valid
from loomwork.evals.scoring import Score
from loomwork.kernel.errors import BadSchema, ScorerFileUnreadable

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


def value(score: bool | Score) -> float | None:
    return score.value if isinstance(score, Score) else float(score)


@pytest.mark.parametrize(
    ("output", "right"),
    [
        ('{"a": [1, 2]}', True),
        ('```json\n{"a": 1}\n```', True),
        ('Here it is: {"a": 1}', False),
        ('{"a": 1,}', False),
        ("NaN", False),
        ("", False),
        (None, False),
        ({"a": 1}, True),
        ("[" * 500_000, False),
        ('{"名": "值"}', True),
    ],
)
def test_json_is_json_and_nothing_else(output: object, right: bool):
    assert value(json_valid(output)) == right


def test_a_fence_can_be_refused():
    assert value(json_valid('```json\n{"a": 1}\n```', fenced=False)) == 0


def test_what_does_not_fit_a_schema_is_named():
    assert json_schema('{"n": 1}', {}, schema=SCHEMA) is True
    score = json_schema('{"n": "one"}', {}, schema=SCHEMA)
    assert isinstance(score, Score)
    assert (score.value, score.reason, score.parts) == (0.0, "n: 'one' is not of type 'integer'", {"problems": 1.0})
    assert value(json_schema("no", {}, schema=SCHEMA)) == 0
    assert value(json_schema({"n": 2}, {"schema": SCHEMA})) == 1
    assert value(json_schema("{}", {})) is None


def test_a_schema_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "n.json").write_text('{"type": "integer"}')
    assert json_schema("3", {}, schema="n.json") is True
    with pytest.raises(ScorerFileUnreadable, match="No such file"):
        json_schema("3", {}, schema="m.json")


def test_a_schema_that_is_none_is_refused():
    with pytest.raises(BadSchema, match="number of things"):
        json_schema("3", {}, schema={"type": "number of things"})
