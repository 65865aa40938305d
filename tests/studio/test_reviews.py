"""Reviewing over the API: blind until one is done, nothing lost between tabs, answers taken back and made final."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from loomwork.kernel import codecs
from loomwork.store.rows import ItemRow, RunRow
from loomwork.studio.studio import Studio

HERE = {"Origin": "http://127.0.0.1:5710", "Sec-Fetch-Site": "same-origin"}
SECRET = "0123456789abcdef0123456789abcdef"
ROWS = 6


@pytest.fixture
def api(client: TestClient, studio: Studio) -> "Api":
    for run, mark in (("r1", "one"), ("r2", "two")):
        studio.store.runs.start(RunRow(id=run, target="app:answer", started_ns=1, ended_ns=2, status="done"))
        for index in range(ROWS):
            row = {"question": f"q{index}", "expected": f"e{index}", "_origin": {"run": "hidden"}}
            given, said = (studio.store.blobs.put(codecs.encode(each)) for each in (row, f"{mark} {index}"))
            item = ItemRow(run=run, index=index, trial=0, status="ok", input=given, output=said, trace=SECRET)
            studio.store.runs.put_item(item)
    return Api(client)


class Api:
    """Asks as the page asks."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None, *, status: int = 200) -> Any:
        answered = self.client.request(method, f"/api/reviews{path}", json=body, headers=HERE)
        assert answered.status_code == status, answered.text
        return answered.json()

    def pairs(self, **options: Any) -> str:
        return self.ask("POST", "", {"run": "r1", "other": "r2", **options})["id"]

    def say(self, review: str, place: int, verdict: str, who: str = "ada", **more: Any) -> Any:
        return self.ask("PUT", f"/{review}/items/{place}", {"reviewer": who, "verdict": verdict, **more})


def test_a_pair_shows_input_and_outputs_and_nothing_that_tells_the_runs(api: Api):
    review = api.pairs()
    shown = api.client.get(f"/api/reviews/{review}/items/0?reviewer=ada")
    item = shown.json()
    assert (item["input"], item["expected"]) == ("q0", "e0")
    assert {each["text"] for each in item["outputs"]} == {"one 0", "two 0"}
    assert [each["run"] for each in item["outputs"]] == ["", ""]
    assert SECRET not in shown.text
    assert "r1" not in shown.text
    assert "hidden" not in shown.text


def test_each_reviewer_has_sides_of_their_own_and_keeps_them(api: Api):
    review = api.pairs()

    def lefts(who: str) -> list[str]:
        path = f"/{review}/items/{{}}?reviewer={who}"
        return [api.ask("GET", path.format(place))["outputs"][0]["text"].split()[0] for place in range(ROWS)]

    several = {tuple(lefts(who)) for who in ("ada", "bo", "cy", "di")}
    assert len(several) > 1
    assert lefts("ada") == lefts("ada")


def test_the_result_is_refused_before_one_is_done_and_names_the_runs_after(api: Api):
    review = api.pairs()
    seen = [api.ask("GET", f"/{review}/items/{place}?reviewer=ada")["outputs"] for place in range(ROWS)]
    for place, outputs in enumerate(seen):
        api.say(review, place, "left" if outputs[0]["text"].startswith("two") else "right")
    refused = api.ask("GET", f"/{review}/result?reviewer=ada", status=409)
    assert refused["kind"] == "ReviewBlind"
    assert api.ask("POST", f"/{review}/end", {"reviewer": "ada"})["ended"] is True
    result = api.ask("GET", f"/{review}/result?reviewer=ada")
    assert (result["preference"]["a"], result["preference"]["b"]) == (0, ROWS)
    assert [each["run"] for each in result["ranking"]] == ["r2", "r1"]
    item = api.ask("GET", f"/{review}/items/0?reviewer=ada")
    assert {each["run"]: each["text"] for each in item["outputs"]} == {"r1": "one 0", "r2": "two 0"}


def test_who_has_seen_the_result_answers_no_more(api: Api):
    review = api.pairs()
    api.ask("POST", f"/{review}/end", {"reviewer": "ada"})
    refused = api.ask("PUT", f"/{review}/items/0", {"reviewer": "ada", "verdict": "left"}, status=409)
    assert refused["kind"] == "ReviewEnded"
    assert api.ask("POST", f"/{review}/undo", {"reviewer": "ada"}, status=409)["kind"] == "ReviewEnded"
    api.say(review, 0, "left", "bo")


def test_others_answers_are_shown_only_to_those_who_are_done(api: Api):
    review = api.pairs()
    api.say(review, 0, "tie", "bo", comment="both fine")
    api.say(review, 0, "left", "ada")
    assert api.ask("GET", f"/{review}/items/0?reviewer=ada")["others"] == []
    api.ask("POST", f"/{review}/end", {"reviewer": "ada"})
    (bo,) = api.ask("GET", f"/{review}/items/0?reviewer=ada")["others"]
    assert (bo["reviewer"], bo["verdict"], bo["comment"]) == ("bo", "tie", "both fine")


def test_of_two_tabs_the_last_answer_counts_and_is_told_what_it_replaced(api: Api):
    review = api.pairs()
    first = api.say(review, 0, "left")
    assert (first["answer"]["revision"], first["replaced"], first["left"], first["next"]) == (1, None, ROWS - 1, 1)
    second = api.say(review, 0, "right")  # another tab, which saw none
    assert second["replaced"]["verdict"] == "left"
    third = api.say(review, 0, "tie", seen=second["answer"]["revision"])
    assert third["replaced"] is None
    assert api.ask("GET", f"/{review}/items/0?reviewer=ada")["answer"]["verdict"] == "tie"


def test_undo_takes_answers_back_one_by_one(api: Api):
    review = api.pairs()
    for place in (0, 1):
        api.say(review, place, "tie")
    assert api.ask("POST", f"/{review}/undo", {"reviewer": "ada"}) == {"place": 1, "left": ROWS - 1}
    assert api.ask("POST", f"/{review}/undo", {"reviewer": "ada"}) == {"place": 0, "left": ROWS}
    assert api.ask("POST", f"/{review}/undo", {"reviewer": "ada"}) == {"place": None, "left": ROWS}


def test_marks_given_one_at_a_time_leave_the_item_open_until_the_last(api: Api):
    review = api.ask("POST", "", {"run": "r1", "criteria": "correct:yes/no, tone:1-3"})["id"]
    kept = api.ask("PUT", f"/{review}/items/0", {"reviewer": "ada", "marks": {"correct": 1}})
    assert (kept["state"], kept["left"]) == (3, ROWS)
    kept = api.ask("PUT", f"/{review}/items/0", {"reviewer": "ada", "marks": {"correct": 1, "tone": 3}, "seen": 1})
    assert (kept["state"], kept["left"]) == (1, ROWS - 1)
    item = api.ask("GET", f"/{review}/items/0?reviewer=ada")
    assert (item["outputs"][0]["run"], item["outputs"][0]["trace"]) == ("r1", SECRET)
    seen = api.ask("GET", f"/{review}?reviewer=ada")
    assert (seen["states"], seen["next"]) == ([1, 0, 0, 0, 0, 0], 1)


@pytest.mark.parametrize(
    ("place", "body", "status", "kind"),
    [
        (0, {"reviewer": "ada", "marks": {"tone": 1}}, 400, "UnfitAnswer"),
        (0, {"reviewer": " ", "verdict": "tie"}, 400, "ReviewerMissing"),
        (99, {"reviewer": "ada", "verdict": "tie"}, 404, "NoSuchPlaceToReview"),
    ],
)
def test_what_is_no_answer_changes_nothing(api: Api, place: int, body: dict[str, Any], status: int, kind: str):
    review = api.pairs()
    refused = api.ask("PUT", f"/{review}/items/{place}", body, status=status)
    assert refused["kind"] == kind
    assert refused["zh"]["what"]
    assert api.ask("GET", "")["reviews"][0]["answers"] == 0


def test_reviews_are_listed_the_newest_first_with_who_answered(api: Api):
    first = api.pairs(title="first")
    second = api.pairs(title="second", per_item=1)
    api.say(first, 0, "skip", "bo")
    listed = api.ask("GET", "")
    assert [(each["id"], each["title"]) for each in listed["reviews"]] == [(second, "second"), (first, "first")]
    assert listed["reviews"][1]["reviewers"] == ["bo"]
    assert listed["you"]


def test_an_answer_survives_that_the_run_is_pruned_of_its_item(api: Api, studio: Studio):
    review = api.pairs()
    api.say(review, 0, "tie")
    studio.store.care.prune(runs=["r1"], tables=["items"])
    item = api.ask("GET", f"/{review}/items/0?reviewer=ada")
    assert sorted(each["gone"] for each in item["outputs"]) == [False, True]
    assert item["answer"]["verdict"] == "tie"
