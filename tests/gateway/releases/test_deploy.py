"""What the deployment pages show: both languages show the same files, and systemd takes the unit."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "docs" / "serve" / name for name in ("deploy.md", "deploy.zh-CN.md")]


def shown(path: Path, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", path.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("language", ["ini", "dockerfile"])
def test_both_languages_show_the_same_files(language: str):
    assert shown(PAGES[0], language) == shown(PAGES[1], language)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_takes_the_unit(tmp_path: Path):
    unit = tmp_path / "my-app.service"
    text = shown(PAGES[0], "ini").replace("/srv/my-app/.venv/bin/loomwork", "/bin/true")
    unit.write_text(text.replace("User=loomwork\n", ""))
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert "my-app.service:" not in done.stderr, done.stderr
    unit.write_text(text.replace("KillMode=mixed", "KillMode=gently"))
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert "my-app.service:" in done.stderr
