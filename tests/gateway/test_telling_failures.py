"""What a client and the log are told of a failure: the client what is its own matter, the log the rest, in one line."""

import logging
from pathlib import Path

import pytest

from loomwork.gateway.problems import problem_of, without_keys
from loomwork.kernel.errors.admission import KeyMissing
from tests.gateway.asking import ask, hello
from tests.gateway.running import running

APP = """
from loomwork import model, step

@step
async def breaks(question: str) -> str:
    raise ValueError("inside detail")

@step
async def asks_nobody(question: str) -> str:
    return await model("nobody").ask(question)
"""
TOML = """
[models.keyless]
driver = "openai"
model = "m"
api_key_env = "NOPE_KEY"

[models.away]
driver = "openai"
model = "n"
base_url = "http://127.0.0.1:9/v1"
retries = 0

[models.puppet]
driver = "scripted"
model = "puppet"
rules = [{ when = "tide", text = "noon" }]

[serve.breaks]
step = "app:breaks"

[serve.asks_nobody]
step = "app:asks_nobody"
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory):
    with running(tmp_path_factory.mktemp("failures"), TOML, app=APP) as found:
        yield found


@pytest.mark.parametrize(
    ("name", "status", "code", "kept"),
    [
        ("keyless", 500, "model_settings", "NOPE_KEY"),
        ("away", 502, "upstream_unreachable", "127.0.0.1:9"),
        ("puppet", 500, "no_rule", "hello"),
        ("asks_nobody", 500, "model_settings", "nobody"),
        ("breaks", 500, "step_failed", "inside detail"),
    ],
)
async def test_what_is_the_servers_matter_is_5xx_and_its_inside_is_for_the_log_alone(
    served, caplog: pytest.LogCaptureFixture, name: str, status: int, code: str, kept: str
) -> None:
    got = await ask(served, hello(name))
    assert (got.status, got.body["error"]["code"]) == (status, code)
    assert kept not in str(got.body)
    assert "127.0.0.1:9" not in str(got.body)
    trace = got.headers["x-loomwork-trace"]
    [line] = [each.getMessage() for each in caplog.records if trace in each.getMessage()]
    assert line.startswith(f"{name}: ")
    assert kept in line
    assert "\n" not in line


async def test_a_step_that_fails_is_said_to_be_the_one_that_failed_and_the_log_has_its_line(
    served, caplog: pytest.LogCaptureFixture
) -> None:
    await ask(served, {"question": "?"}, path="/v1/steps/asks_nobody")
    got = await ask(served, {"question": "?"}, path="/v1/steps/breaks")
    assert "the step 'breaks' failed (ValueError)" in got.body["error"]["message"]
    said = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert all(each.exc_info is None for each in said)


async def test_the_log_says_where_in_the_projects_own_code_it_was(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with running(tmp_path, TOML, app=APP) as served:
        for _ in range(5):
            await ask(served, hello("breaks"))
    said = [each.getMessage() for each in caplog.records if each.getMessage().startswith("breaks: ")]
    assert len(said) < 5, "each kind once a second"
    assert "(app.py:6, breaks)" in said[0]


def test_no_word_of_ours_is_taken_for_a_key() -> None:
    told = problem_of(KeyMissing()).message
    assert "`Authorization: Bearer lw_...` (or `x-api-key`)" in told


def test_what_looks_like_a_key_is_left_out() -> None:
    secret = "lw_" + "a1" * 22
    for said in (f"Authorization: Bearer {secret}", secret, "sk-" + "b" * 20, "Bearer abcdefghijklmno"):
        assert said.removeprefix("Authorization: ").removeprefix("Bearer ") not in without_keys(said)
