"""Start a server's supervisor in the place of this process, and talk to one that runs. Loads nothing heavy."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from loomwork.kernel.errors.releases import NotServing, SeveralServers
from loomwork.trace.feed import meeting_place, opened

if TYPE_CHECKING:
    from loomwork.gateway.releases.child import Order
    from loomwork.telling.words import Words

ORDER = "LOOMWORK_SERVE_ORDER"
"""The variable in which a supervisor tells a serving process what it is to do."""
WARM_S = 300
"""How long the process before stays ready to be gone back to."""
_PATIENCE_S = 180.0
_PATTERN = "serve-*.sock"


def ordered() -> Order | None:
    """Return what the supervisor above this process ordered; None where there is none."""
    text = os.environ.pop(ORDER, "")
    if not text:
        return None
    import msgspec

    from loomwork.gateway.releases.child import Order

    return msgspec.json.decode(text, type=Order)


@contextmanager
def telling_why(order: Order, words: Words) -> Generator[None]:
    """Tell the supervisor what keeps this process from serving: whoever promotes a release hears it from there."""
    from loomwork.kernel.errors.base import LoomworkError

    control = socket.socket(fileno=os.dup(order.control))
    try:
        yield
    except Exception as error:
        text = words.error(error)[0] if isinstance(error, LoomworkError) else f"{type(error).__name__}: {error}"
        with suppress(OSError):
            control.sendall(json.dumps({"failed": text}).encode() + b"\n")
        raise
    finally:
        control.close()


def sockets_of(project: Path) -> Path | None:
    """Return the folder in which the servers of a project can be reached; None where the system has none."""
    folder = meeting_place(project)
    return folder if folder is not None and hasattr(os, "execve") and opened(folder) else None


def hand_over(taken: socket.socket, sockets: Path, *, release: str, drain_s: float, closed: str) -> NoReturn:
    """Become the supervisor: a small process that starts this same command again, to serve.

    Args:
        taken: Listens.
        sockets: Where it can be reached.
        release: What is served at first; empty: the project as it is.
        drain_s: How long requests may take to end.
        closed: What is said at the end.
    """
    from loomwork.workspace.listening import url_of

    order = {
        "fd": taken.fileno(), "command": [sys.executable, "-m", "loomwork.cli.main", *sys.argv[1:]],
        "sockets": str(sockets), "home": str(Path.cwd()), "release": release, "warm_s": WARM_S, "drain_s": drain_s,
        "closed": closed, "url": url_of(taken),
    }  # fmt: skip
    os.set_inheritable(taken.fileno(), True)
    sys.stdout.flush()
    sys.stderr.flush()
    file = Path(__file__).parents[1] / "gateway" / "releases" / "supervisor.py"
    os.execve(sys.executable, [sys.executable, "-I", str(file), json.dumps(order)], dict(os.environ))


class Server:
    """A running server of a project."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.pid = int(place.stem.rpartition("-")[2])

    def ask(self, **message: object) -> dict[str, Any]:
        """Ask the supervisor, and wait for its answer. Raises `NotServing` where it has ended."""
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(_PATIENCE_S)
                line.connect(str(self.place))
                line.sendall(json.dumps(message).encode() + b"\n")
                with line.makefile("rb") as answer:
                    text = answer.readline()
        except OSError:
            raise NotServing from None
        if not text:
            raise NotServing
        return json.loads(text)


def servers(project: Path) -> list[Server]:
    """Return the running servers of a project."""
    folder = meeting_place(project)
    found: list[Server] = []
    for place in sorted(folder.glob(_PATTERN)) if folder is not None else ():
        server = Server(place)
        try:
            server.ask(do="status")
        except NotServing:  # it was killed
            place.unlink(missing_ok=True)
        else:
            found.append(server)
    return found


def the_server(project: Path, pid: int | None) -> Server:
    """Return the server of a project. Raises `NotServing`, `SeveralServers`."""
    found = [each for each in servers(project) if pid in (None, each.pid)]
    if not found:
        raise NotServing
    if len(found) > 1:
        raise SeveralServers(known=", ".join(str(each.pid) for each in found))
    return found[0]
