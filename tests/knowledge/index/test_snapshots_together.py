"""Searches while another thread or process builds: each sees one snapshot or the next, whole."""

import json
import threading
from pathlib import Path

from loomwork.kernel.principals import NOBODY
from loomwork.knowledge.index import Entry, Index
from tests.knowledge.index.making import a_vector, an_entry, an_index
from tests.store import children


def test_searches_during_builds_see_one_snapshot_or_the_next(tmp_path: Path) -> None:
    names, index = _generations(tmp_path)
    problems: list[object] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            problems.extend(_oddities(index, names))

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for generation in range(1, 12):
        _write(index, generation % len(names))
    done.set()
    for thread in threads:
        thread.join()
    assert problems == []


def _generations(tmp_path: Path) -> tuple[dict[str, int], Index]:
    """Each generation gives every document one content; return the names of their views."""
    names: dict[str, int] = {}
    for generation in range(4):
        made = an_index(tmp_path / f"only {generation}", _generation(generation))
        names[made.view().name] = generation
        made.close()
    index = an_index(tmp_path / "kb", _generation(0), flush_rows=5)
    return names, index


def _generation(number: int) -> list[Entry]:
    return [an_entry(f"d{doc}", number, chunks=2) for doc in range(8)]


def _write(index: Index, generation: int) -> None:
    with index.writer() as writer:
        for entry in _generation(generation):
            writer.add(entry)
        writer.commit()


def _oddities(index: Index, names: dict[str, int]) -> list[object]:
    view = index.view(NOBODY)
    generation = names.get(view.name)
    rows = view.fetch(view.dense(a_vector("query"), 100).rows)
    contents = {row.document.title.split()[1] for row in rows}
    return [] if contents == {str(generation)} and len(rows) == 16 else [(generation, contents, len(rows))]


LOOK = """
from tests.knowledge.index.test_snapshots_together import _oddities
from tests.knowledge.index.making import settings
from loomwork.knowledge.index import Index
import json
names = json.loads(sys.argv[2])
index = Index(Path(sys.argv[1]) / "kb", settings())
say(ready=True)
looked = 0
while not (Path(sys.argv[1]) / "enough").exists():
    odd = _oddities(index, names)
    looked += 1
    if odd:
        say(odd=repr(odd))
say(looked=looked)
"""


def test_other_processes_see_one_snapshot_or_the_next(tmp_path: Path) -> None:
    names, index = _generations(tmp_path)
    readers = [children.start(LOOK, str(tmp_path), json.dumps(names)) for _ in range(2)]
    heard = [json.loads(reader.stdout.readline()) for reader in readers if reader.stdout]
    assert heard == [{"ready": True}] * 2
    for generation in range(1, 12):
        _write(index, generation % len(names))
    (tmp_path / "enough").touch()
    for reader in readers:
        rest, errors = reader.communicate()
        said = [json.loads(line) for line in rest.splitlines()]
        assert reader.returncode == 0, errors
        assert list(said[-1]) == ["looked"], said
        assert said[-1]["looked"] > 5
