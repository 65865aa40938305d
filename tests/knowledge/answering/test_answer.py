"""A whole answer. The model is a scripted double: these tests hold what is done with its words, not its wit."""

import pytest
from msgspec import structs

from loomwork.kernel.errors.models import ConnectionFailed, UnknownModel
from loomwork.kernel.messages import Request, Response
from loomwork.knowledge.answering import AnswerSettings, Tools, answer
from loomwork.testing.embedder import StubEmbedder
from tests.knowledge.answering.making import GUIDE, TOOLS, WORDS, passage
from tests.prompts.doubles import response, scripted

QUESTION = "How long are backups kept?"
PASSAGES = (passage(GUIDE, 0, 89), passage(GUIDE, 89, rank=2))


def cut(citation) -> str:
    return GUIDE[citation.start : citation.end]


async def test_without_a_model_the_best_sentences_are_quoted_and_it_says_so():
    given = await answer(QUESTION, PASSAGES, TOOLS)
    assert given.mode == "quoted"
    assert given.citations[0].quote == "Backups are kept for 30 days." == cut(given.citations[0])
    assert given.answer.startswith("Backups are kept for 30 days. [1]")
    assert "No model wrote this" in given.notes[0]
    assert given.degraded == ""


async def test_a_chinese_question_is_answered_and_told_about_in_chinese():
    given = await answer("备份保留几天？", PASSAGES, TOOLS)
    assert given.mode == "quoted"
    assert given.citations[0].quote == "备份保留三十天！"
    assert given.language == "zh"
    assert given.notes[0].startswith("这不是模型写的")


async def test_of_two_sentences_that_say_as_much_the_one_in_the_question_s_language_comes_first():
    text = "We use uvloop for the loop here.\n\n这里我们采用 uvloop 事件循环。\n\nThey use uvloop in a loop there."
    asked = AnswerSettings(threshold=0.0)
    in_chinese = await answer("uvloop 是什么？", (passage(text),), TOOLS, settings=asked)
    in_english = await answer("what is uvloop?", (passage(text, 34),), TOOLS, settings=asked)
    assert in_chinese.citations[0].quote.startswith("这里")
    assert in_english.citations[0].quote.startswith("They")


async def test_what_the_passages_do_not_speak_of_is_refused_with_the_nearest_pages():
    given = await answer("Which printers does the office in Lyon own?", PASSAGES, TOOLS)
    assert (given.mode, given.citations, given.answer) == ("none", (), "The documents do not answer this.")
    assert given.notes[-1] == "Nearest in the documents: Backup (guide/backup.md)"


async def test_the_threshold_can_be_set():
    given = await answer(QUESTION, PASSAGES, TOOLS, settings=AnswerSettings(threshold=1.0))
    assert given.mode == "none"
    assert not given.evidence.enough


async def test_nothing_found_is_nothing_answered_and_no_model_is_asked():
    model, models = scripted("made up")
    given = await answer(QUESTION, (), TOOLS, model=model)
    assert given.mode == "none"
    assert models.requests == []


async def test_each_generated_sentence_is_tied_to_the_place_that_says_so():
    model, models = scripted("Backups are kept for 30 days [1]. First stop the service [2].")
    given = await answer(QUESTION, PASSAGES, TOOLS, model=model)
    assert given.mode == "generated"
    assert given.answer == "Backups are kept for 30 days. [1] First stop the service. [2]"
    assert [(each.sentence, cut(each)) for each in given.citations] == [
        ("Backups are kept for 30 days.", "Backups are kept for 30 days."),
        ("First stop the service.", "Stop the service first."),
    ]
    assert "[1] Backup" in models.said()
    assert QUESTION in models.said()
    assert given.notes == ()


@pytest.mark.parametrize("model", [None, scripted("Backups are kept for 30 days [1].")[0]])
async def test_an_answer_from_a_superseded_document_says_so(model):
    old = structs.replace(PASSAGES[0], notes=("superseded by guide/new.md",))
    given = await answer(QUESTION, (old,), TOOLS, model=model)
    assert given.notes[-1] == "guide/backup.md: superseded by guide/new.md"


async def test_a_wrong_mark_is_put_right():
    model, _ = scripted("Backups are kept for 30 days [2][7].")
    given = await answer(QUESTION, PASSAGES, TOOLS, model=model)
    assert cut(given.citations[0]) == "Backups are kept for 30 days."


async def test_a_sentence_that_no_passage_supports_is_marked_or_dropped():
    text = "Backups are kept for 30 days [1]. The office cat guards the tapes [1]."
    marked = await answer(QUESTION, PASSAGES, TOOLS, model=scripted(text)[0])
    assert marked.unsupported == ("The office cat guards the tapes.",)
    assert marked.answer.endswith("The office cat guards the tapes. [not found in the documents]")
    dropped = await answer(
        QUESTION, PASSAGES, TOOLS, model=scripted(text)[0], settings=AnswerSettings(unsupported="drop")
    )
    assert dropped.answer == "Backups are kept for 30 days. [1]"
    assert dropped.notes == ("Sentences of the answer that were not found in the documents and were left out: 1",)


async def test_another_number_than_the_passage_says_is_not_supported():
    given = await answer(QUESTION, PASSAGES, TOOLS, model=scripted("Backups are kept for 90 days [1].")[0])
    assert given.mode == "none"
    assert given.unsupported == ("Backups are kept for 90 days.",)
    assert "could not be tied" in given.notes[0]


async def test_a_model_may_say_that_the_documents_do_not_answer():
    given = await answer(QUESTION, PASSAGES, TOOLS, model=scripted("NOT_IN_DOCUMENTS")[0])
    assert (given.mode, given.citations) == ("none", ())


async def test_a_chinese_answer_over_english_passages_rests_on_the_model_s_word_and_says_so():
    given = await answer("备份保留几天？", (passage(GUIDE, 0, 89),), TOOLS, model=scripted("备份会保留三十天 [1]。")[0])
    assert given.mode == "generated"
    assert given.citations[0].support == 0.0
    assert cut(given.citations[0]) == GUIDE[0:89]
    assert "未经核对" in given.notes[-1]


def failing(error: Exception):
    def fail(_request: Request, _draw: int | None) -> Response:
        raise error

    return scripted(fail)[0]


async def test_when_every_model_fails_the_answer_is_quoted_and_says_why():
    error = ConnectionFailed(provider="double", model="m", url="http://127.0.0.1:1", detail="refused")
    given = await answer(QUESTION, PASSAGES, TOOLS, model=failing(error))
    assert given.mode == "quoted"
    assert "refused" in given.degraded
    assert given.notes[0].startswith("No model answered (cannot reach double")


async def test_a_refusal_of_the_model_is_a_failure_too():
    model, _ = scripted(response("", "content_filter"))
    given = await answer(QUESTION, PASSAGES, TOOLS, model=model)
    assert given.mode == "quoted"
    assert given.degraded


async def test_a_model_that_is_not_there_is_the_person_s_to_put_right():
    with pytest.raises(UnknownModel):
        await answer(QUESTION, PASSAGES, TOOLS, model=failing(UnknownModel(name="fast", known=["main"])))


async def test_extract_then_answer_shows_the_model_only_what_really_stands_there():
    copied = (
        '{"value": [{"passage": 2, "sentence": "Backups  are kept\\nfor 30 days."}, '
        '{"passage": 1, "sentence": "Backups are kept for ever and a day."}]}'
    )
    model, models = scripted(copied, "They are kept for 30 days [1].")
    given = await answer(QUESTION, PASSAGES, TOOLS, model=model, settings=AnswerSettings(how="extract"))
    assert "for ever" not in models.said()
    assert "[1] Backup\nBackups are kept for 30 days." in models.said()
    assert "02:00" not in models.said()
    assert cut(given.citations[0]) == "Backups are kept for 30 days."


async def test_if_nothing_can_be_copied_nothing_is_answered():
    model, models = scripted('{"value": []}', "made up")
    given = await answer(QUESTION, PASSAGES, TOOLS, model=model, settings=AnswerSettings(how="extract"))
    assert given.mode == "none"
    assert len(models.requests) == 1


async def test_a_model_that_checks_chooses_the_passages_and_can_take_support_away():
    model, models = scripted(
        '{"value": [1]}', "Backups are kept for 30 days [1].", '{"unsupported": [1, 9], "reason": "not said"}'
    )
    settings = AnswerSettings(check="model", order="rank")
    given = await answer(QUESTION, PASSAGES, TOOLS, model=model, settings=settings)
    assert "Stop the service" not in models.said(1)
    assert given.mode == "none"
    assert "not said" in given.notes[0]


async def test_an_embedder_that_does_not_cover_the_language_is_not_asked_and_it_is_said():
    embedder = StubEmbedder(languages=frozenset({"en"}))
    given = await answer("备份保留几天？", PASSAGES, Tools(WORDS, embedder=embedder))
    assert embedder.calls == 0
    assert given.evidence.meaning is None
    assert given.notes[-1].startswith("嵌入模型不支持这种语言")


async def test_meaning_counts_where_the_embedder_covers_the_language():
    embedder = StubEmbedder()
    given = await answer(QUESTION, PASSAGES, Tools(WORDS, embedder=embedder))
    assert embedder.calls == 1
    assert given.evidence.meaning is not None
    assert given.citations[0].quote == "Backups are kept for 30 days."


@pytest.mark.parametrize("compress", ["none", "sentences"])
async def test_a_small_budget_leaves_the_weakest_out(compress):
    model, models = scripted("NOT_IN_DOCUMENTS")
    settings = AnswerSettings(budget=40, compress=compress)
    await answer(QUESTION, PASSAGES, TOOLS, model=model, settings=settings)
    assert "Backups are kept for 30 days." in models.said()
    assert "operator on duty" not in models.said()
