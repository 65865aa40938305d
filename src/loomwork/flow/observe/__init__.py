"""What a step call read while it ran, and whether that is still so. Knows nothing of memos, models or prompts.

One process-wide audit hook and a set of replaced functions turn what project code does into facts; a fact belongs to
the step call that runs (its `Watch`), and to each project function on the stack, so that a cache's reader is inherited.

Sources, in the order of rule 3 of the contract of a step call:
files and folders (`open`, `os.listdir`, `os.scandir`, `mmap`), tests of paths (`os.stat` and all that is built on it),
SQLite databases with their WAL, known readers that raise no event, files on command lines, environment variables; and
what cannot be verified: network, processes, clock, chance.

Decisions:

- `time.perf_counter`, `monotonic`, `process_time`, `thread_time` are not outside: they have no common origin, so a
  program can only measure itself with them, and what it measured stays true of the call that was remembered.
  `sleep` tells nothing. `time.time`, `localtime` without argument and their like are outside.
- Clock, chance, environment and tests of paths count where project code asks, directly or through standard modules
  that ask for it (`uuid`, `secrets`, `pathlib`, ...: data/callers.json). A library that reads for itself does not.
- Files, folders, databases, network and processes count whoever opens them beneath a step, but for Python's and the
  libraries' own files, compiled code, the store, and whatever is read while a library is being imported.
- Source lines that are fetched to print a warning or a log line are no observation; those the project asks for are.
- When all of the environment is read, what belongs to the terminal session (data/variables.json) is left out, and
  reading it variable by variable adds nothing.
- A listing leaves out `__pycache__`, `.loomwork` and compiled code. It hashes names and kinds; where the project itself
  holds the entries of `os.scandir`, sizes and times, too.
- A task that is being cancelled has not outlived its step: it can add nothing any more.

Known limits:

- Readers in native code that are not in data/readers.json, classes of extension modules, and handles that were opened
  before: `observe(path)`. A file that is open in a global and read by a step raises no event.
- Memory-mapped writes reach a file's stat late.
- `datetime.now` and what else is bound into C types is found by analysis of project code (`outside_names`), not seen.
- `numpy.random.RandomState(seed)` draws entropy before it is seeded and so is outside; `default_rng(seed)` is not.
- A library that draws random numbers or looks at the clock inside (an unseeded scikit-learn estimator).
- The current directory, host name, process id, user, locale and the order of sets are not observed; nor is where a
  path's links lead (`resolve`), other than by what is then read through it.
- A generator that lives in a global (`RNG = random.Random()`) and other live handles are for analysis
  (`outside_types`).
- Threads started by `_thread` or by native code carry no context: what they read belongs to every active step.
- A statement of a connection from `sqlite3.connect` is seen by a trace callback; an application that sets its own
  replaces it. Other databases' connections are seen by their sockets, if these are Python's.
- Of a WAL's frames the checksums are not verified.
- Patched modules keep the originals that other modules bound before (`from time import time`): `unseen_reason` tells.
"""

from loomwork.flow.observe.hidden import own_io, own_stream
from loomwork.flow.observe.observations import (
    DatabaseRead,
    DirListed,
    EnvListed,
    EnvRead,
    FileRead,
    Observation,
    PathTested,
    verify,
)
from loomwork.flow.observe.observer import Observer, note_beneath, observe, original
from loomwork.flow.observe.outsides import outside_names, outside_types
from loomwork.flow.observe.watch import Watch

__all__ = [
    "DatabaseRead",
    "DirListed",
    "EnvListed",
    "EnvRead",
    "FileRead",
    "Observation",
    "Observer",
    "PathTested",
    "Watch",
    "note_beneath",
    "observe",
    "original",
    "outside_names",
    "outside_types",
    "own_io",
    "own_stream",
    "verify",
]
