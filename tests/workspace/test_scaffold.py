import json
import re
from pathlib import Path

import pytest

from loomwork.kernel.errors.workspace import FileExists
from loomwork.prompts.library import list_prompts
from loomwork.workspace.scaffold import Language, project_files, write_project
from loomwork.workspace.settings import load_settings

LANGUAGES: tuple[Language, ...] = ("en", "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_project_is_whole(tmp_path: Path, language: Language):
    written = write_project(tmp_path, language=language)
    names = {path.relative_to(tmp_path).as_posix() for path in written}
    assert names == {
        ".gitignore", "README.md", "app.py", "data/questions.jsonl", "loomwork.toml", "prompts/reply.md"
    }  # fmt: skip
    made = load_settings(tmp_path, {})
    assert {table["driver"] for table in made.models.values()} == {"scripted"}
    (prompt,) = list_prompts(tmp_path)
    assert (prompt.error, set(prompt.variables)) == (None, {"tone", "passages", "question"})
    rows = [json.loads(line) for line in (tmp_path / "data/questions.jsonl").read_text().splitlines()]
    assert all(set(row) == {"question"} for row in rows)
    compile((tmp_path / "app.py").read_text(), "app.py", "exec")


def test_both_languages_have_the_same_files():
    assert set(project_files("en")) == set(project_files("zh"))


def test_the_chinese_files_are_chinese():
    for name, text in project_files("zh").items():
        if name != ".gitignore":
            assert re.search(r"[\u4e00-\u9fff]", text), name


def test_found_models_take_the_place_of_the_doubles():
    toml = project_files("en", models='[models.fast]\nmodel = "m"\n\n[models.smart]\nmodel = "m"')["loomwork.toml"]
    assert "scripted" not in toml
    assert 'model = "m"' in toml


def test_nothing_is_overwritten_and_nothing_is_half_written(tmp_path: Path):
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "reply.md").write_text("mine")
    with pytest.raises(FileExists, match=r"reply\.md"):
        write_project(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["prompts", "reply.md"]


def test_a_readme_and_a_gitignore_may_be_there_already(tmp_path: Path):
    (tmp_path / "README.md").write_text("mine")
    write_project(tmp_path)
    assert (tmp_path / "README.md").read_text() == "mine"


def test_what_was_written_goes_again_where_the_system_refuses_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write = Path.write_text

    def refuse(self: Path, text: str, encoding: str | None = None) -> int:
        if self.name == "reply.md":
            raise OSError(28, "No space left on device", str(self))
        return write(self, text, encoding=encoding)

    monkeypatch.setattr(Path, "write_text", refuse)
    (tmp_path / "kept.txt").touch()
    with pytest.raises(OSError, match="No space left"):
        write_project(tmp_path / "new" / "app")
    with pytest.raises(OSError, match="No space left"):
        write_project(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["kept.txt"]
