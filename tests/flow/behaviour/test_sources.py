"""What runs is what counts: stale bytecode, edited files, typed code, moved projects, other processes."""

import json
import linecache
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

from loomwork.flow.behaviour import Behaviours, Project, diff_parts, unpack_parts
from loomwork.kernel.errors.flow import UnknownTarget
from tests.flow.behaviour.apps import behaviour_at, opened, put
from tests.flow.behaviour.edits import data, functions, modules, wrappers

STEP = "from loomwork.flow.step import step\n"


def test_a_stale_pyc_is_never_believed(tmp_path: Path) -> None:
    put(tmp_path, {"app.py": STEP + "import helper\n@step\ndef work(x): return helper.clean(x)\n"})
    put(tmp_path, {"helper.py": "def clean(x): return 1\n"})
    stamp = (tmp_path / "helper.py").stat()
    run = [sys.executable, "-c", "import helper"]
    subprocess.run(run, cwd=tmp_path, check=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""})
    assert list((tmp_path / "__pycache__").iterdir())
    with opened(tmp_path) as (work, _):
        assert work.func(0) == 1
    put(tmp_path, {"helper.py": "def clean(x): return 2\n"})
    os.utime(tmp_path / "helper.py", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    with opened(tmp_path) as (work, _):
        assert work.func(0) == 2


def test_a_file_edited_after_its_import_does_not_count(tmp_path: Path) -> None:
    app = (
        STEP
        + "import threading\nLOCK = threading.Event()\ndef clean(x): return x\n@step\ndef work(x): return clean(x), LOCK\n"
    )
    untouched = behaviour_at(put(tmp_path, {"app.py": app}))
    with opened(tmp_path) as (work, behaviours):
        put(tmp_path, {"app.py": app.replace("return x\n", "return -x\n").replace("Event()", "Condition()")})
        found = behaviours.of(work)
        assert found.digest == untouched.digest
        assert diff_parts(untouched.parts, found.parts) == []


def test_a_moved_project_keeps_its_behaviour(tmp_path: Path) -> None:
    one = behaviour_at(put(tmp_path / "one", functions.HELPERS))
    two = behaviour_at(put(tmp_path / "far" / "two", functions.HELPERS))
    assert one.digest == two.digest
    assert one.packed_parts() == two.packed_parts()


@pytest.mark.parametrize("app", [wrappers.CLOSURES, data.MODELS, modules.CONSTANTS, modules.EFFECTS])
def test_every_process_finds_the_same(app: dict[str, str], tmp_path: Path) -> None:
    put(tmp_path, app)
    script = (
        "import sys\nfrom pathlib import Path\nfrom loomwork.flow.behaviour import *\n"
        f"project = Project(Path({str(tmp_path)!r}))\nwork = import_target('app:work', project)\n"
        "print(Behaviours(project, semantics=1).of(work).digest)\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", script], check=True, capture_output=True, text=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "src", "PYTHONOPTIMIZE": ""},
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert found == {behaviour_at(tmp_path).digest}


def cell(number: int, text: str, namespace: dict[str, object]) -> None:
    """Run a notebook cell as IPython does."""
    name = f"/tmp/ipykernel_1/{number}.py"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    exec(compile(text, name, "exec"), namespace)


def test_a_notebook_cell_that_is_run_again_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    main = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    behaviours = Behaviours(Project(tmp_path), semantics=1)
    cell(1, STEP + "import threading\nLOCK = threading.Event()\ndef clean(x):\n    return x\n", main.__dict__)
    cell(2, "@step\ndef work(x):\n    return clean(x), LOCK\n", main.__dict__)
    first = behaviours.current(main.__dict__["work"])
    assert "return clean(x)" in first.parts[0].shown
    cell(3, "def clean(x):\n    return -x\n", main.__dict__)
    second = behaviours.current(main.__dict__["work"])
    assert second.digest != first.digest
    (change,) = diff_parts(first.parts, second.parts)
    assert (change.name, change.after) == ("__main__:clean", "def clean(x):\n    return -x")
    cell(4, "def clean(x):\n    return x\n", main.__dict__)
    assert behaviours.current(main.__dict__["work"]).digest == first.digest


def test_the_program_itself_is_no_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    main = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    behaviours = Behaviours(Project(tmp_path), semantics=1)
    cell(1, STEP + "@step\ndef work(x):\n    return x\ndef main():\n    return work(1)\n", main.__dict__)
    before = behaviours.current(main.__dict__["work"]).digest
    cell(2, "main()\nprint(work(2))\n", main.__dict__)
    assert Behaviours(Project(tmp_path), semantics=1).current(main.__dict__["work"]).digest == before


def test_code_without_a_source_counts_by_its_code_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    main = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    behaviours = Behaviours(Project(tmp_path), semantics=1)
    digests: list[str] = []
    for text in ("return clean(x)", "return clean(x)  # same", "return clean(x) + 1"):
        exec(STEP + f"def clean(x): return x\n@step\ndef work(x):\n    {text}\n", main.__dict__)
        found = behaviours.of(main.__dict__["work"])
        assert found.parts
        digests.append(found.digest)
    assert digests[0] == digests[1] != digests[2]


def test_a_step_made_in_a_function_brings_its_closure(tmp_path: Path) -> None:
    app = (
        STEP
        + "def make(n):\n    @step\n    def inner(x): return x + n\n    return inner\nwork = make(3)\nother = make(4)\n"
    )
    one, two = behaviour_at(put(tmp_path, {"app.py": app})), behaviour_at(tmp_path, "app:other")
    assert one.digest != two.digest
    assert [each.name for each in diff_parts(one.parts, two.parts)] == ["app:make.<locals>.inner[n]"]


def test_parts_survive_being_stored(tmp_path: Path) -> None:
    found = behaviour_at(put(tmp_path, wrappers.DECORATED))
    assert unpack_parts(found.packed_parts()) == found.parts
    json.dumps([part.name for part in found.parts])


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("app", "module:step"),
        ("ap:work", "did you mean 'app'"),
        ("app:wrk", "did you mean 'work'"),
        ("pkg.no:x", "no module"),
    ],
)
def test_a_wrong_target_is_one_clear_error(target: str, said: str, tmp_path: Path) -> None:
    put(tmp_path, {"app.py": STEP + "@step\ndef work(x): return x\n"})
    with pytest.raises(UnknownTarget, match=said), opened(tmp_path, target):
        pass


def test_an_import_error_inside_of_the_application_is_its_own(tmp_path: Path) -> None:
    put(tmp_path, {"app.py": "import not_there_at_all\n"})
    with pytest.raises(ModuleNotFoundError, match="not_there_at_all"), opened(tmp_path):
        pass


def test_a_plain_function_and_a_builtin_have_a_behaviour(tmp_path: Path) -> None:
    behaviours = Behaviours(Project(tmp_path), semantics=1)
    assert behaviours.of(len).digest != behaviours.of(sorted).digest
    assert behaviours.of(json.dumps).digest == behaviours.of(json.dumps).digest
    assert behaviours.of(Path).slots == ()
