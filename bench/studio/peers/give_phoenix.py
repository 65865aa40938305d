"""Give Phoenix the trace, the rows' traces, and the rows as an experiment. Run by its own Python; measures nothing."""

import argparse
import http.client
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))
from bench.studio import work
from bench.trace import peer_phoenix as phoenix

HANDS = 4
"""Connections over which an experiment's runs are given: the API takes them one by one."""


def main() -> None:
    """Start the server, give it everything, wait until it is stored, stop it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--requests", type=Path, required=True)
    parser.add_argument("--spans", type=int, required=True)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args()
    port, grpc = phoenix.free_port(), phoenix.free_port()
    until = time.monotonic() + options.seconds
    with (options.folder / "giving.log").open("wb") as log:
        script = Path(phoenix.__file__).with_name("phoenix_on_loopback.py")
        server = subprocess.Popen([sys.executable, str(script)], stdout=log, stderr=log,
                                  env=phoenix.environment(options.folder, port, grpc))  # fmt: skip
    try:
        phoenix.wait_until_up(port, server)
        phoenix.only_loopback(server.pid)
        experiment = as_experiment(port, options.rows)
        (options.folder / "experiment.json").write_text(json.dumps(experiment))
        give(port, options.requests)
        database = options.folder / "phoenix.db"
        while (now := phoenix.stored(database)) < options.spans and time.monotonic() < until:
            time.sleep(0.5)  # polling a foreign process: there is nothing to wait on
    finally:
        server.terminate()
        server.wait(60)
    print(f"RESULT {json.dumps({'spans': now, **experiment})}")


def give(port: int, folder: Path) -> None:
    """Send the spans."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for file in sorted(folder.glob("*.otlp")):
        phoenix.post(connection, file.read_bytes())


def as_experiment(port: int, count: int) -> dict[str, Any]:
    """Keep the rows as a dataset and what they came to as the runs of an experiment."""
    made = [row[0] for row in work.rows(count, start_ns=time.time_ns())]
    dataset = ask(port, "/v1/datasets/upload?sync=true", {
        "action": "create", "name": "rows", "inputs": [{"question": each.asked} for each in made],
        "outputs": [{} for _ in made], "metadata": [{"index": number} for number in range(len(made))],
    })["data"]["dataset_id"]  # fmt: skip
    experiment = ask(port, f"/v1/datasets/{dataset}/experiments", {"name": "answers"})["data"]["id"]
    examples = get(port, f"/v1/datasets/{dataset}/examples")["data"]["examples"]
    given = list(zip(sorted(examples, key=lambda each: each["metadata"]["index"]), made, strict=True))
    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(lambda part: run_all(port, experiment, part), [given[hand::HANDS] for hand in range(HANDS)]))
    return {"dataset": dataset, "experiment": experiment, "rows": len(examples)}


def run_all(port: int, experiment: str, part: list[tuple[dict[str, Any], work.Call]]) -> None:
    """Give some of an experiment's runs."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for example, call in part:
        body = {
            "dataset_example_id": example["id"], "output": call.answered, "repetition_number": 1,
            "start_time": stamp(call.start_ns), "end_time": stamp(call.end_ns), "trace_id": call.trace,
            "error": "check failed" if call.failed else None,
        }  # fmt: skip
        send(connection, "POST", f"/v1/experiments/{experiment}/runs", body)


def stamp(ns: int) -> str:
    """Return a time as JSON has it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ns / 1e9)) + f".{ns // 1000 % 1_000_000:06d}+00:00"


def ask(port: int, path: str, body: dict[str, Any]) -> Any:
    """Post and return the answer."""
    return send(http.client.HTTPConnection("127.0.0.1", port, timeout=300), "POST", path, body)


def get(port: int, path: str) -> Any:
    """Return an answer."""
    return send(http.client.HTTPConnection("127.0.0.1", port, timeout=300), "GET", path, None)


def send(connection: http.client.HTTPConnection, verb: str, path: str, body: dict[str, Any] | None) -> Any:
    """Ask once."""
    connection.request(verb, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    data = answer.read()
    if answer.status >= 300:
        raise SystemExit(f"Phoenix answered {answer.status} to {path}: {data[:300]!r}")
    return json.loads(data) if data else None


if __name__ == "__main__":
    main()
