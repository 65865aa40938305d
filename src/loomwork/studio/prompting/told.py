"""Prompts as the API tells them. Knows the wire, no file and no store."""

from __future__ import annotations

from loomwork.prompts.history import Asking, Version
from loomwork.prompts.source import Source
from loomwork.studio.wire.prompts import (
    PromptAsking,
    PromptCommit,
    PromptParts,
    PromptSection,
    PromptUse,
    PromptVersion,
)


def parts(source: Source) -> PromptParts:
    """Return a prompt, taken apart."""
    return PromptParts(
        version=source.version,
        description=source.fields.description,
        variables=tuple(sorted(source.variables)),
        needed=tuple(sorted(source.needed)),
        defaults=source.fields.defaults,
        params=source.fields.params,
        schema=source.fields.schema,
        examples=tuple({**each.variables, "output": each.output} for each in source.examples),
        sections=tuple(
            PromptSection(role=each.section.role, text=each.section.text, line=each.section.line)
            for each in source.blocks
        ),
    )


def version_told(each: Version) -> PromptVersion:
    """Return a version with its commits and uses."""
    return PromptVersion(
        version=each.version,
        is_current=each.is_current,
        commits=tuple(
            PromptCommit(revision=one.revision, at_ms=one.time_ns / 1e6, author=one.author, subject=one.subject)
            for one in each.commits
        ),
        uses=tuple(
            PromptUse(
                run=use.run,
                target=use.target,
                started_ms=use.started_ns / 1e6,
                status=use.status,
                calls=use.calls,
                reused=use.reused,
                failed=use.failed,
                ok_items=use.ok_items,
                failed_items=use.failed_items,
                cost=use.cost,
            )
            for use in each.uses
        ),
    )


def asking_told(each: Asking) -> PromptAsking:
    """Return a call that asked."""
    span = each.reused
    return PromptAsking(
        run=each.run.id,
        item=span.item,
        trial=span.trial,
        trace=span.trace,
        span=span.span,
        name=span.name,
        version=each.version,
        cached=span.cached,
        state="failed" if span.status == "error" else "ok",
        started_ms=span.start_ns / 1e6,
        ms=(span.end_ns - span.start_ns) / 1e6,
        preview=span.preview_out or span.error or "",
    )
