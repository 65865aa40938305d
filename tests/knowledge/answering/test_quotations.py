"""What is quoted, what it brings along, and what is left out."""

from loomwork.knowledge.answering import AnswerSettings, Tools, answer
from loomwork.knowledge.values import PageMark, Passage, SectionMark
from loomwork.knowledge.words import Dictionary, Words
from tests.knowledge.answering.making import TOOLS, passage

LEAVE = "# 休假办法\n\n本办法自2030年1月1日起施行。\n\n婚假为十天。\n"
FIGURES = (
    "| Region | Revenue | Target |\n| --- | --- | --- |\n| North | 120000 | 110000 |\n| South | 98000 | 105000 |\n"
)
RESTORE = "## Restore a table\n\nTo restore one table, run:\n\n```bash\npg_restore --table=orders\n```\n\nAsk first."


def a_passage(text: str, doc: str = "a.md", rank: int = 1, **more: object) -> Passage:
    said = {"title": "", "section": (), "page": 0, "start": 0, "end": len(text), **more}
    return Passage(rank=rank, score=1 / rank, doc=doc, path=doc, text=text, **said)  # pyright: ignore[reportArgumentType] # fields by name


async def quotes(question: str, *passages: Passage, tools: Tools = TOOLS) -> list[str]:
    given = await answer(question, passages, tools)
    return [each.quote for each in given.citations]


async def test_a_short_sentence_that_answers_is_quoted_and_not_its_neighbour():
    assert await quotes("婚假几天？", a_passage(LEAVE)) == ["婚假为十天。"]
    assert await quotes("婚假", a_passage(LEAVE)) == ["婚假为十天。"]


async def test_a_row_is_quoted_beneath_its_header_and_without_the_other_rows():
    assert await quotes("What was the revenue in the South region?", a_passage(FIGURES)) == [
        "| Region | Revenue | Target |", "| South | 98000 | 105000 |",
    ]  # fmt: skip


async def test_a_header_alone_answers_nothing():
    given = await answer("Region revenue target?", (a_passage(FIGURES),), TOOLS)
    assert given.citations[0].quote.startswith("| Region")
    assert len(given.citations) > 1


async def test_a_row_with_full_stops_in_it_stays_whole():
    text = "| Step | Do |\n| --- | --- |\n| Restore | Stop the service. Then run it. |\n"
    assert (await quotes("What do I do to restore?", a_passage(text)))[
        1
    ] == "| Restore | Stop the service. Then run it. |"


async def test_a_sentence_that_leads_to_code_or_a_list_brings_it_along():
    (said,) = await quotes("How do I restore one table?", a_passage(RESTORE))
    assert said == "To restore one table, run:\n\n```bash\npg_restore --table=orders\n```"
    listed = "报销需要以下材料：\n\n- 发票\n- 行程单\n\n其他问题请咨询财务。"
    assert await quotes("报销需要什么材料？", a_passage(listed)) == ["报销需要以下材料：\n\n- 发票\n- 行程单"]


async def test_a_long_list_does_not_come_along_whole():
    listed = "The backups are kept here:\n\n" + "".join(f"- place number {n} in the long list\n" for n in range(200))
    (said,) = await quotes("Where are the backups kept?", a_passage(listed))
    assert len(said) < 1_300


async def test_sentences_of_other_documents_that_fit_worse_are_left_out():
    lunch = a_passage("Lunch costs six euros. Bring a card.", "lunch.md", 2)
    beside = a_passage("Parking costs nothing. Lunch is eaten upstairs.", "parking.md", 1)
    assert await quotes("What does lunch cost?", beside, lunch) == ["Lunch costs six euros."]


async def test_a_heading_is_no_answer():
    text = "第三章 加班\n\n加班须事先由部门经理批准。"
    heading = (SectionMark(0, ()), SectionMark(8, ("第三章 加班",)))
    assert await quotes("加班有什么规定？", a_passage(text, section_marks=heading)) == ["加班须事先由部门经理批准。"]


async def test_front_matter_is_never_quoted():
    text = "---\ntitle: Old parking rules\nowner: Parking office\n---\n# Parking\n\nParking costs 3 euros a day.\n"
    assert await quotes("What does parking cost?", a_passage(text)) == ["Parking costs 3 euros a day."]


async def test_what_a_company_calls_the_same_counts_as_said():
    text = "Passwords must have at least 14 characters."
    assert await quotes("密码至少几个字符？", passage(text)) == []
    words = Words(Dictionary(synonyms=(("密码", "口令", "password"), ("hotel ceiling", "room limit"))))
    assert await quotes("密码至少几个字符？", passage(text), tools=Tools(words)) == [text]
    room = "The room limit is 110 euros. Rooms are booked online."
    assert await quotes("What is the hotel ceiling?", passage(room), tools=Tools(words)) == [
        "The room limit is 110 euros."
    ]


async def test_a_quotation_says_its_own_page_and_the_nearest_heading():
    text = "Passwords have 14 characters. Report a lost laptop to the desk."
    deck = a_passage(
        text, page=1, page_marks=(PageMark(0, 1, "Q1"), PageMark(30, 2, "Prices")), section=("Security",),
        section_marks=(SectionMark(0, ("Security", "Passwords")), SectionMark(30, ("Security", "Lost laptops"))),
    )  # fmt: skip
    (said,) = (await answer("Where do I report a lost laptop?", (deck,), TOOLS)).citations
    assert (said.page, said.page_name, said.section) == (2, "Prices", ("Security", "Lost laptops"))


async def test_an_answer_reads_as_text_with_its_sources():
    prices = a_passage(FIGURES, "figures.xlsx", page=1, page_marks=(PageMark(0, 1, "Q1"),))
    assert str(await answer("What was the revenue in the South region?", (prices,), TOOLS)) == (
        "| Region | Revenue | Target | [1]\n| South | 98000 | 105000 | [2]\n\n"
        "[1] figures.xlsx, sheet Q1\n[2] figures.xlsx, sheet Q1\n"
        "No model wrote this: it quotes the sentences that fit best, word for word."
    )
    leave = a_passage(LEAVE, "leave.pdf", page=3, section=("休假办法",))
    assert "[1] leave.pdf > 休假办法，第 3 页" in str(await answer("婚假几天？", (leave,), TOOLS))


async def test_the_threshold_can_still_be_set_to_nothing():
    given = await answer("lunch", (a_passage(LEAVE),), TOOLS, settings=AnswerSettings(threshold=0.0))
    assert given.mode == "none"


async def test_a_weak_fit_is_said_and_a_good_one_is_not():
    hours = "公司实行弹性工作制，上班时间为九点至十点之间。"
    weak = await answer("公司有班车吗？", (a_passage(hours),), TOOLS)
    assert weak.evidence.weak
    assert any(note.startswith("吻合度较低") for note in weak.notes)
    good = await answer("上班时间是几点？", (a_passage(hours),), TOOLS)
    assert not good.evidence.weak
    assert not any("吻合度" in note for note in good.notes)


FACTS = "```xml\n<capital>Ottawa is the capital of Canada</capital>\n```\n"
ESSAY = "Some think this is a flaw of the capital, and that changed rules would make it stop being true."


async def test_what_one_document_says_does_not_speak_for_the_sentences_of_another():
    asked = "What is the capital of Canada, and which provinces border it?"
    both = (a_passage(FACTS, "facts.xml"), a_passage(ESSAY, "essay.md", rank=2))
    given = await answer(asked, both, TOOLS, settings=AnswerSettings(threshold=0.3))
    assert (given.mode, given.citations) == ("none", ())


async def test_the_evidence_and_the_note_of_a_weak_fit_are_of_the_passage_that_is_quoted():
    both = (a_passage(FACTS, "facts.xml"), a_passage(ESSAY, "essay.md", rank=2))
    given = await answer("What is the capital of Canada?", both, TOOLS, settings=AnswerSettings(threshold=0.45))
    assert given.citations[0].doc == "essay.md"
    assert (given.evidence.support, given.evidence.weak) == (0.5, True)
    assert any("The fit is weak" in note for note in given.notes)
