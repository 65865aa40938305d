"""Prompts: the files below prompts/, their versions, and what came of each. Runs no code of the project."""

from __future__ import annotations

from loomwork.kernel.errors.studio import NoSuchPlace
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.wire.prompts import (
    AskAskings,
    AskPrompt,
    AskPromptDiff,
    CheckPrompt,
    PromptAskings,
    PromptChecked,
    PromptDetail,
    PromptDiff,
    PromptList,
    PromptWritten,
    PutPrompt,
    Rendered,
    RenderPrompt,
)

_LARGEST = 4 << 20
"""Bytes of a body that holds rows or inputs."""


def _soon(*_given: object) -> None:
    raise NoSuchPlace(path="here yet")


ENDPOINTS = (
    Endpoint(
        name="list_prompts",
        method="GET",
        path="/api/prompts",
        tells="The prompts of the project.",
        call=_soon,
        gives=PromptList,
    ),
    Endpoint(
        name="get_prompt",
        method="GET",
        path="/api/prompts/{name:path}",
        tells="One prompt with its versions.",
        call=_soon,
        gives=PromptDetail,
        asked=AskPrompt,
    ),
    Endpoint(
        name="put_prompt",
        method="PUT",
        path="/api/prompts/{name:path}",
        tells="Write a prompt file; refused where it could not be used.",
        call=_soon,
        gives=PromptWritten,
        asked=AskPrompt,
        body=PutPrompt,
    ),
    Endpoint(
        name="check_prompt",
        method="POST",
        path="/api/prompt-checks",
        tells="Whether a text could be used.",
        call=_soon,
        gives=PromptChecked,
        body=CheckPrompt,
    ),
    Endpoint(
        name="render_prompt",
        method="POST",
        path="/api/prompt-renderings",
        tells="What a model would get.",
        call=_soon,
        gives=Rendered,
        body=RenderPrompt,
        limit=_LARGEST,
    ),
    Endpoint(
        name="diff_prompt",
        method="GET",
        path="/api/prompt-diffs/{name:path}",
        tells="Two versions, word by word.",
        call=_soon,
        gives=PromptDiff,
        asked=AskPromptDiff,
    ),
    Endpoint(
        name="list_prompt_calls",
        method="GET",
        path="/api/prompt-calls/{name:path}",
        tells="Calls that asked with it.",
        call=_soon,
        gives=PromptAskings,
        asked=AskAskings,
    ),
)
