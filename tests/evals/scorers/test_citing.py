from loomwork.evals.scorers.citing import citation_valid, context_recall, supported
from loomwork.evals.scoring import PassageSeen

BACKUP = PassageSeen(
    doc="backup.md", text="Backups are made every night at 02:00. They are kept for 30 days.", start=100, end=165
)
ZH = PassageSeen(doc="假期.md", text="员工每年有二十天年假。年假可以结转到下一年三月。")


def cite(quote: str, doc: str = "backup.md", **more: object) -> dict[str, object]:
    return {"citations": [{"quote": quote, "doc": doc, **more}]}


def test_a_quote_has_to_stand_in_a_passage_of_its_own_document():
    assert citation_valid(cite("kept for 30 days"), [BACKUP]).value == 1
    assert citation_valid(cite("kept  for\n30 days"), [BACKUP]).value == 1
    assert citation_valid(cite("kept for 90 days"), [BACKUP]).value == 0
    assert citation_valid(cite("kept for 30 days", "other.md"), [BACKUP]).value == 0
    assert citation_valid(cite(""), [BACKUP]).value == 0


def test_where_it_says_at_which_place_it_has_to_stand_there():
    assert citation_valid(cite("They are kept", start=139), [BACKUP]).value == 1
    assert citation_valid(cite("They are kept", start=100), [BACKUP]).value == 0


def test_an_answer_brings_its_own_passages_along():
    output = cite("二十天年假", "假期.md") | {"passages": [{"doc": "假期.md", "text": ZH.text}]}
    assert citation_valid(output, []).value == 1


def test_an_answer_without_citations_gets_no_score_or_the_worst():
    assert citation_valid({"citations": []}, [BACKUP]).value is None
    assert citation_valid("plain text", [BACKUP], absent="worst").value == 0
    assert citation_valid(None, []).value is None


def test_statements_are_held_against_the_passages_by_their_words_and_numbers():
    assert supported("Backups are made every night at 02:00.", [BACKUP]).value == 1
    half = supported("Backups are made every night at 02:00. The cafeteria serves vegetarian soup.", [BACKUP])
    assert (half.value, half.parts) == (0.5, {"claims": 2.0})
    assert "cafeteria" in half.reason
    assert supported("Backups are kept for 90 days.", [BACKUP]).value == 0
    assert supported("员工每年有二十天年假。", [ZH]).value == 1
    assert supported("Yes.", [BACKUP]).value is None
    assert supported("", [BACKUP]).value is None
    assert supported("word " * 50_000, [BACKUP]).label == "too long"


def test_a_statement_may_rest_on_neighbouring_sentences_but_not_on_two_passages():
    two = [
        PassageSeen(doc="a", text="The office is in Lyon. It opens at nine."),
        PassageSeen(doc="b", text="Lunch is at noon."),
    ]
    assert supported("The Lyon office opens at nine.", two).value == 1
    assert supported("Lyon office lunch noon canteen menu.", two).value == 0


def test_what_is_in_another_language_than_all_passages_is_not_judged():
    assert supported("备份每晚进行，保留三十天。", [BACKUP]).label == "language"
    assert supported("备份每晚进行，保留三十天。", [BACKUP, ZH]).value == 0


def test_context_recall_asks_the_same_of_the_expected_answer():
    expected = "Backups are kept for 30 days. They are stored in Frankfurt on tape."
    assert context_recall(expected, [BACKUP]).value == 0.5
    assert context_recall(expected, []).value == 0
    assert context_recall(None, [BACKUP]).value is None
