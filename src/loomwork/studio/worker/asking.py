"""From a variant and its inputs to the request that a model is sent. Knows no process."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.messages import Message, Request, TextPart
from loomwork.prompts.fields import Fields
from loomwork.prompts.origins import label_of, name_of, read_text
from loomwork.prompts.returns import form_of
from loomwork.prompts.sections import Role, Section
from loomwork.prompts.source import Block, Source, parse_source, plain_params
from loomwork.prompts.structured import in_form
from loomwork.prompts.templates import Template
from loomwork.studio import files
from loomwork.studio.wire.playground import Variant


class Wanted(NamedTuple):
    """A request, and the prompt that it was made from."""

    request: Request
    prompt: str = ""
    version: str = ""


def wanted_of(folder: Path, variant: Variant, inputs: dict[str, Any], *, native: bool) -> Wanted:
    """Return what a variant asks. Raises `PromptError`s, `OutsideProject`."""
    if variant.prompt or variant.text is not None:
        label, source = _source(folder, variant)
        request = _request(source, variant, inputs)
        if source.fields.schema is not None:
            request = in_form(request, form_of(source.fields.schema), native=native)
        return Wanted(request, name_of(label), source.version)
    if variant.turns:
        said = tuple([Message(role=each.role, parts=(TextPart(text=each.text),)) for each in variant.turns])
        return Wanted(Request(messages=said, **_params(variant)))
    return Wanted(_request(_of_texts(variant), variant, inputs))


def source_of(folder: Path, label: str, text: str) -> Source:
    """Return the prompt in a text that stands for a file of the project. Raises `PromptError`s, `OutsideProject`."""

    def beside(given: str) -> str:
        place = os.path.normpath(os.path.join(os.path.dirname(label), given))
        return read_text(files.inside(folder, place), folder)

    return parse_source(text, label=label, read_beside=beside)


def _source(folder: Path, variant: Variant) -> tuple[str, Source]:
    if not variant.prompt:
        text = variant.text or ""
        return "", parse_source(text, label="the text")
    path = files.inside(folder, variant.prompt)
    label = label_of(path, folder.resolve())
    text = read_text(path, folder) if variant.text is None else variant.text
    return label, source_of(folder, label, text)


def _of_texts(variant: Variant) -> Source:
    given: tuple[tuple[Role, str], ...] = (("system", variant.system), ("user", variant.user))
    blocks = [
        Block(Section(role=role, text=text, line=1), Template(text, file=f"the {role} message"))
        for role, text in given
        if text
    ]
    version = digest_bytes("\0".join(text for _, text in given).encode("utf-8", "replace"))
    return Source(label="the messages", version=version, fields=Fields(), blocks=tuple(blocks))


def _request(source: Source, variant: Variant, inputs: dict[str, Any]) -> Request:
    messages = source.messages(inputs, examples=source.examples)
    return Request(messages=messages, **(plain_params(source) | _params(variant)))


def _params(variant: Variant) -> dict[str, Any]:
    given = {"temperature": variant.temperature, "max_tokens": variant.max_tokens}
    return {name: value for name, value in given.items() if value is not None}
