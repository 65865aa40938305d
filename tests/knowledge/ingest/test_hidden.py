"""What a person finds equals what they would find if nothing were there that is hidden from them."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from loomwork.kernel.principals import Principal
from tests.knowledge.ingest.making import Project

WORDS = ("mill", "flour", "grain", "water", "wheel", "stone", "baker", "bread", "price", "salt")
GROUPS = ("a", "b", "c")
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join)
DOCUMENT = st.tuples(st.sets(st.sampled_from(GROUPS), max_size=2), TEXT)


@given(
    documents=st.lists(DOCUMENT, min_size=1, max_size=6),
    who=st.sets(st.sampled_from(GROUPS), max_size=2),
    query=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
    mode=st.sampled_from(["dense", "sparse", "hybrid"]),
)
@settings(
    max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_a_search_is_that_of_an_index_without_the_hidden_documents(
    tmp_path: Path, documents: list[tuple[set[str], str]], who: set[str], query: str, mode: str
):
    shutil.rmtree(tmp_path / "p", ignore_errors=True)
    project = Project(tmp_path / "p")
    person = Principal(id="ada", groups=frozenset(who))
    for number, (groups, text) in enumerate(documents):
        path = f"{number}.md"
        front = f"---\nreaders: [{', '.join(sorted(groups)) or 'everyone'}]\n---\n"
        whole = project.write(f"whole/{path}", front + text)
        if not groups or groups & who:
            project.write(f"seen/{path}", front + text)
            shutil.copystat(whole, project.folder / "seen" / path)
    (project.folder / "seen").mkdir(exist_ok=True)
    project.write("seen/nobody.md", "---\nreaders: []\n---\nnothing of it")
    whole, seen = project.base("whole", sources=["whole"]), project.base("seen", sources=["seen"])
    await whole.build()
    await seen.build()
    left, right = [await base.find(query, mode=mode, principal=person, k=20, explain=True) for base in (whole, seen)]
    assert left == right
    assert left.snapshot == right.snapshot


async def test_a_person_who_may_see_nothing_finds_nothing(tmp_path: Path):
    project = Project(tmp_path)
    project.write("docs/a.md", "---\nreaders: [board]\n---\nthe price of salt")
    base = project.base()
    await base.build()
    assert (await base.find("salt")).passages == ()
    assert base.text("a.md") == ""
    assert base.text("a.md", Principal(groups=frozenset({"board"}))).endswith("salt")


@pytest.mark.parametrize("who", [Principal(), Principal(id="ada", groups=frozenset({"staff"}))])
async def test_labels_say_who_may_see_what_was_found(tmp_path: Path, who: Principal):
    project = Project(tmp_path)
    project.write("docs/a.md", "the price of salt")
    project.write("docs/b/b.md", "the price of bread")
    project.write("docs/b/.readers", "staff")
    base = project.base()
    await base.build()
    found = await base.search("price", principal=who, mode="sparse")
    readers = base.readers_of(found, who)
    assert readers == (frozenset({"staff", "user:ada"}) if who.id else None)
