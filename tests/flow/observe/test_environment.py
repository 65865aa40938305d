"""Rule 3: environment variables."""

import pytest

from loomwork.flow.observe import EnvListed, EnvRead
from loomwork.flow.observe.observations import SET
from loomwork.flow.observe.place import Place
from tests.flow.observe.conftest import App, only

READS = {
    "item": "import os; return os.environ['MOOD']",
    "get": "import os; return os.environ.get('MOOD')",
    "getenv": "import os; return os.getenv('MOOD')",
    "from os": "from os import getenv; return getenv('MOOD', 'x')",
    "in": "import os; return 'MOOD' in os.environ",
    "setdefault": "import os; return os.environ.setdefault('MOOD', 'x')",
    "bytes": "import os; return os.environb.get(b'MOOD')",
    "expandvars": "import os; return os.path.expandvars('$MOOD/x')",
    "pop": "import os; m = os.environ.pop('MOOD'); os.environ['MOOD'] = m; return m",
}


@pytest.mark.parametrize("how", READS)
def test_a_variable_that_project_code_reads_in_any_way_is_observed(
    app: App, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setenv("MOOD", "calm")
    watch = app.run(f"def f():\n    {READS[how]}\n")
    seen = only(watch)
    assert isinstance(seen, EnvRead | EnvListed)
    assert app.holds(watch)
    monkeypatch.setenv("MOOD", "merry")
    assert not app.holds(watch)


def test_a_variable_that_is_not_set_is_an_observation(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOOD", raising=False)
    watch = app.run("import os\ndef f():\n    return os.environ.get('MOOD')")
    assert only(watch) == EnvRead("MOOD", None)
    assert app.holds(watch)
    monkeypatch.setenv("MOOD", "")
    assert not app.holds(watch)


def test_the_hash_is_keyed_by_the_store(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOOD", "calm")
    watch = app.run("import os\ndef f():\n    return os.environ['MOOD']")
    assert not only(watch).holds(Place(app.root, b"another key"))


def test_of_a_secret_only_its_presence_is_remembered(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_API_KEY", "sk-1")
    watch = app.run("import os\ndef f():\n    return os.environ['SHOP_API_KEY']")
    assert only(watch) == EnvRead("SHOP_API_KEY", SET)
    monkeypatch.setenv("SHOP_API_KEY", "sk-2")
    assert app.holds(watch)
    monkeypatch.delenv("SHOP_API_KEY")
    assert not app.holds(watch)


@pytest.mark.parametrize("how", ["dict(os.environ)", "os.environ.copy()", "list(os.environ.items())", "{**os.environ}"])
def test_reading_all_variables_records_all_keys_and_values(app: App, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    watch = app.run(f"import os\ndef f():\n    return {how}")
    assert isinstance(only(watch), EnvListed)
    assert app.holds(watch)
    monkeypatch.setenv("SHLVL", "99")
    assert app.holds(watch)
    monkeypatch.setenv("MOOD", "merry")
    assert not app.holds(watch)


def test_a_library_that_reads_for_itself_is_not_observed(app: App) -> None:
    watch = app.run("""
        import locale, ssl, subprocess, tempfile, urllib.request
        def f():
            urllib.request.getproxies()
            ssl.get_default_verify_paths()
            tempfile.gettempdir()
            locale.getlocale()
    """)
    assert watch.observations == []


def test_a_variable_that_the_call_itself_set_is_no_observation(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOOD", "calm")
    watch = app.run("""
        import os
        def f():
            os.environ["MOOD"] = "merry"
            return os.environ["MOOD"]
    """)
    assert watch.observations == []


def test_a_settings_class_reads_for_the_project(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOOD", "calm")
    watch = app.run("""
        from pydantic_settings import BaseSettings
        class Settings(BaseSettings):
            mood: str
        def f():
            return Settings().mood
    """)
    assert app.result == "calm"
    monkeypatch.setenv("MOOD", "merry")
    assert not app.holds(watch)
