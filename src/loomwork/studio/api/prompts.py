"""Prompts: the files below prompts/, their versions, and what came of each. Runs no code of the project."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from msgspec import structs

from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.studio import ChangedMeanwhile
from loomwork.prompts.history import Use, Version, askings
from loomwork.prompts.library import prompt_files
from loomwork.prompts.origins import label_of, name_of, read_text
from loomwork.prompts.words import word_diff
from loomwork.studio import files
from loomwork.studio.endpoints import Endpoint, Nothing
from loomwork.studio.problems import problem_of
from loomwork.studio.prompting.reading import Histories, bytes_of, is_ours, line_of, parsed, path_of, text_at
from loomwork.studio.prompting.told import asking_told, parts, version_told
from loomwork.studio.studio import Studio
from loomwork.studio.wire.prompts import (
    AskAskings,
    AskPrompt,
    AskPromptDiff,
    CheckPrompt,
    PromptAskings,
    PromptChange,
    PromptChecked,
    PromptDetail,
    PromptDiff,
    PromptHead,
    PromptList,
    PromptWritten,
    PutPrompt,
    Rendered,
    RenderedMessage,
    RenderPrompt,
)

_LARGEST = 4 << 20
"""Bytes of a body that holds inputs."""
_MOST_PROMPTS = 1000
_MOST_CALLS = 500
_MOST_CHANGES = 5000


def list_prompts(studio: Studio, asked: Nothing) -> PromptList:
    """Return the prompts by name; those that cannot be used say why."""
    del asked
    found = [path for path in prompt_files(studio.folder) if is_ours(studio, path)]
    uses = studio.part(Histories).uses() if found else {}
    heads = [_head(studio, path, uses) for path in found[:_MOST_PROMPTS]]
    return PromptList(prompts=tuple(heads), total=len(found), more=len(found) > _MOST_PROMPTS)


def get_prompt(studio: Studio, asked: AskPrompt) -> PromptDetail:
    """Return one prompt with its versions."""
    path = path_of(studio, asked.name)
    label = label_of(path, studio.folder)
    data = bytes_of(path, studio.folder)
    text = data.decode("utf-8", "replace")
    versions = studio.part(Histories).of(path, data)
    if asked.version:
        text = text_at(studio, label, asked.version)
    checked = _checked(studio, path, text)
    version = _version_of(versions, asked.version, checked)
    return PromptDetail(
        name=name_of(label),
        path=label,
        digest=digest_bytes(data),
        changed_ms=files.changed_ms(path),
        text=text,
        version=version,
        is_current=not asked.version or any(each.version == version and each.is_current for each in versions),
        parts=checked.parts,
        problem=checked.problem,
        line=checked.line,
        versions=tuple(version_told(each) for each in versions),
    )


def put_prompt(studio: Studio, asked: AskPrompt, body: PutPrompt) -> PromptWritten:
    """Write a prompt file. A text that could not be used is refused, with the place and the reason."""
    path = path_of(studio, asked.name, new=not body.digest)
    label = label_of(path, studio.folder)
    source = parsed(studio, path, body.text)
    data = body.text.encode()
    with studio.part(files.Writes).lock:
        if not body.digest:
            files.create(path, (data,), label=label)
        else:
            seen = bytes_of(path, studio.folder)
            if digest_bytes(seen) != body.digest:
                raise ChangedMeanwhile(path=label)
            files.replace(path, (data,), seen=digest_bytes(seen), stamp=files.stamp_of(path), label=label)
    return PromptWritten(
        name=name_of(label),
        path=label,
        digest=digest_bytes(data),
        version=source.version,
        changed_ms=files.changed_ms(path),
    )


def check_prompt(studio: Studio, asked: Nothing, body: CheckPrompt) -> PromptChecked:
    """Say whether a text could be used."""
    del asked
    return _checked(studio, path_of(studio, body.name, new=None), body.text)


def render_prompt(studio: Studio, asked: Nothing, body: RenderPrompt) -> Rendered:
    """Fill a prompt in."""
    del asked
    path = path_of(studio, body.name, new=None if body.text is not None else False)
    label = label_of(path, studio.folder)
    if body.text is not None:
        text = body.text
    elif body.version:
        text = text_at(studio, label, body.version)
    else:
        text = read_text(path, studio.folder)
    try:
        source = parsed(studio, path, text)
    except LoomworkError as error:
        return Rendered(version="", messages=(), missing=(), problem=problem_of(error), line=line_of(error))
    missing = tuple(sorted(source.needed - body.inputs.keys()))
    try:
        messages = source.messages(body.inputs, examples=source.examples)
    except LoomworkError as error:
        told = problem_of(error)
        return Rendered(version=source.version, messages=(), missing=missing, problem=told, line=line_of(error))
    said = tuple(RenderedMessage(role=each.role, text=each.text) for each in messages)
    return Rendered(version=source.version, messages=said, missing=(), problem=None, line=0)


def diff_prompt(studio: Studio, asked: AskPromptDiff) -> PromptDiff:
    """Compare two versions word by word."""
    path = path_of(studio, asked.name)
    label = label_of(path, studio.folder)
    before, after = (
        text_at(studio, label, version) if version else read_text(path, studio.folder)
        for version in (asked.before, asked.after)
    )
    changes = tuple(PromptChange(op=each.op, text=each.text) for each in word_diff(before, after)[:_MOST_CHANGES])
    return PromptDiff(before=asked.before, after=asked.after, changes=changes)


def list_prompt_calls(studio: Studio, asked: AskAskings) -> PromptAskings:
    """Return calls that asked with a prompt."""
    limit = max(1, min(asked.limit, _MOST_CALLS))
    name = name_of(label_of(path_of(studio, asked.name), studio.folder))
    wanted = (
        each
        for each in askings(name, studio.store, runs=studio.part(Histories).runs_of(name, asked.version))
        if each.version.startswith(asked.version) and (not asked.only or each.reused.status == "error")
    )
    found = list(islice(wanted, limit + 1))
    return PromptAskings(calls=tuple(asking_told(each) for each in found[:limit]), more=len(found) > limit)


def _checked(studio: Studio, path: Path, text: str) -> PromptChecked:
    try:
        source = parsed(studio, path, text)
    except LoomworkError as error:
        return PromptChecked(parts=None, problem=problem_of(error), line=line_of(error))
    return PromptChecked(parts=parts(source), problem=None, line=0)


def _head(studio: Studio, path: Path, of: dict[str, list[Use]]) -> PromptHead:
    label = label_of(path, studio.folder)
    uses = of.get(name_of(label), [])
    head = PromptHead(
        name=name_of(label),
        path=label,
        changed_ms=files.changed_ms(path),
        runs=len({use.run for use in uses}),
        calls=sum(use.calls for use in uses),
        failed=sum(use.failed for use in uses),
    )
    try:
        source = parsed(studio, path, read_text(path, studio.folder))
    except LoomworkError as error:
        return structs.replace(head, problem=problem_of(error))
    return structs.replace(
        head,
        version=source.version,
        variables=tuple(sorted(source.variables)),
        description=source.fields.description,
        examples=len(source.examples),
    )


def _version_of(versions: list[Version], asked: str, checked: PromptChecked) -> str:
    if asked:
        return next((each.version for each in versions if each.version.startswith(asked)), asked)
    return checked.parts.version if checked.parts is not None else ""


ENDPOINTS = (
    Endpoint(
        name="list_prompts",
        method="GET",
        path="/api/prompts",
        tells="The prompts of the project.",
        call=list_prompts,
        gives=PromptList,
    ),
    Endpoint(
        name="get_prompt",
        method="GET",
        path="/api/prompts/{name:path}",
        tells="One prompt with its versions.",
        call=get_prompt,
        gives=PromptDetail,
        asked=AskPrompt,
    ),
    Endpoint(
        name="put_prompt",
        method="PUT",
        path="/api/prompts/{name:path}",
        tells="Write a prompt file; refused where it could not be used.",
        call=put_prompt,
        gives=PromptWritten,
        asked=AskPrompt,
        body=PutPrompt,
    ),
    Endpoint(
        name="check_prompt",
        method="POST",
        path="/api/prompt-checks",
        tells="Whether a text could be used.",
        call=check_prompt,
        gives=PromptChecked,
        body=CheckPrompt,
    ),
    Endpoint(
        name="render_prompt",
        method="POST",
        path="/api/prompt-renderings",
        tells="What a model would get.",
        call=render_prompt,
        gives=Rendered,
        body=RenderPrompt,
        limit=_LARGEST,
    ),
    Endpoint(
        name="diff_prompt",
        method="GET",
        path="/api/prompt-diffs/{name:path}",
        tells="Two versions, word by word.",
        call=diff_prompt,
        gives=PromptDiff,
        asked=AskPromptDiff,
    ),
    Endpoint(
        name="list_prompt_calls",
        method="GET",
        path="/api/prompt-calls/{name:path}",
        tells="Calls that asked with it.",
        call=list_prompt_calls,
        gives=PromptAskings,
        asked=AskAskings,
    ),
)
