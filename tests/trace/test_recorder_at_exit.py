"""What the recorder writes when a process ends or forks."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import os, sys
from pathlib import Path
from loomwork.kernel.clock import SystemClock
from loomwork.kernel.ids import Ids
from loomwork.trace import reading
from loomwork.trace.recorder import Recorder

class Lines:
    def write(self, rows, bodies=()):
        with open(sys.argv[1], "a") as file:
            file.write("".join(f"{os.getpid()} {row.name}\\n" for row in rows))

recorder = Recorder(Lines(), clock=SystemClock(), ids=Ids())
"""


def run_script(tmp_path: Path, body: str) -> list[list[str]]:
    out = tmp_path / "spans.txt"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", SCRIPT + body, str(out)], check=True, timeout=60, env=env)
    return [line.split() for line in out.read_text().splitlines()]


def test_leaving_the_interpreter_writes_what_has_ended(tmp_path):
    lines = run_script(tmp_path, "for n in range(5): recorder.start(str(n), kind='step').end()")
    assert [name for _, name in lines] == ["0", "1", "2", "3", "4"]


def test_a_forked_child_writes_its_own_spans_and_none_of_its_parents(tmp_path):
    lines = run_script(
        tmp_path,
        """
opened = recorder.start("opened", kind="step")
recorder.start("parent", kind="step").end()
child = os.fork()
if child == 0:
    recorder.start("child", kind="step", parent=opened).end()
    recorder.flush()
    os._exit(0)
os.waitpid(child, 0)
opened.end()
""",
    )
    by_name = {name: pid for pid, name in lines}
    assert sorted(name for _, name in lines) == ["child", "opened", "parent"]
    assert by_name["parent"] == by_name["opened"] != by_name["child"]


def test_a_multiprocessing_child_writes_its_spans_when_it_ends(tmp_path):
    lines = run_script(
        tmp_path,
        """
import multiprocessing

def work():
    recorder.start("pooled", kind="step").end()

recorder.start("parent", kind="step").end()
process = multiprocessing.get_context("fork").Process(target=work)
process.start()
process.join()
""",
    )
    assert sorted(name for _, name in lines) == ["parent", "pooled"]
