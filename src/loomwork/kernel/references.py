"""Names of things that live elsewhere: `model("fast")`, `knowledge("handbook")`. Knows only how to ask for the thing.

A reference is a value: it is equal, hashed and stored by its name. Its methods find the live object through the
one resolver that the package root connects; the kernel holds nothing but the Protocols.
"""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal, Protocol

from msgspec import Struct

from loomwork.kernel.errors import NotConnected
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.principals import Principal
from loomwork.kernel.stream import StreamEvent


class Model(Protocol):
    """A live model as references see it."""

    def ask(self, prompt: object, /, **variables: Any) -> Awaitable[Any]:
        """Fill the prompt in, complete it and return the text or the structured answer."""
        ...

    def ask_sync(self, prompt: object, /, **variables: Any) -> Any:
        """Do the same from a thread that runs no event loop."""
        ...

    def complete(self, request: Request) -> Awaitable[Response]:
        """Send the request and return the whole response."""
        ...

    def stream(self, request: Request) -> AsyncIterator[StreamEvent]:
        """Send the request and yield its events; the last one is `Done`."""
        ...

    def embed(self, texts: Sequence[str]) -> Awaitable[Any]:
        """Return one vector a text, as an array of shape (len(texts), dimensions)."""
        ...


class Knowledge(Protocol):
    """A live knowledge base as references see it."""

    def search(self, query: str, **options: Any) -> Awaitable[list[Any]]:
        """Return the best passages, best first."""
        ...

    def ask(self, question: str, **options: Any) -> Awaitable[Any]:
        """Return an answer with citations."""
        ...

    def read(self, doc: str, *, principal: Principal | None = None) -> Awaitable[str]:
        """Return the parsed text of a document."""
        ...


class Resolver(Protocol):
    """What turns names into live objects."""

    def model(self, name: str) -> Model:
        """Return the model of that name."""
        ...

    def knowledge(self, name: str) -> Knowledge:
        """Return the knowledge base of that name."""
        ...


class Connection:
    """Holds the resolver that the package root connects; empty in a kernel of its own."""

    def __init__(self) -> None:
        self._resolver: Resolver | None = None

    def connect(self, resolver: Resolver) -> None:
        """Let references resolve through `resolver` from now on."""
        self._resolver = resolver

    @contextmanager
    def connected(self, resolver: Resolver) -> Generator[None]:
        """Let references resolve through `resolver` inside the block only (tests, notebooks)."""
        before, self._resolver = self._resolver, resolver
        try:
            yield
        finally:
            self._resolver = before

    def resolver(self, kind: str, name: str) -> Resolver:
        """Return the resolver. Raises `NotConnected`, naming what was asked for."""
        if self._resolver is None:
            self._ask_the_root()
        if self._resolver is None:
            raise NotConnected(kind=kind, name=name)
        return self._resolver

    @staticmethod
    def _ask_the_root() -> None:
        """Let the package root connect itself, if there is one: it is loaded no earlier than it is needed."""
        root = sys.modules.get(__name__.partition(".")[0])
        offer: Callable[[], None] | None = getattr(root, "connect_references", None)
        if offer is not None:
            offer()


references = Connection()
"""The one connection of the process."""


class ModelRef(Struct, frozen=True):
    """A model by its name in the settings.

    >>> ModelRef("fast") == ModelRef("fast")
    True
    """

    name: str

    def __fingerprint__(self) -> str:
        """Only the name: what it stands for is observed when it is used."""
        return self.name

    def ask(self, prompt: object, /, **variables: Any) -> Awaitable[Any]:
        """Fill the prompt in, complete it and return the text or the structured answer."""
        return self._live().ask(prompt, **variables)

    def ask_sync(self, prompt: object, /, **variables: Any) -> Any:
        """Do the same from a thread that runs no event loop."""
        return self._live().ask_sync(prompt, **variables)

    def complete(self, request: Request) -> Awaitable[Response]:
        """Send the request and return the whole response."""
        return self._live().complete(request)

    def stream(self, request: Request) -> AsyncIterator[StreamEvent]:
        """Send the request and yield its events; the last one is `Done`."""
        return self._live().stream(request)

    def embed(self, texts: Sequence[str]) -> Awaitable[Any]:
        """Return one vector a text, as an array of shape (len(texts), dimensions)."""
        return self._live().embed(texts)

    def _live(self) -> Model:
        return references.resolver("model", self.name).model(self.name)


class KnowledgeRef(Struct, frozen=True):
    """A knowledge base by its name in the settings."""

    name: str

    def __fingerprint__(self) -> str:
        """Only the name: the snapshot it stands for is observed when it is searched."""
        return self.name

    def search(
        self,
        query: str,
        *,
        k: int | None = None,
        mode: Literal["dense", "sparse", "hybrid"] | None = None,
        filters: Mapping[str, Any] | None = None,
        principal: Principal | None = None,
        explain: bool = False,
        day: str = "",
    ) -> Awaitable[list[Any]]:
        """Return the best passages that the asking person may read, best first.

        Args:
            query: What is asked, in words.
            k: How many; the default is the base's.
            mode: The default is the base's.
            filters: Conditions on documents: `{"language": "zh", "year": {"from": 2020}}`.
            principal: On whose behalf; the default is whoever the run is for.
            explain: Put the reasons for a passage's place into its notes.
            day: The day whose rules are asked for (ISO 8601).
        """
        given: dict[str, Any] = {
            "k": k, "mode": mode, "filters": filters, "principal": principal, "explain": explain, "day": day,
        }  # fmt: skip
        options = {
            name: value for name, value in given.items() if value is not None and value is not False and value != ""
        }
        return self._live().search(query, **options)

    def ask(self, question: str, *, model: str | None = None, **options: Any) -> Awaitable[Any]:
        """Return an answer with citations; without a model, or when it fails, by quoting."""
        return self._live().ask(question, model=model, **options)

    def text(self, doc: str, *, principal: Principal | None = None) -> Awaitable[str]:
        """Return the parsed text of a document, which citations are slices of; empty if it may not be seen.

        Args:
            doc: Its id, as `Passage.doc` and `Citation.doc` have it.
            principal: On whose behalf; the default is whoever the run is for.
        """
        return self._live().read(doc, principal=principal)

    def _live(self) -> Knowledge:
        return references.resolver("knowledge", self.name).knowledge(self.name)
