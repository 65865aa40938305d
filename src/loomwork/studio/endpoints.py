"""What an endpoint is: a path, typed values in and out, a function. Knows no server; `app` and `openapi` read these.

An endpoint's function takes the studio, then `asked` (path and query parameters, one Struct) and, where there is a
`body`, that. A sync function runs in a thread, an async one in the event loop. A stream's function is an async
generator of `Event`s; a file's function returns a `File`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from msgspec import Struct, structs

Method = Literal["GET", "POST", "PUT", "DELETE"]


class Nothing(Struct, frozen=True):
    """No parameters, or nothing to say but that it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One message of a stream."""

    name: str
    data: Struct
    id: str = ""
    """Where to go on from (`Last-Event-ID`); empty for what is not repeated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Something to save: its name, its kind and its content, whole or in pieces."""

    name: str
    media: str
    content: bytes | AsyncIterator[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One operation of the API. Its `name` is the operation's id, and the page's name for it."""

    name: str
    method: Method
    path: str
    """As `/api/runs/{run}`; `{path:path}` takes slashes too."""
    tells: str
    """One sentence for the API's document."""
    call: Callable[..., Any]
    gives: Any = Nothing
    """Type of the answer; for a stream, the union of the messages' data."""
    asked: type[Struct] = Nothing
    body: Any = None
    form: Literal["json", "stream", "file"] = "json"
    limit: int = 1 << 20
    """Largest body taken, in bytes."""
    is_large: bool = False
    """Its answers may take much memory while they are made: one at a time is, and those that wait hold no thread."""

    @property
    def repeated(self) -> tuple[str, ...]:
        """Parameters that may be given more than once."""
        told = structs.fields(self.asked)
        return tuple([each.encode_name for each in told if get_origin(_plain(each.type)) is tuple])


def _plain(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind
