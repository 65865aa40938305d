"""Write a new project: the files of templates/, in English or Chinese. Asks nothing and finds no models."""

import contextlib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from loomwork.kernel.errors.workspace import FileExists

Language = Literal["en", "zh"]

MODELS_MARK = "#MODELS#"
MODELS_FILE = "models.toml"
"""The model tables of a project for which no model was found: scripted doubles that say so."""
RENAMED = {"gitignore": ".gitignore"}
KEPT = (".gitignore", "README.md")
"""Files that a folder may have already: they stay as they are."""


def project_files(language: Language, *, models: str | None = None) -> dict[str, str]:
    """Return the files of a new project by their paths.

    Args:
        language: Of the words in them.
        models: The [models....] tables as TOML, with `fast` and `smart`; the default is scripted doubles.
    """
    found = dict(_texts(files("loomwork.workspace").joinpath("templates", language), ""))
    doubles = found.pop(MODELS_FILE)
    found["loomwork.toml"] = found["loomwork.toml"].replace(MODELS_MARK, (models or doubles).strip())
    return {RENAMED.get(name, name): text for name, text in sorted(found.items())}


def double_comments() -> tuple[str, ...]:
    """Return the comment lines that speak of the scripted doubles: stale once a model stands in their place."""
    folder = files("loomwork.workspace").joinpath("templates")
    texts = [folder.joinpath(language, MODELS_FILE).read_text(encoding="utf-8") for language in ("en", "zh")]
    return tuple(line for text in texts for line in text.splitlines() if line.startswith("#"))


def write_project(folder: Path, *, language: Language = "en", models: str | None = None) -> list[Path]:
    """Write a new project and return what was written: all of its files or none.

    What a folder holds besides stays; a .gitignore and a README.md that are there are left as they are.

    Raises:
        FileExists: with every file that would be overwritten; nothing was written.
        OSError: what the system refuses; what was written before is removed again.
    """
    texts = project_files(language, models=models)
    taken = [name for name in texts if name not in KEPT and (folder / name).exists()]
    taken += sorted({parent for name in texts if (parent := _no_folder(folder, name))})
    if taken:
        raise FileExists(path=", ".join(taken), folder=str(folder))
    made: list[Path] = []
    try:
        return _written(folder, texts, made)
    except OSError:
        for path in reversed(made):
            with contextlib.suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise


def _written(folder: Path, texts: dict[str, str], made: list[Path]) -> list[Path]:
    """Write the files that are not there; note every file and folder in `made` before it is begun."""
    written: list[Path] = []
    for name, text in texts.items():
        path = folder / name
        if path.exists():
            continue
        for above in reversed(path.parents):
            if not above.exists():
                made.append(above)
                above.mkdir()
        made.append(path)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def _no_folder(folder: Path, name: str) -> str:
    """Return what stands in the place of a folder that a file needs; else nothing."""
    for above in Path(name).parents:
        if str(above) != "." and (folder / above).exists() and not (folder / above).is_dir():
            return str(above)
    return ""


def _texts(folder: Traversable, within: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in folder.iterdir():
        name = within + entry.name
        if entry.is_dir():
            found += [] if entry.name == "__pycache__" else _texts(entry, f"{name}/")
        else:
            found.append((name, entry.read_text(encoding="utf-8")))
    return found
