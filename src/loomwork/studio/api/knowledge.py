"""Knowledge bases: what is in them, what a question finds and why. Loads nothing heavy before the first search."""

from __future__ import annotations

from loomwork.kernel.errors.studio import NoSuchPlace
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.wire.jobs import Job
from loomwork.studio.wire.knowledge import (
    AskBase,
    AskDocument,
    AskDocuments,
    AskOfBase,
    Base,
    BaseAnswer,
    BaseList,
    BuildBase,
    DocumentList,
    DocumentText,
    SearchBase,
    Searched,
)


def _soon(*_given: object) -> None:
    raise NoSuchPlace(path="here yet")


ENDPOINTS = (
    Endpoint(
        name="list_bases",
        method="GET",
        path="/api/knowledge",
        tells="The knowledge bases of the project.",
        call=_soon,
        gives=BaseList,
    ),
    Endpoint(
        name="get_base",
        method="GET",
        path="/api/knowledge/{base}",
        tells="What is in one.",
        call=_soon,
        gives=Base,
        asked=AskOfBase,
    ),
    Endpoint(
        name="list_documents",
        method="GET",
        path="/api/knowledge/{base}/documents",
        tells="Its documents.",
        call=_soon,
        gives=DocumentList,
        asked=AskDocuments,
    ),
    Endpoint(
        name="get_document",
        method="GET",
        path="/api/knowledge/{base}/document",
        tells="A document with its chunks in place.",
        call=_soon,
        gives=DocumentText,
        asked=AskDocument,
    ),
    Endpoint(
        name="search_base",
        method="POST",
        path="/api/knowledge/{base}/search",
        tells="What a question finds, and why.",
        call=_soon,
        gives=Searched,
        asked=AskOfBase,
        body=SearchBase,
    ),
    Endpoint(
        name="ask_base",
        method="POST",
        path="/api/knowledge/{base}/ask",
        tells="An answer from its documents.",
        call=_soon,
        gives=BaseAnswer,
        asked=AskOfBase,
        body=AskBase,
    ),
    Endpoint(
        name="build_base",
        method="POST",
        path="/api/knowledge/{base}/build",
        tells="Bring it up to date with its sources.",
        call=_soon,
        gives=Job,
        asked=AskOfBase,
        body=BuildBase,
    ),
)
