"""Files of the project: none elsewhere, replaced whole or not at all, and only while they are what was seen."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from loomwork.kernel.errors.studio import ChangedMeanwhile, OutsideProject
from loomwork.kernel.errors.studio_data import FileUnwritable
from loomwork.studio import files


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@pytest.mark.parametrize(
    "given",
    ["", ".", "..", "../x", "a/../../x", "/etc/passwd", "//etc/passwd", ".git/config", "a/.hidden/x", "venv/x",
     "a\0b", "a\\..\\x", "out/x", "loop", "n" * 300, "\udc80", "a/./.loomwork/store.db", "hidden/x"],
)  # fmt: skip
def test_a_path_that_is_not_of_the_project_is_refused(tmp_path: Path, given: str) -> None:
    project = tmp_path / "project"
    (project / ".loomwork").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (project / "out").symlink_to(tmp_path / "elsewhere")
    (project / "hidden").symlink_to(project / ".loomwork")
    (project / "loop").symlink_to(project / "loop")
    with pytest.raises(OutsideProject):
        files.inside(project, given)


def test_a_path_of_the_project_is_resolved_even_through_links_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "link").symlink_to("data")
    assert files.inside(tmp_path, "link/数据.jsonl") == tmp_path.resolve() / "data" / "数据.jsonl"
    assert files.inside(tmp_path, "a/b\u202e.jsonl").name == "b\u202e.jsonl"


def test_a_file_is_replaced_whole_with_its_rights_kept(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o640)
    files.replace(path, (b"n", b"ew"), seen=files.digest_of(path), stamp=files.stamp_of(path), label="a")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o640)
    assert names(tmp_path) == ["a"]


def test_a_writer_that_dies_on_the_way_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def dying() -> Iterator[bytes]:
        yield b"half"
        raise RuntimeError("gone")

    with pytest.raises(RuntimeError, match="gone"):
        files.replace(path, dying(), seen=files.digest_of(path), stamp=files.stamp_of(path), label="a")
    assert (path.read_bytes(), names(tmp_path)) == (b"old", ["a"])


@pytest.mark.parametrize("how", ["written", "gone", "large"])
def test_what_changed_while_it_was_being_written_anew_is_kept(
    tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    if how == "large":
        monkeypatch.setattr(files, "_SURELY", 0)

    def meanwhile() -> Iterator[bytes]:
        yield b"mine"
        if how == "gone":
            path.unlink()
        else:
            other = tmp_path / "b"
            other.write_bytes(b"new")
            os.replace(other, path)

    with pytest.raises(ChangedMeanwhile):
        files.replace(path, meanwhile(), seen=files.digest_of(path), stamp=files.stamp_of(path), label="a")
    assert names(tmp_path) == ([] if how == "gone" else ["a"])
    assert how == "gone" or path.read_bytes() == b"new"


def test_a_new_file_replaces_nothing(tmp_path: Path) -> None:
    files.create(tmp_path / "deep" / "a", (b"1",), label="a")
    with pytest.raises(ChangedMeanwhile):
        files.create(tmp_path / "deep" / "a", (b"2",), label="a")
    assert (tmp_path / "deep" / "a").read_bytes() == b"1"
    assert names(tmp_path / "deep") == ["a"]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileUnwritable):
        files.create(tmp_path / "file" / "a", (b"1",), label="file/a")


def test_a_listing_is_bounded_and_says_so(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.jsonl").write_bytes(b"")
    found = files.listed(tmp_path, ".jsonl", most=3)
    assert ([each.name for each in found.paths], found.more) == (["0.jsonl", "1.jsonl", "2.jsonl"], True)
    assert not files.listed(tmp_path, ".jsonl", most=5).more
