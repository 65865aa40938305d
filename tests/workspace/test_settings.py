import re

import pytest

from loomwork.kernel.errors.workspace import (
    MissingSetting,
    SecretInSettings,
    SettingsError,
    UnknownSetting,
    UnknownSettingVariable,
    WrongSetting,
    WrongSettings,
)
from loomwork.telling.words import Words
from loomwork.workspace.environment import overrides
from loomwork.workspace.settings import Settings, load_settings, read_settings

GOOD = """\
[models.fast]
driver = "openai"
model = "gpt-4o-mini"
base_url = "http://127.0.0.1:8080/v1"
api_key_env = "OPENAI_API_KEY"
temperature = 0
[models.smart]
route = "fallback"
models = ["fast"]
[knowledge.handbook]
sources = ["docs/"]
[serve.answer]
step = "app:answer"
[store]
url = "sqlite:///.loomwork/store.db"
"""


def settings(text: str, **environ: str) -> Settings:
    return read_settings(text, list(overrides(environ)))


def problems(text: str, **environ: str) -> tuple[SettingsError, ...]:
    with pytest.raises(WrongSettings) as caught:
        settings(text, **environ)
    assert caught.value.exit_code == 2
    return caught.value.problems


def test_the_file_of_the_design_is_read():
    made = settings(GOOD)
    assert made.models["fast"]["temperature"] == 0
    assert made.knowledge["handbook"] == {"sources": ["docs/"]}
    assert made.serve["answer"].step == "app:answer"


def test_without_a_file_the_defaults_hold(tmp_path):
    made = load_settings(tmp_path, {})
    assert made.store.url == "sqlite:///.loomwork/store.db"
    assert made.run.concurrency == 16
    assert made.models == {}


@pytest.mark.parametrize(
    ("text", "kind", "line", "says"),
    [
        ("\n[stroe]\nurl = 'x'", UnknownSetting, 2, "did you mean 'store'"),
        ("[store]\n\nulr = 'x'", UnknownSetting, 3, "did you mean 'url'"),
        ("[models.fast]\nmodel = 'm'\ntemprature = 0", UnknownSetting, 3, "did you mean 'temperature'"),
        ("[models.fast]\ntemperature = '0'", WrongSetting, 2, "temperature.*Expected `float"),
        (
            "[models.fast]\ndriver = 'opneai'",
            WrongSetting,
            2,
            "must be one of openai, anthropic.*did you mean 'openai'",
        ),
        ("[models.a]\n[models.b]\nroute = 'fallback'\nmodels = ['aa']", WrongSetting, 4, "did you mean 'a'"),
        ("[run]\nconcurrency = '4'", WrongSetting, 2, "must be a valid integer"),
        ("[run]\nconcurrency = 0", WrongSetting, 2, "greater than or equal to 1"),
        ("[run]\nmax_cost = 'five'", WrongSetting, 2, "for example 5USD"),
        ("[serve.a]\nport = 1", MissingSetting, 1, r"\[serve.a\] lacks 'step'"),
        ("models = 3", WrongSetting, 1, "dictionary"),
        ("[models]\nfast = 'gpt'", WrongSetting, 2, "dictionary"),
        ("x = '''\n[a]\n'''\n[stor]\nurl = 1", UnknownSetting, 4, "did you mean 'store'"),
    ],
)
def test_a_wrong_key_or_value_names_file_line_and_nearest_key(text: str, kind: type, line: int, says: str):
    found = [problem for problem in problems(text) if problem.fields["line"] == line]
    assert [type(problem) for problem in found] == [kind]
    assert found[0].fields["file"] == "loomwork.toml"
    with pytest.raises(kind, match=says):
        raise found[0]
    assert str(found[0]).startswith(f"loomwork.toml:{line}: ")


def test_every_problem_is_told_at_once():
    text = "[stroe]\na = 1\n[run]\nconcurrency = 'x'\nconcurency = 1\n[serve.a]\n"
    text += "[models.m]\napi_key = 'sk-1234567890abcdef'"
    found = problems(text, LOOMWORK_STORE__ULR="x")
    assert [type(problem) for problem in found] == [
        UnknownSetting,
        UnknownSetting,
        WrongSetting,
        UnknownSetting,
        MissingSetting,
        SecretInSettings,
    ]


@pytest.mark.parametrize(
    ("text", "key", "advice"),
    [
        ("[models.m]\napi_key = 'anything'", "models.m.api_key", "api_key_env"),
        ("[models.m]\nmodel = 'm'\nheaders = {Authorization = 'Bearer abcdefghijk'}", "Authorization", "environment"),
        ("[models.m]\napi_key_env = 'sk-abcdefghijklmnop'", "models.m.api_key_env", "that variable's name"),
        ("[store]\nurl = 'postgresql://me:secret@host/db'", "store.url", "LOOMWORK_STORE__URL"),
        ("[knowledge.k]\ntoken = 'x'", "knowledge.k.token", "token_env"),
        ("[gateway]\nkeys = ['sk-abcdefghijklmnop']", "gateway.keys.0", "environment"),
    ],
)
def test_a_secret_in_the_file_is_refused_with_advice_and_never_shown(text: str, key: str, advice: str):
    found = problems(text)
    assert [type(problem) for problem in found] == [SecretInSettings]
    assert key in str(found[0].fields["key"])
    assert advice in str(found[0])
    for secret in ("anything", "abcdefghijk", "secret@", "'x'"):
        assert secret not in str(found[0])


@pytest.mark.parametrize(
    "text", ["[models.m]\nmodel = 'm'\nmax_tokens = 5", "[store]\nurl = 'postgresql://me@host/db'"]
)
def test_what_only_looks_like_a_secret_is_let_through(text: str):
    settings(text)


def test_variables_override_nested_names():
    made = settings(
        GOOD,
        LOOMWORK_MODELS__FAST__TEMPERATURE="0.5",
        LOOMWORK_STORE__URL="sqlite:////elsewhere.db",
        LOOMWORK_RUN__CONCURRENCY="4",
        LOOMWORK_MODELS__SMART__MODELS='["fast", "fast"]',
        LOOMWORK_LANG="zh",
    )
    assert made.models["fast"]["temperature"] == 0.5
    assert made.models["fast"]["model"] == "gpt-4o-mini"
    assert made.models["smart"]["models"] == ["fast", "fast"]
    assert made.store.url == "sqlite:////elsewhere.db"
    assert made.run.concurrency == 4


def test_a_variable_reaches_a_name_with_capitals_and_dashes():
    made = settings("[models.My-Model]\nseed = 1", LOOMWORK_MODELS__MY_MODEL__SEED="2")
    assert made.models == {"My-Model": {"seed": 2}}


def test_a_wrong_variable_is_named_as_itself():
    (wrong,) = problems(GOOD, LOOMWORK_RUN__CONCURRENCY="many")
    assert str(wrong).startswith("LOOMWORK_RUN__CONCURRENCY: 'run.concurrency' = 'many' is wrong")
    (unknown,) = problems(GOOD, LOOMWORK_STROE__URL="x")
    assert isinstance(unknown, UnknownSettingVariable)
    assert "did you mean LOOMWORK_STORE__URL?" in str(unknown)
    (key,) = problems(GOOD, LOOMWORK_STORE__ULR="x")
    assert str(key).startswith("LOOMWORK_STORE__ULR: 'store.ulr' is no setting (did you mean 'url'?)")


def test_a_secret_may_come_by_variable():
    made = settings("", LOOMWORK_STORE__URL="postgresql://me:secret@host/db")
    assert made.store.url.endswith("@host/db")


@pytest.mark.parametrize(
    ("text", "line"), [("a = 1\n[b\nc = 2", 2), ("a = 1\nb = ", 2), ("a = 1\na = 2", 2), ("\n\nx y", 3), ("a = '", 1)]
)
def test_what_is_no_toml_names_its_line(text: str, line: int):
    (wrong,) = problems(text)
    assert wrong.fields["line"] == line
    assert "no TOML" in str(wrong)


def test_a_file_that_is_no_text_is_a_clear_error(tmp_path):
    (tmp_path / "loomwork.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WrongSettings, match="no TOML"):
        load_settings(tmp_path, {})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[models.fast]\n\n[serve.a]\nstep = 'app:a'\ninput = 'last'\n\ntitel = 'x'\n", 7),
        ("[models.fast]\nrules = [\n  {text = '['},\n]\n[gatway]\nport = 1\n", 5),
        ("[models.fast]\ndriver = 'scripted'\n\n[gateway]\nport = 1\nbody_limit = '20 apples'\n", 6),
        ("[models.fast]\ndriver = 'scripted'\n[alerts.a]\nabove = 0.5\nover = '5m'\nof = 'latncy'\n", 6),
        ("[models.fast]\n\n\n[gateway.routes.r]\nroute = 'fallback'\n\nmodels = ['fats']\n", 7),
        ("[models.fast]\ndriver = 'scripted'\n\n\n[serve.a]\ninput = 'last'\n[store]\n", 5),
    ],
)
def test_a_problem_in_a_table_of_the_server_names_its_own_line(text: str, line: int):
    assert line in {problem.fields["line"] for problem in problems(text)}


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("[serve.a]\nstep = 'app:a'\nmemo = 5", "serve.a.memo", "valid boolean; or it must be a valid string"),
        ("[serve.a]\nstep = 'app:a'\nmemo = 'soon'", "serve.a.memo", "for example 30s or 5m"),
        ("[serve.a]\nstep = 'app:a'\ninput = 'lst'", "serve.a.input", "one of last, conversation, json.*'last'"),
    ],
)
def test_what_a_setting_may_be_is_said_once_in_words_of_people_and_in_chinese(text: str, key: str, reason: str):
    (problem,) = problems(text)
    assert problem.fields["key"] == key
    assert re.search(reason, str(problem))
    told = Words("zh").error(problem)[0]
    assert "原文" not in told
    assert not re.search(r"it must|example|valid", told)
