from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from loomwork.kernel.errors.workspace import NoProjectHere, StoreFolderUnusable
from loomwork.workspace.finding import find_project
from loomwork.workspace.folder import environment_key, make_folder, stored_key


def test_the_project_is_the_nearest_folder_with_a_loomwork_toml(tmp_path: Path):
    deep = tmp_path / "a" / "b" / "c"
    deep.mkdir(parents=True)
    (tmp_path / "loomwork.toml").touch()
    (tmp_path / "a" / "b" / "loomwork.toml").touch()
    assert find_project(deep) == tmp_path / "a" / "b"
    assert find_project(tmp_path / "a") == tmp_path


def test_without_a_file_the_folder_itself_is_the_project(tmp_path: Path):
    assert find_project(tmp_path) == tmp_path
    with pytest.raises(NoProjectHere):
        find_project(tmp_path / "none")


def test_the_folder_keeps_itself_out_of_git(tmp_path: Path):
    folder = make_folder(tmp_path)
    assert (folder / ".gitignore").read_text().endswith("*\n")
    make_folder(tmp_path)


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path):
    (tmp_path / ".loomwork").write_text("a file")
    with pytest.raises(StoreFolderUnusable, match=r"\.loomwork"):
        make_folder(tmp_path)


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path):
    assert stored_key(tmp_path) == b""
    make_folder(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: environment_key(tmp_path), range(32)))
    assert len(keys) == 1
    assert keys == {stored_key(tmp_path)}
    path = tmp_path / ".loomwork" / "env.key"
    assert path.stat().st_mode & 0o077 == 0
    assert {each.name for each in path.parent.iterdir()} == {".gitignore", "env.key"}


def test_a_project_that_cannot_be_written_gets_a_key_of_the_moment(tmp_path: Path):
    assert len(environment_key(tmp_path / "none")) == 32
