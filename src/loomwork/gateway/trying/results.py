"""What a step gave, as a page shows it: text, or data; with its sources where it names any. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import msgspec
from pydantic_core import to_jsonable_python

from loomwork.gateway.serving.results import text_of
from loomwork.gateway.trying.values import Answered, Citation

_NEEDED = ("doc", "path", "start", "end", "quote")


def answered(value: Any) -> Answered:
    """Return what a page shows of a result.

    An answer from a knowledge base, or any object with a text in `answer` and `citations`, keeps its citations.
    """
    if isinstance(value, str):
        return Answered(text=value)
    plain: Any = msgspec.to_builtins(value, str_keys=True, enc_hook=_other)
    if not isinstance(plain, dict | list) or hasattr(value, "message"):
        return Answered(text=text_of(value))
    found = cast("dict[str, Any]", plain) if isinstance(plain, dict) else {}
    text = found.get("answer")
    if not isinstance(text, str):
        return Answered(value=cast("Any", plain))
    places = [str(each.place()) for each in getattr(value, "citations", ()) if hasattr(each, "place")]
    said = cast("list[Any]", found.get("citations") or [])
    return Answered(
        text=text,
        citations=tuple(_cited(said, places)),
        notes=tuple(str(each) for each in found.get("notes") or ()),
        degraded=str(found.get("degraded") or ""),
    )


def _cited(said: list[Any], places: list[str]) -> Iterator[Citation]:
    for number, one in enumerate(said):
        if not isinstance(one, dict) or any(name not in one for name in _NEEDED):
            continue
        found = cast("dict[str, Any]", one)
        try:
            yield Citation(
                sentence=str(found.get("sentence", "")),
                doc=str(found["doc"]),
                path=str(found["path"]),
                title=str(found.get("title", "")),
                place=places[number] if number < len(places) else str(found["path"]),
                start=int(found["start"]),
                end=int(found["end"]),
                quote=str(found["quote"]),
            )
        except (TypeError, ValueError):
            continue


def _other(value: Any) -> Any:
    return to_jsonable_python(value, fallback=str)
