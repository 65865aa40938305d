"""A step's signature and docstring become a chat or a form."""

import enum
from typing import Any, Literal

import pytest

from loomwork import step
from loomwork.gateway.trying.cards import card_of, check_fields
from loomwork.gateway.trying.values import Words
from loomwork.gateway.trying.wording import FieldTable, InBoth
from loomwork.kernel.errors.trying import NoSuchTryField
from tests.gateway.trying.served import answer, letter


class Size(enum.Enum):
    SMALL = "small"
    LARGE = "large"


def test_one_text_is_a_chat():
    card = card_of("answer", answer)
    assert (card.kind, card.title.en, card.tells.zh, card.fields) == (
        "chat", "Answer", "Answer questions about refunds.", (),
    )  # fmt: skip


def test_several_parameters_are_a_form_with_their_words_and_defaults():
    card = card_of("letter", letter)
    told = [(each.name, each.type, each.label.en, each.tells.zh, each.required, each.default) for each in card.fields]
    assert card.kind == "form"
    assert told == [
        ("topic", "text", "Topic", "What it is about.", True, None),
        ("tone", "text", "Tone", "How it should sound.", False, "kind"),
        ("words", "integer", "Words", "How long it may be.", False, 80),
        ("notes", "lines", "Notes", "One point a line.", False, None),
    ]


def test_title_words_and_fields_are_what_the_settings_say_in_both_languages():
    fields = {"topic": FieldTable(label=InBoth(en="Subject", zh="主题"), about=InBoth(en="plain", zh="plain"))}
    card = card_of(
        "letter",
        letter,
        title=InBoth(en="Letters", zh="信"),
        about=InBoth(en="Write one.", zh="写一封。"),
        fields=fields,
    )
    topic, tone, *_ = card.fields
    assert (card.title, card.tells) == (Words(en="Letters", zh="信"), Words(en="Write one.", zh="写一封。"))
    assert (topic.label, topic.tells) == (Words(en="Subject", zh="主题"), Words(en="plain", zh="plain"))
    assert tone.label == Words(en="Tone", zh="Tone")


def test_words_for_a_field_that_a_step_does_not_take_are_refused():
    made = step(letter)
    check_fields("letter", made, ["topic", "words"])
    with pytest.raises(NoSuchTryField, match=r"'topc'.*did you mean 'topic'.*topic, tone, words, notes"):
        check_fields("letter", made, ["topc"])


def test_types_become_controls():
    def typed(body: str, size: Size, kind: Literal["a", "b"], sure: bool = True, deep: dict[str, Any] | None = None):
        """Do."""

    types = [(each.type, each.choices) for each in card_of("step", typed).fields]
    assert types == [("long", ()), ("choice", ("small", "large")), ("choice", ("a", "b")), ("yes", ()), ("json", ())]


def test_a_conversation_is_a_chat_that_remembers_and_json_is_a_form():
    assert card_of("answer", answer, takes="conversation").remembers
    assert card_of("answer", answer, takes="json").kind == "form"


def test_one_number_is_a_form():
    def counted(count: int) -> int:
        return count

    assert [each.type for each in card_of("step", counted).fields] == ["integer"]
