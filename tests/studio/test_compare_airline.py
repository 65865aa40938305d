"""Two real runs of examples/airline, a rule lifted in between: the comparison says what that changed."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from loomwork.store import open_store
from loomwork.studio.app import build_app
from loomwork.studio.safety import Door
from loomwork.studio.studio import Studio
from tests.studio.conftest import HERE

AIRLINE = Path(__file__).parents[2] / "examples" / "airline"
ROWS = 40


def run(folder: Path) -> str:
    start = "from loomwork.cli.main import main; main()"
    asked = ["run", "app:review", "--data", str(folder / "data/conversations.jsonl.xz"), "--limit", str(ROWS)]
    done = subprocess.run(
        [sys.executable, "-c", start, *asked, "--project", str(folder), "--json"], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)["run"]


@pytest.fixture(scope="module")
def airline(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    folder = tmp_path_factory.mktemp("made") / "airline"
    shutil.copytree(AIRLINE, folder, ignore=shutil.ignore_patterns(".loomwork", "__pycache__"))
    before = run(folder)
    rules = json.loads((folder / "rules.json").read_text("utf-8"))
    rules["rules"] = [rule for rule in rules["rules"] if "cancel_reservation" not in rule["about"]]
    (folder / "rules.json").write_text(json.dumps(rules), "utf-8")
    return folder, before, run(folder)


def test_what_a_lifted_rule_changed_is_told_row_by_row(airline: tuple[Path, str, str]) -> None:
    folder, before, after = airline
    url = f"sqlite:///{folder / '.loomwork' / 'store.db'}"
    store = open_store(url)
    studio = Studio(folder=folder, store=store, store_url=url)
    known = sys.modules.keys() | set[str]()
    with TestClient(build_app(studio, Door(host="127.0.0.1", port=5710)), base_url=HERE) as client:
        told = client.get("/api/compare", params={"a": before, "b": after, "only": "changed"}).json()
        page = client.get("/api/datasets/data/conversations.jsonl.xz", params={"limit": 2}).json()
        history = client.get("/api/dataset-history/data/conversations.jsonl.xz").json()
    store.close()
    outputs = {figure["name"]: figure for figure in told["figures"]}
    assert (told["pairs"], told["broken"], outputs["ok"]["verdict"]) == (ROWS, 0, "same")
    assert set(told["paired_by"]) >= {"task", "trial", "reward", "messages"}
    assert outputs["output.passed"]["verdict"] == "same"
    assert 0 < told["changed"] == told["matching"] < ROWS
    assert any(row["a"]["preview"] != row["b"]["preview"] for row in told["rows"]), "previews are cut, digests are not"
    assert {"app", "checks"}.isdisjoint(sys.modules.keys() - known), "the server imported the application"
    assert page["rows"][0]["more"]
    assert {run["run"] for run in history["runs"]} == {before, after}
    assert all(run["now"] for run in history["runs"])
