"""The processes of the soak: the double of a provider, and `loomwork serve` with its supervisor."""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
SETTINGS = """
[gateway]
port = 0
cache_memory = "1MiB"

[models.sampled]
driver = "openai"
model = "gpt-soak"
base_url = "{url}"
retries = 1
price = {{ input = 1.0, output = 2.0 }}

[models.fixed]
driver = "openai"
model = "gpt-soak"
base_url = "{url}"
temperature = 0
retries = 1
price = {{ input = 1.0, output = 2.0 }}

[models.claude]
driver = "anthropic"
model = "claude-soak"
base_url = "{url}"
retries = 1

[models.shaky]
driver = "openai"
model = "gpt-shaky"
base_url = "{url}"
retries = 1

[models.routed]
route = "fallback"
models = ["sampled", "fixed"]

[serve.answer]
step = "app:answer"

[serve.pieces]
step = "app:pieces"

[serve.fails]
step = "app:fails"
"""
SCRIPT = {
    "latency_s": 0.02,
    "chunk": 12,
    "rules": [{"text": "The tide follows the moon, twice a day, and the harbour follows the tide. {hash} " * 4}],
    "faults": [
        {"kind": "status", "status": 500, "when": "please fail"},
        {"kind": "drip", "seconds": 0.05, "when": "slowly"},
        {"kind": "cut", "at": 700, "when": "break off"},
    ],
}
"""What the double does; each fault is met by the requests whose text asks for it."""


class Soaked(NamedTuple):
    """What runs."""

    url: str
    server: int
    """The process that was started: the supervisor, whose children serve."""
    folder: Path
    said: Path
    """What the server wrote to its standard error."""


def started(folder: Path, stack: ExitStack) -> Soaked:
    """Start the double and the server in `folder`; `stack` ends them."""
    script = folder / "script.json"
    script.write_text(json.dumps(SCRIPT))
    words = [sys.executable, "-m", "loomwork.testing.double", "--script", str(script)]
    _, base = _begin(words, folder, "double.err", stack)
    shutil.copy(HERE / "app" / "app.py", folder / "app.py")
    (folder / "loomwork.toml").write_text(SETTINGS.format(url=base.strip()))
    process, line = _begin([sys.executable, "-m", "loomwork", "serve", "--json"], folder, "server.err", stack)
    return Soaked(json.loads(line)["url"], process.pid, folder, folder / "server.err")


def _begin(words: list[str], folder: Path, errors: str, stack: ExitStack) -> tuple[subprocess.Popen[str], str]:
    said = stack.enter_context((folder / errors).open("wb"))
    process = subprocess.Popen(
        words, cwd=folder, stdout=subprocess.PIPE, stderr=said, text=True, start_new_session=True, env={**os.environ}
    )
    stack.callback(_end, process)
    assert process.stdout is not None
    for line in process.stdout:
        if "http" in line:
            return process, line
    raise RuntimeError((folder / errors).read_text())


def _end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
