"""Steps end the walk; errors, ignored names, packages and widening are as the contract says."""

import sys
from pathlib import Path

import pytest

from loomwork.flow.behaviour import Behaviours, Project, diff_parts
from loomwork.kernel.errors.behaviour import NoFingerprint
from tests.flow.behaviour.apps import behaviour_at, edited, opened, put

STEP = "from loomwork.flow.step import step\n"


def test_another_step_ends_the_walk_and_is_a_slot(tmp_path: Path) -> None:
    app = STEP + "@step\ndef a(x): return x\n@step\ndef b(x): return x\n@step\ndef work(x): return b(x), a(x), b(x)\n"
    with opened(put(tmp_path, {"app.py": app})) as (work, behaviours):
        found = behaviours.of(work)
        names = sys.modules["app"]
        assert found.slots == (names.b, names.a)
        assert behaviours.slot_of(found, names.a) == 1
        assert behaviours.slot_of(found, work) is None
    other = behaviour_at(
        put(tmp_path, edited({"app.py": app}, {"app.py": ("def a(x): return x", "def a(x): return 9")}))
    )
    assert other.digest == found.digest


def test_steps_in_tables_closures_and_methods_are_slots(tmp_path: Path) -> None:
    app = STEP + (
        "@step\ndef a(x): return x\n@step\ndef b(x): return x\n@step\ndef c(x): return x\n"
        "TABLE = {'a': a}\ndef plain(f):\n    def inner(x): return f(x)\n    return inner\nwrapped = plain(b)\n"
        "class Bot:\n    @step\n    def work(self, x): return self.help(c(x)), self.other(x)\n    def help(self, x): return x\n"
        "    @step\n    def other(self, x): return x\n"
        "@step\ndef work(x): return TABLE['a'](x), wrapped(x)\n"
    )
    with opened(put(tmp_path, {"app.py": app})) as (work, behaviours):
        names = sys.modules["app"]
        assert behaviours.of(work).slots == (names.a, names.b)
        assert set(behaviours.of(names.Bot.work).slots) == {names.c, names.Bot.work, names.Bot.other}
    before = behaviour_at(tmp_path, "app:Bot.work")
    put(tmp_path, edited({"app.py": app}, {"app.py": ("def help(self, x): return x", "def help(self, x): return -x")}))
    after = behaviour_at(tmp_path, "app:Bot.work")
    assert [each.name for each in diff_parts(before.parts, after.parts)] == ["app:Bot.help"]


def test_a_step_that_calls_itself_is_its_own_slot(tmp_path: Path) -> None:
    app = STEP + "@step\ndef work(x): return work(x - 1) if x else 0\n"
    with opened(put(tmp_path, {"app.py": app})) as (work, behaviours):
        assert behaviours.of(work).slots == (work,)


UNKNOWN = STEP + (
    "import threading\ndef make():\n    client = threading.Event()\n    def inner(x): return client, x\n    return inner\n"
    "ask = make()\n"
)


def test_a_value_without_a_form_or_an_assignment_is_a_clear_error(tmp_path: Path) -> None:
    app = UNKNOWN + "@step\ndef work(x): return ask(x)\n"
    with opened(put(tmp_path, {"app.py": app})) as (work, behaviours), pytest.raises(NoFingerprint) as caught:
        behaviours.of(work)
    assert "'client' of app:make.<locals>.inner holds a threading.Event" in str(caught.value)
    assert "@step(ignore=['client'])" in str(caught.value)


@pytest.mark.parametrize("name", ["client", "ask", "app.ask"])
def test_what_is_ignored_is_not_looked_at(name: str, tmp_path: Path) -> None:
    app = UNKNOWN + f"@step(ignore=['{name}'])\ndef work(x): return ask(x)\n"
    if name == "app.ask":
        app = app.replace("ask = make()", "ask = [make()]").replace("ask(x)", "ask[0](x)")
    assert behaviour_at(put(tmp_path, {"app.py": app})).digest


def test_an_ignored_global_may_change(tmp_path: Path) -> None:
    app = {"app.py": STEP + "LIMIT = 1\nOTHER = 1\n@step(ignore=['LIMIT'])\ndef work(x): return LIMIT, OTHER\n"}
    before = behaviour_at(put(tmp_path, app)).digest
    assert behaviour_at(put(tmp_path, edited(app, {"app.py": ("LIMIT = 1", "LIMIT = 2")}))).digest == before
    assert behaviour_at(put(tmp_path, edited(app, {"app.py": ("OTHER = 1", "OTHER = 2")}))).digest != before


def test_a_class_may_say_what_it_stands_for(tmp_path: Path) -> None:
    app = {
        "app.py": STEP + "import threading\nclass Client:\n    def __init__(self, url):\n        self.url, self.lock = url, threading.Event()\n"
        "    def __fingerprint__(self): return self.url\nCLIENT = Client('a')\ndef make(c):\n    def inner(x): return c.url\n    return inner\n"
        "ask = make(CLIENT)\n@step\ndef work(x): return ask(x)\n"
    }  # fmt: skip
    before = behaviour_at(put(tmp_path, app)).digest
    assert behaviour_at(tmp_path).digest == before
    assert behaviour_at(put(tmp_path, edited(app, {"app.py": ("Client('a')", "Client('b')")}))).digest != before


def dist(root: Path, name: str, version: str, module: str) -> None:
    """Install a tiny distribution."""
    put(root, {f"{module}.py": "def call(x): return x\n", f"{name}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"})  # fmt: skip
    put(
        root,
        {f"{name}-{version}.dist-info/RECORD": f"{module}.py,,\n", f"{name}-{version}.dist-info/top_level.txt": module},
    )


@pytest.mark.parametrize("name", ["loomprobe", "loom_probe_other"])
def test_an_installed_package_counts_by_its_version(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = STEP + "import loomprobe\n@step\ndef work(x): return loomprobe.call(x)\n"
    put(tmp_path / "app", {"app.py": app})
    found = []
    for version in ("1.0", "1.0", "1.1"):
        site = tmp_path / f"site{len(found)}"
        dist(site, name, version, "loomprobe")
        monkeypatch.syspath_prepend(str(site))
        sys.modules.pop("loomprobe", None)
        found.append(behaviour_at(tmp_path / "app"))
    sys.modules.pop("loomprobe", None)
    assert found[0].digest == found[1].digest != found[2].digest
    (change,) = diff_parts(found[1].parts, found[2].parts)
    assert (change.kind, change.name) == ("package", "loomprobe")
    assert change.before.endswith("1.0")
    assert change.after.endswith("1.1")


def test_loomworks_own_number_counts(tmp_path: Path) -> None:
    put(tmp_path, {"app.py": STEP + "@step\ndef work(x): return x\n"})
    with opened(tmp_path) as (work, behaviours):
        one, two = behaviours.of(work), Behaviours(Project(tmp_path), semantics=2).of(work)
    assert one.digest != two.digest
    assert [each.kind for each in diff_parts(one.parts, two.parts)] == ["loomwork"]


def test_a_package_under_the_project_folder_that_is_installed_is_not_the_projects(tmp_path: Path) -> None:
    project = Project(tmp_path)
    assert project.owns(str(tmp_path / "app.py"))
    assert project.owns(str(tmp_path / "deep" / "er.py"))
    assert not project.owns(str(tmp_path / ".venv" / "lib" / "python3.11" / "site-packages" / "x.py"))
    assert not project.owns(str(tmp_path.parent / "other.py"))
    assert not project.owns(json_file())
    assert project.relative(str(tmp_path / "deep" / "er.py")) == "deep/er.py"
    assert Project(tmp_path, (tmp_path.parent / "lib",)).owns(str(tmp_path.parent / "lib" / "x.py"))


def json_file() -> str:
    """A file of the standard library."""
    import json

    return json.__file__


def test_what_counts_only_because_a_module_does_is_not_what_the_step_changes(tmp_path: Path) -> None:
    app = {
        "app.py": STEP + "import styles\n@step\ndef work(x): return getattr(styles, x)()\n",
        "styles.py": "SEEN = []\ndef one(): return 1\ndef note(): SEEN.append(1)\n",
    }
    found = behaviour_at(put(tmp_path, app))
    assert found.widened == ("the module styles is used as a value",)
    assert found.outside == ()


def test_ordinary_code_does_not_widen(tmp_path: Path) -> None:
    from tests.flow.behaviour.edits import classes, data, functions, modules, wrappers

    for number, app in enumerate(
        [
            functions.HELPERS,
            wrappers.CLOSURES,
            wrappers.DECORATED,
            classes.PLAIN,
            data.DATA,
            data.MODELS,
            modules.IMPORTS,
            modules.CONSTANTS,
        ]
    ):
        assert behaviour_at(put(tmp_path / str(number), app)).widened == ()
