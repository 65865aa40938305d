"""Knowledge in the studio: what is in a base, why a passage is found, and what somebody else would be shown."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from loomwork.knowledge.embedding import DRIVERS
from loomwork.studio.studio import Studio
from tests.knowledge.ingest.making import GUIDE, LEAVE, Project

XSS = "<img src=x onerror=alert(1)>\u202e"
SETTINGS = """
[knowledge.handbook]
sources = ["docs"]
embedder = {driver = "stub"}

[knowledge.words]
sources = ["docs"]
embedder = "none"
"""
LONG = "\n\n".join(f"# Part {number}\n\nParagraph {number} speaks of {XSS} and of salaries." for number in range(300))


@pytest.fixture
def kb(studio: Studio) -> Iterator[Project]:
    project = Project(studio.folder)
    project.write("loomwork.toml", SETTINGS)
    project.write("docs/guide.md", GUIDE)
    project.write("docs/hr/leave.md", LEAVE)
    project.write("docs/pay/.readers", "staff\n")
    project.write("docs/pay/salary.md", "# Salaries\n\nThe database of salaries is secret.\n")
    project.write("docs/pay/long.md", LONG)
    project.write("docs/broken.pdf", b"%PDF-1.4 nothing")
    asyncio.run(project.base("handbook").build())
    yield project
    DRIVERS.pop("stub", None)


def search(client: TestClient, query: str, **body: Any) -> dict[str, Any]:
    answer = client.post("/api/knowledge/handbook/search", json={"query": query, **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_what_is_in_a_base_is_counted_and_its_problems_are_told_in_both_languages(
    client: TestClient, kb: Project
) -> None:
    heads = client.get("/api/knowledge").json()["bases"]
    assert [(each["name"], each["is_built"]) for each in heads] == [("handbook", True), ("words", False)]
    told = client.get("/api/knowledge/handbook").json()
    assert (told["documents"], told["restricted"], told["groups"]) == (4, 2, ["staff"])
    assert told["chunks"] > told["vectors"] > 0
    assert told["by_keywords"] == told["chunks"] - told["vectors"]
    assert [each["doc"] for each in told["troubled"]] == ["broken.pdf"]
    problem = told["troubled"][0]["problems"][0]
    assert problem["en"]
    assert any("\u4e00" <= each <= "\u9fff" for each in problem["zh"])
    assert kb.stub.calls == 1, "no question was asked, so nothing but the build embedded"
    unbuilt = client.get("/api/knowledge/words").json()
    assert (unbuilt["is_built"], unbuilt["sources"]) == (False, ["docs"])
    assert client.get("/api/knowledge/handbok").json()["kind"] == "UnknownKnowledge"


def test_documents_with_problems_are_those_that_the_build_noted(client: TestClient, kb: Project) -> None:
    url = "/api/knowledge/handbook/documents"
    assert client.get(url, params={"all": "true", "only": "problems"}).json()["matching"] == 0
    kb.write("docs/parking.md", "---\neffective_until: soon\n---\n# Parking\n\nCars stand behind the mill.\n")
    asyncio.run(kb.base("handbook").build())
    troubled = client.get(url, params={"all": "true", "only": "problems"}).json()["documents"]
    assert [(each["doc"], each["problems"]) for each in troubled] == [("parking.md", 1)]
    whole = client.get("/api/knowledge/handbook/document", params={"doc": "parking.md", "all": "true"}).json()
    assert "effective_until" in whole["problems"][0]["en"]
    theirs = client.get(url, params={"only": "problems"}).json()
    assert theirs["matching"] == 0, "what a build noted is told to whoever looks after the index"


def test_a_passage_s_place_is_explained_by_its_retrievers_and_terms(client: TestClient, kb: Project) -> None:
    told = search(client, "when is the database saved", k=2)
    first = told["passages"][0]
    assert first["doc"] == "guide.md"
    assert told["retrievers"] == ["dense", "sparse"]
    assert sum(each["added"] for each in first["retrievers"]) == pytest.approx(first["joined"])
    assert {each["term"] for each in first["terms"]} & {"databas", "database"}
    sparse = next(each for each in first["retrievers"] if each["name"] == "sparse")
    assert sum(each["score"] for each in first["terms"]) == pytest.approx(sparse["score"], rel=1e-4)
    assert first["joined_rank"] == 1
    only = search(client, "数据库 年假", mode="sparse")
    assert (only["retrievers"], only["mode"], only["passages"][0]["doc"]) == (["sparse"], "sparse", "hr/leave.md")
    assert search(client, "database", filters={"doc": {"prefix": "hr/"}})["passages"] == []
    bad = client.post("/api/knowledge/handbook/search", json={"query": "x", "filters": {"a": {"b": 1}}})
    assert bad.json()["kind"] == "UnknownFilterField"


def test_the_permission_lens_shows_what_that_person_would_be_given_and_no_more(client: TestClient, kb: Project) -> None:
    hidden = search(client, "database of salaries")
    seen = search(client, "database of salaries", groups=["staff"])
    assert "pay/salary.md" not in [each["doc"] for each in hidden["passages"]]
    assert seen["passages"][0]["doc"] == "pay/salary.md"
    assert search(client, "database of salaries", **{"as": "staff"})["passages"][0]["doc"] == "pay/salary.md"
    assert hidden["snapshot"] != seen["snapshot"]
    df = {each["term"]: each["df"] for each in hidden["passages"][0]["terms"]}
    df_seen = {each["term"]: each["df"] for p in seen["passages"] for each in p["terms"] if p["doc"] == "guide.md"}
    assert all(df_seen[term] > count for term, count in df.items() if term in df_seen and term.startswith("databas"))
    url = "/api/knowledge/handbook/documents"
    nobody, staff, everything = (
        client.get(url, params=asked).json() for asked in ({}, {"groups": "staff"}, {"all": "true"})
    )
    assert [each["doc"] for each in nobody["documents"]] == ["guide.md", "hr/leave.md"]
    assert (nobody["total"], staff["total"], everything["total"]) == (2, 4, 4)
    assert [each["readers"] for each in staff["documents"]] == [None] * 4
    readers = {each["doc"]: each["readers"] for each in everything["documents"]}
    assert (readers["guide.md"], readers["pay/salary.md"]) == (None, ["staff"])
    one = client.get("/api/knowledge/handbook/document", params={"doc": "pay/salary.md"})
    assert one.json()["kind"] == "NoSuchDocument"
    assert "secret" not in one.text
    near = client.get("/api/knowledge/handbook/document", params={"doc": "pay/salary.m"})
    assert "salary.md" not in near.text.replace("pay/salary.m'", ""), "not even the name of what one may not see"


def test_chunks_stand_in_their_document_to_the_letter(client: TestClient, kb: Project) -> None:
    for asked in ({"doc": "hr/leave.md"}, {"doc": "pay/long.md", "groups": "staff"}):
        told = client.get("/api/knowledge/handbook/document", params=asked).json()
        text = told["text"]
        assert told["length"] == len(text)
        assert told["chunks_total"] == len(told["chunks"])
        found = search(client, "年假 salaries", k=50, groups=["staff"])["passages"]
        for each in (each for each in found if each["doc"] == told["doc"]):
            assert text[each["start"] : each["end"]] == each["text"]
            assert any((chunk["start"], chunk["end"]) == (each["start"], each["end"]) for chunk in told["chunks"])
    assert XSS in text
    assert told["chunks_total"] > 1


def test_documents_are_found_by_name_and_paged(client: TestClient, kb: Project) -> None:
    url = "/api/knowledge/handbook/documents"
    told = client.get(url, params={"all": "true", "q": "PAY/", "limit": 1, "offset": 1}).json()
    assert (told["matching"], [each["doc"] for each in told["documents"]]) == (2, ["pay/salary.md"])
    restricted = client.get(url, params={"all": "true", "only": "restricted"}).json()
    assert [each["doc"] for each in restricted["documents"]] == ["pay/long.md", "pay/salary.md"]


def test_a_build_made_elsewhere_is_seen_by_the_next_search(client: TestClient, kb: Project) -> None:
    before = search(client, "zebra")
    assert before["passages"] == [] or "zebra" not in before["passages"][0]["text"]
    kb.write("docs/new.md", "A zebra crosses the road.")
    asyncio.run(kb.base("handbook").build())
    after = search(client, "zebra")
    assert after["passages"][0]["doc"] == "new.md"
    assert after["snapshot"] != before["snapshot"]


def test_settings_that_changed_hold_at_the_next_request_and_wrong_ones_are_told(
    client: TestClient, kb: Project
) -> None:
    kb.write("loomwork.toml", SETTINGS + '\n[knowledge.third]\nsources = ["docs"]\n')
    assert [each["name"] for each in client.get("/api/knowledge").json()["bases"]][-1] == "third"
    kb.write("loomwork.toml", "[knowledge.third]\nsorces = []\n")
    assert client.get("/api/knowledge").json()["kind"] == "WrongSettings"


def test_a_base_is_built_and_asked_in_processes_of_their_own(client: TestClient, kb: Project) -> None:
    job = client.post("/api/knowledge/words/build", json={}).json()
    assert job["kind"] == "build"
    deadline = time.monotonic() + 60
    while job["status"] in ("starting", "running") and time.monotonic() < deadline:
        job = client.get(f"/api/jobs/{job['id']}").json()
    assert job["status"] == "done", job
    assert client.get("/api/knowledge/words").json()["documents"] == 4
    answer = client.post("/api/knowledge/words/ask", json={"query": "When is the database saved?"}).json()
    assert (answer["mode"], answer["citations"][0]["doc"]) == ("quoted", "guide.md")
    assert len(answer["trace"]) == 32
    refused = client.post("/api/knowledge/words/ask", json={"query": "--project=/", "model": "none"}).json()
    assert refused["kind"] == "UnknownModel"


def test_nothing_heavy_is_loaded_before_the_first_search(tmp_path: Path) -> None:
    (tmp_path / "loomwork.toml").write_text(SETTINGS)
    code = f"""
import sys
from pathlib import Path
from loomwork.store import open_store
from loomwork.studio.api.knowledge import get_base, list_bases
from loomwork.studio.endpoints import Nothing
from loomwork.studio.studio import Studio
from loomwork.studio.wire.knowledge import AskOfBase
studio = Studio(folder=Path({str(tmp_path)!r}), store=open_store("sqlite:///:memory:"), store_url="")
heavy = {{"onnx", "onnxruntime", "tokenizers", "pypdfium2", "lxml", "usearch"}}  # figures of scores need numpy
assert not heavy & set(sys.modules), heavy & set(sys.modules)
list_bases(studio, Nothing())
get_base(studio, AskOfBase(base="handbook"))
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
