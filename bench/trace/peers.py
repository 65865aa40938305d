"""Set up the peers' environments and the requests they are given. Knows nothing of what is measured."""

import os
import subprocess
import sys
from pathlib import Path

from bench.trace import workload
from loomwork.trace.otlp import as_protobuf
from loomwork.trace.otlp.model import OtelSpan, Scope

HERE = Path(__file__).parents[1] / "peers"
PINS = HERE / "trace-requirements.txt"
INSTALL_S = 900
PER_REQUEST = 200
KINDS = {"model": "LLM", "tool": "TOOL", "search": "RETRIEVER", "step": "CHAIN"}


class PeerMissing(Exception):
    """A peer cannot be installed here; the message says why."""


def python_of(package: str) -> Path:
    """Return the Python of a peer's own environment, made on first use. Raises `PeerMissing`."""
    pins = [line for line in PINS.read_text().splitlines() if line.startswith(f"{package}==")]
    folder = HERE / ".venvs" / package.removeprefix("arize-")
    python = folder / "bin" / "python"
    if python.exists() and _version(python, package) == pins[0].partition("==")[2]:
        return python
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", pins[0]]
        subprocess.run(command, check=True, capture_output=True, timeout=INSTALL_S)
    except subprocess.TimeoutExpired:
        raise PeerMissing(f"{pins[0]} was not installed within {INSTALL_S} s") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().splitlines()
        raise PeerMissing(f"{pins[0]} cannot be installed: {said[-1] if said else error}") from None
    return python


def _version(python: Path, package: str) -> str:
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    found = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
    return found.stdout.strip()


def environment() -> dict[str, str]:
    """Return this process's environment without what would send a peer's Python to our packages."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}


def write_requests(folder: Path, made: list[workload.Made]) -> None:
    """Write the workload as OTLP/protobuf requests, under the names that Phoenix reads (OpenInference)."""
    folder.mkdir()
    for number in range(0, len(made), PER_REQUEST):
        data = as_protobuf.encode(map(_otel, made[number : number + PER_REQUEST]))
        (folder / f"{number:08d}.otlp").write_bytes(data)


def _otel(each: workload.Made) -> OtelSpan:
    attributes: dict[str, object] = {"openinference.span.kind": KINDS[each.kind], "input.value": each.body}
    if each.model:
        attributes |= {
            "llm.model_name": each.model,
            "llm.token_count.prompt": each.input_tokens,
            "llm.token_count.completion": each.output_tokens,
        }
    return OtelSpan(
        trace=each.trace, span=each.span, parent=each.parent, name=each.name, start_ns=each.start_ns,
        end_ns=each.end_ns, status=1, attributes=attributes, resource={"service.name": "bench"}, scope=Scope(name="b"),
    )  # fmt: skip
