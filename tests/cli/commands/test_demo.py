"""`loomwork demo`: it begins anew each time, says so, and keeps what a person changed."""

import tomllib
from pathlib import Path

import pytest

from loomwork.cli.demos.acting import example_folder
from loomwork.cli.demos.airline import RULES
from loomwork.cli.demos.anew import Anew, copy_anew
from loomwork.telling.words import Words
from tests.cli.conftest import Shell

DONE = {"rules.json": b"two"}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "example"
    (folder / "data").mkdir(parents=True)
    (folder / "rules.json").write_bytes(b"one")
    (folder / "data" / "rows").write_bytes(b"rows")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_unchanged_copy_is_replaced_with_what_the_demonstration_left_in_it(source: Path, tmp_path: Path):
    target = tmp_path / "mine" / "airline"
    assert copy_anew(source, target, edits=DONE) == Anew("nothing")
    (target / "rules.json").write_bytes(b"two")
    (target / ".loomwork").mkdir()
    (target / ".loomwork" / "store.db").touch()
    (target / "__pycache__").mkdir()
    (target / "__pycache__" / "app.pyc").touch()
    assert copy_anew(source, target, edits=DONE) == Anew("replaced")
    assert files(target) == files(source)
    assert [path.name for path in target.parent.iterdir()] == ["airline"]


@pytest.mark.parametrize("name", ["rules.json", "data/rows", "notes.md"])
def test_whatever_a_person_changed_is_put_aside(source: Path, tmp_path: Path, name: str):
    target = tmp_path / "mine" / "airline"
    for number in (1, 2):
        copy_anew(source, target, edits=DONE)
        (target / name).write_bytes(b"mine %d" % number)
    done = copy_anew(source, target, edits=DONE)
    assert done == Anew("kept", target.with_name("airline.kept-2"))
    assert files(target) == files(source)
    assert [files(target.with_name(f"airline.kept-{n}"))[name] for n in (1, 2)] == [b"mine 1", b"mine 2"]


def test_a_second_demo_says_what_becomes_of_the_first(shell: Shell):
    first = shell("demo", "--act", "1", "--json")
    assert first.code == 0
    assert first.json["airline"]["runs"]["cold"]["ok"] == 200
    assert "made anew" not in first.err
    mine = shell.folder / "loomwork-demo" / "airline" / RULES
    assert mine.read_bytes() != (example_folder("airline") / RULES).read_bytes()
    mine.write_text("{}")
    last = shell("demo", "--act", "1", "--json", "--lang", "zh")
    assert last.code == 0
    assert "而且您改动过：已移到" in last.err
    assert (shell.folder / "loomwork-demo" / "airline.kept-1" / RULES).read_text() == "{}"
    assert "unchanged" in Words("en")("demo.replaced", folder="here", kept=None)


@pytest.mark.parametrize("name", ["airline", "docs"])
def test_the_package_holds_every_file_of_an_example_and_nothing_that_running_it_left(name: str):
    root = Path(__file__).parents[3]
    hatch = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    packed = {Path(path).name for path in hatch["force-include"] if Path(path).parent == Path("examples", name)}
    made = {".loomwork", "__pycache__"}
    assert packed == {path.name for path in (root / "examples" / name).iterdir()} - made
