"""A reference is its name until it is used."""

from typing import Any

import pytest

from loomwork.kernel.canonical import digest, encoding
from loomwork.kernel.codecs import decode, encode
from loomwork.kernel.errors import NotConnected
from loomwork.kernel.messages import Message, Request
from loomwork.kernel.references import KnowledgeRef, ModelRef, references


class Echo:
    """Answers every method with its name and what it was given."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, method: str) -> Any:
        return lambda *given, **named: (self.name, method, given, named)


class Known:
    def model(self, name: str) -> Any:
        return Echo(f"model {name}")

    def knowledge(self, name: str) -> Any:
        return Echo(f"knowledge {name}")


@pytest.fixture(autouse=True)
def unconnected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever other tests have imported: here references begin without a resolver."""
    monkeypatch.setattr(references, "_resolver", None)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel without the package root, whichever tests have loaded that before."""
    monkeypatch.setattr("loomwork.connect_references", lambda: None)
    monkeypatch.setattr(references, "_resolver", None)


REQUEST = Request(messages=(Message.user("hi"),))


def test_a_reference_passes_what_it_is_asked_to_the_live_object() -> None:
    fast: Any = ModelRef("fast")
    with references.connected(Known()):
        assert fast.ask("Say {{ x }}", x=1) == ("model fast", "ask", ("Say {{ x }}",), {"x": 1})
        assert fast.ask_sync("Say", self="me") == ("model fast", "ask_sync", ("Say",), {"self": "me"})
        assert fast.complete(REQUEST) == ("model fast", "complete", (REQUEST,), {})
        assert fast.stream(REQUEST) == ("model fast", "stream", (REQUEST,), {})
        assert fast.embed(["a"]) == ("model fast", "embed", (["a"],), {})
        assert KnowledgeRef("book").search("q", k=3) == ("knowledge book", "search", ("q",), {"k": 3})  # type: ignore[comparison-overlap]


@pytest.mark.parametrize("use", [lambda: ModelRef("fast").complete(REQUEST), lambda: KnowledgeRef("book").search("q")])
def test_a_reference_without_a_workspace_says_so(use: Any) -> None:
    with pytest.raises(NotConnected, match=r"loomwork\.toml"):
        use()


def test_the_connection_of_a_block_ends_with_it_even_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), references.connected(Known()):
        raise ZeroDivisionError
    with pytest.raises(NotConnected):
        ModelRef("fast").embed([])


def test_references_are_equal_hashed_and_stored_by_their_name() -> None:
    assert ModelRef("fast") == ModelRef("fast") != ModelRef("smart")
    assert len({ModelRef("fast"), ModelRef("fast"), ModelRef("smart")}) == 2
    assert digest(ModelRef("fast")) != digest(KnowledgeRef("fast"))
    assert decode(encode(ModelRef("fast"))) == ModelRef("fast")
    with references.connected(Known()):
        assert b"fast" in encoding(ModelRef("fast"))
        assert digest(ModelRef("fast")) == digest(ModelRef("fast"))
