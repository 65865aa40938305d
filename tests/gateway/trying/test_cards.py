"""A step's signature and docstring become a chat or a form."""

import enum
from typing import Any, Literal

from loomwork.gateway.trying.cards import card_of
from tests.gateway.trying.served import answer, letter


class Size(enum.Enum):
    SMALL = "small"
    LARGE = "large"


def test_one_text_is_a_chat():
    card = card_of("answer", answer)
    assert (card.kind, card.title, card.tells, card.fields) == ("chat", "Answer", "Answer questions about refunds.", ())


def test_several_parameters_are_a_form_with_their_words_and_defaults():
    card = card_of("letter", letter)
    told = [(each.name, each.type, each.label, each.tells, each.required, each.default) for each in card.fields]
    assert card.kind == "form"
    assert told == [
        ("topic", "text", "Topic", "What it is about.", True, None),
        ("tone", "text", "Tone", "How it should sound.", False, "kind"),
        ("words", "integer", "Words", "How long it may be.", False, 80),
        ("notes", "lines", "Notes", "One point a line.", False, None),
    ]


def test_types_become_controls():
    def step(body: str, size: Size, kind: Literal["a", "b"], sure: bool = True, deep: dict[str, Any] | None = None):
        """Do."""

    types = [(each.type, each.choices) for each in card_of("step", step).fields]
    assert types == [("long", ()), ("choice", ("small", "large")), ("choice", ("a", "b")), ("yes", ()), ("json", ())]


def test_a_conversation_is_a_chat_that_remembers_and_json_is_a_form():
    assert card_of("answer", answer, takes="conversation").remembers
    assert card_of("answer", answer, takes="json").kind == "form"


def test_one_number_is_a_form():
    def step(count: int) -> int:
        return count

    assert [each.type for each in card_of("step", step).fields] == ["integer"]
