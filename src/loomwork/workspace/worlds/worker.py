"""One try in a process of its own: a copy of the project is opened, and what is asked for is done there.

`python -m loomwork.workspace.worlds.worker JOB.json` writes its answer beside the job. Knows nothing of how the copy
was made.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec

from loomwork.flow.behaviour import install_finder
from loomwork.flow.blaming import Tried, suspect
from loomwork.flow.blaming.trying import code_here, try_row
from loomwork.workspace.opening import Workspace
from loomwork.workspace.worlds.job import Job


def work(job: Job, project: Path) -> bytes:
    """Do a job in a copy of the project and return the answer as JSON."""
    with Workspace.open(project, store_url=job.store, writing="nothing") as workspace:
        runtime = workspace.runtime
        install_finder(runtime.project)
        sys.path.insert(0, str(runtime.project.root))
        if job.what == "look":
            return msgspec.json.encode(code_here(runtime, job.steps))
        suspicion = suspect(runtime, job.a, job.b, row=job.row, trial=job.trial)
        found: Tried = asyncio.run(try_row(runtime, suspicion, frozenset(job.on), most=job.most))
        return msgspec.json.encode(found)


def main() -> None:
    """Read the job, do it, write the answer."""
    job = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Job)
    answer = work(job, Path.cwd())
    Path(job.answer).write_bytes(answer)


if __name__ == "__main__":
    main()
