"""Who may read a document: each way of saying it, what happens where two speak, and nobody where it is unclear."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loomwork.kernel.principals import Principal
from loomwork.knowledge.settings import ReadersRule
from loomwork.knowledge.sources import Allowed, Policy, folder_readers
from tests.knowledge.ingest.making import Project

STAFF = Principal(id="sam", groups=frozenset({"staff"}))
BOARD = Principal(id="bo", groups=frozenset({"staff", "board"}))
WORDS = "The quarterly figures of the mill.\n"


async def seen_by(base, *people: Principal) -> list[list[str]]:
    return [[each.doc for each in await base.search("figures", mode="sparse", principal=who)] for who in people]


async def test_everyone_reads_what_nothing_restricts(project: Project):
    project.write("docs/a.md", WORDS)
    base = project.base()
    await base.build()
    assert await seen_by(base, Principal(), STAFF) == [["a.md"], ["a.md"]]


async def test_a_list_of_groups_in_the_settings(project: Project):
    project.write("docs/a.md", WORDS)
    base = project.base(readers=["staff", "user:ada"])
    await base.build()
    assert await seen_by(base, Principal(), STAFF, Principal(id="ada")) == [[], ["a.md"], ["a.md"]]


async def test_a_file_in_a_folder_and_the_nearest_one_counts(project: Project):
    project.write("docs/a.md", WORDS)
    project.write("docs/hr/b.md", WORDS)
    project.write("docs/hr/public/c.md", WORDS)
    project.write("docs/.readers", "staff\n")
    project.write("docs/hr/.readers", "board  # and nobody else\n")
    project.write("docs/hr/public/.readers", "everyone\n")
    base = project.base()
    await base.build()
    everybody = ["hr/public/c.md"]
    assert [sorted(docs) for docs in await seen_by(base, Principal(), STAFF, BOARD)] == [
        everybody,
        ["a.md", *everybody],
        ["a.md", "hr/b.md", *everybody],
    ]


async def test_an_empty_file_in_a_folder_means_nobody(project: Project):
    project.write("docs/a.md", WORDS)
    project.write("docs/.readers", "# nobody yet\n")
    base = project.base()
    await base.build()
    assert await seen_by(base, Principal(), STAFF, BOARD) == [[], [], []]


async def test_a_file_above_a_source_that_is_a_single_file_counts(project: Project):
    project.write("docs/a.md", WORDS)
    project.write("docs/.readers", "staff")
    base = project.base(sources=["docs/a.md"])
    await base.build()
    assert await seen_by(base, Principal(), STAFF) == [[], ["a.md"]]


async def test_front_matter_narrows_what_its_folder_says(project: Project):
    project.write("docs/a.md", f"---\nreaders: [board]\n---\n{WORDS}")
    project.write("docs/b.md", f"---\nreaders: everyone\n---\n{WORDS}")
    project.write("docs/.readers", "staff\nboard")
    base = project.base()
    await base.build()
    assert [sorted(docs) for docs in await seen_by(base, Principal(), STAFF, BOARD)] == [[], ["b.md"], ["a.md", "b.md"]]


async def test_a_key_of_front_matter_that_the_settings_name(project: Project):
    project.write("docs/a.md", f"---\naudience: board, user:ada\n---\n{WORDS}")
    project.write("docs/b.md", WORDS)
    base = project.base(readers={"front_matter": "audience"})
    built = await base.build()
    assert await seen_by(base, STAFF, BOARD, Principal(id="ada")) == [[], ["a.md"], ["a.md"]]
    assert {each.doc: each.problems[0].code for each in built.failures} == {"b.md": "readers"}
    kind = project.base("kind", readers={"front_matter": "audience", "otherwise": "everyone"})
    await kind.build()
    assert await seen_by(kind, STAFF) == [["b.md"]]


async def test_a_column_of_a_corpus(project: Project):
    rows = [
        {"id": "1", "text": WORDS, "acl": ["board"]},
        {"id": "2", "text": WORDS, "acl": "everyone"},
        {"id": "3", "text": WORDS, "acl": 7},
        {"id": "4", "text": WORDS},
    ]
    project.write("rows.jsonl", "\n".join(map(json.dumps, rows)))
    base = project.base(sources=["rows.jsonl"], readers={"column": "acl"})
    built = await base.build()
    assert [sorted(docs) for docs in await seen_by(base, Principal(), BOARD)] == [["2"], ["1", "2"]]
    assert {each.doc for each in built.failures} == {"3", "4"}
    assert all("acl" not in each.metadata for each in await base.search("figures", principal=BOARD))


async def test_a_function_of_the_project(project: Project):
    def readers(doc: str, metadata: Mapping[str, Any]) -> object:
        if doc.startswith("broken"):
            raise RuntimeError("no directory service")
        return None if doc.startswith("none") else [str(metadata.get("team", "nobody"))]

    project.functions["acl:readers"] = readers
    project.write("docs/a.md", f"---\nteam: board\n---\n{WORDS}")
    project.write("docs/broken.md", WORDS)
    project.write("docs/none.md", WORDS)
    base = project.base(readers="acl:readers")
    built = await base.build()
    assert await seen_by(base, Principal(), STAFF, BOARD) == [[], [], ["a.md"]]
    assert {each.doc for each in built.failures} == {"broken.md", "none.md"}
    project.functions["acl:readers"] = lambda doc, metadata: "everyone"
    again = await project.base(readers="acl:readers").build()
    assert again.files.same == 3
    assert [len(docs) for docs in await seen_by(base, Principal())] == [3]


async def test_a_changed_permission_acts_with_the_next_build_and_embeds_nothing(project: Project):
    project.write("docs/a.md", WORDS)
    base = project.base()
    await base.build()
    project.stub.embedded.clear()
    project.write("docs/.readers", "board")
    built = await base.build()
    assert (built.files.same, built.files.changed, project.stub.embedded) == (1, 0, [])
    assert await seen_by(base, STAFF, BOARD) == [[], ["a.md"]]
    (project.folder / "docs/.readers").unlink()
    await base.build()
    assert await seen_by(base, STAFF) == [["a.md"]]


@pytest.mark.parametrize(
    "front", ["readers: []", "readers:", "readers: ''", "Readers: board", "readers:\n  bad: [yaml"]
)
async def test_front_matter_that_names_nobody_hides_a_document(project: Project, front: str):
    project.write("docs/a.md", f"---\n{front}\n---\n{WORDS}")
    base = project.base()
    await base.build()
    assert await seen_by(base, Principal(), STAFF) == [[], []]


def test_what_names_no_groups_hides_a_document():
    policy = Policy(ReadersRule(front_matter="audience"), _none)
    for said in (7, {"staff": True}, ["staff", 7], [], None, ""):
        assert policy.decide("a", {"audience": said}, None).readers == ()


GROUPS = st.lists(st.sampled_from(["a", "b", "c", "everyone"]), max_size=3)


@given(folder=GROUPS, own=GROUPS, who=st.sets(st.sampled_from(["a", "b", "c"])))
@settings(max_examples=100, deadline=None)
def test_nobody_reads_what_their_folder_or_the_document_itself_denies(folder: list[str], own: list[str], who: set[str]):
    said = folder_readers("\n".join(folder))
    decided = Policy("everyone", _none).decide("a", {"readers": own}, said)
    mine = Principal(groups=frozenset(who)).effective_groups

    def may(readers: tuple[str, ...] | None) -> bool:
        return readers is None or not mine.isdisjoint(readers)

    if may(decided.readers):
        assert may(said.readers)
        assert may(None if "everyone" in own else tuple(own))


def test_a_file_of_readers_may_hold_comments_and_blank_lines():
    assert folder_readers("\ufeffstaff\n\n# the others\n  user:ada  # guest\n") == Allowed(("staff", "user:ada"))


def _none(target: str):
    raise AssertionError(target)


@pytest.mark.parametrize("said", ["everyone", "Everyone"])
def test_only_the_word_itself_means_everyone(said: str):
    assert (folder_readers(said).readers is None) == (said == "everyone")
