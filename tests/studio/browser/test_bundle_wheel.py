"""The wheel built from a clone, without Node and without a network, holds every file that the page names."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[3]
STATIC = "loomwork/studio/static/"
NAMED = re.compile(r"""["'(`](?:\.{0,2}/)?(?:assets/)?([\w.-]+-[\w-]{8}\.(?:js|css|svg|woff2))["')`]""")
_BUILD = """
import pathlib, socket, sys
socket.socket.connect = None
from hatchling.builders.wheel import WheelBuilder
print(next(WheelBuilder(".").build(directory=sys.argv[1], versions=["standard"])))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("clone")
    exported = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True)
    subprocess.run(["tar", "-x", "-C", str(folder)], input=exported.stdout, check=True)
    assert not (folder / "studio/node_modules").exists()
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("npm_", "NODE", "PYTHONPATH"))}
    made = subprocess.run(
        [sys.executable, "-c", _BUILD, str(folder / "dist")],
        cwd=folder,
        env=alone | {"PATH": str(folder / "nothing")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return zipfile.ZipFile(made.stdout.strip().splitlines()[-1])


def named_from(wheel: zipfile.ZipFile, first: str) -> set[str]:
    """Return the files that the page's document names, and those that these name in turn."""
    found: set[str] = set()
    waiting = [first]
    while waiting:
        text = wheel.read(waiting.pop()).decode("utf-8", "replace")
        for name in set(NAMED.findall(text)):
            path = f"{STATIC}assets/{name}"
            if path not in found:
                found.add(path)
                assert path in wheel.namelist(), f"{name} is named and is not there"
                if PurePosixPath(name).suffix in {".js", ".css"}:
                    waiting.append(path)
    return found


def test_every_file_that_the_page_names_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    named = named_from(wheel, f"{STATIC}index.html")
    kinds = {PurePosixPath(name).suffix for name in named}
    assert {".js", ".css", ".woff2"} <= kinds
    assert len(named) > 10
    assert sum("Page-" in name and name.endswith(".js") for name in named) >= 4


def test_the_wheel_holds_nothing_that_the_page_does_not_name(wheel: zipfile.ZipFile) -> None:
    held = {name for name in wheel.namelist() if name.startswith(f"{STATIC}assets/") and name.endswith((".js", ".css"))}
    assert held <= named_from(wheel, f"{STATIC}index.html")


def test_the_wheel_holds_no_source_of_the_page(wheel: zipfile.ZipFile) -> None:
    assert not [name for name in wheel.namelist() if name.endswith((".ts", ".tsx")) or "node_modules" in name]
