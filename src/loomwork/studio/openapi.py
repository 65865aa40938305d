"""The API's document, OpenAPI 3.1, from the endpoints and their types. Knows no server."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from loomwork import __version__
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.wire.problem import Problem

_REFERENCE = "#/components/schemas/{name}"
_PARAMETER = re.compile(r"\{(\w+)(?::path)?\}")


def document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """Return the document of these endpoints."""
    listed = list(endpoints)
    types = [kind for each in listed for kind in (each.gives, each.asked, each.body) if kind is not None]
    schemas, components = msgspec.json.schema_components([*types, Problem], ref_template=_REFERENCE)
    found = iter(schemas)
    paths: dict[str, dict[str, Any]] = {}
    for each in listed:
        gives, asked = next(found), next(found)
        body = next(found) if each.body is not None else None
        path = _PARAMETER.sub(r"{\1}", each.path)
        paths.setdefault(path, {})[each.method.lower()] = _operation(each, gives, asked, body, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "loomwork studio", "version": __version__},
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(components.items()))},
    }


def _operation(each: Endpoint, gives: Any, asked: Any, body: Any, components: dict[str, Any]) -> dict[str, Any]:
    media = {"json": "application/json", "stream": "text/event-stream", "file": "application/octet-stream"}[each.form]
    content = {} if each.form == "file" else {"schema": gives}
    made: dict[str, Any] = {
        "operationId": each.name,
        "summary": each.tells,
        "parameters": _parameters(each, asked, components),
        "responses": {
            "200": {"description": "done", "content": {media: content}},
            "default": {
                "description": "what is wrong and what to do",
                "content": {"application/json": {"schema": {"$ref": _REFERENCE.format(name="Problem")}}},
            },
        },
    }
    if body is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return made


def _parameters(each: Endpoint, asked: Any, components: dict[str, Any]) -> list[dict[str, Any]]:
    schema = components[asked["$ref"].rpartition("/")[2]]
    in_path = set(_PARAMETER.findall(each.path))
    required = set(schema.get("required", ()))
    return [
        {
            "name": name,
            "in": "path" if name in in_path else "query",
            "required": name in in_path or name in required,
            "schema": one,
        }
        for name, one in schema.get("properties", {}).items()
    ]
