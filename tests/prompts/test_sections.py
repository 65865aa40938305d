import pytest

from loomwork.kernel.errors.prompts import BadSection
from loomwork.prompts.sections import split_sections


def split(text: str):
    return [(part.role, part.text, part.line) for part in split_sections(text, file="p.md")]


def test_text_without_headings_is_what_the_user_says():
    assert split("\nHello\n\nthere\n") == [("user", "Hello\n\nthere", 2)]


def test_sections_keep_their_order_and_lines():
    text = "## system\nBe kind.\n\n## user\nHi\n## assistant\nHello\n## user\n{{ q }}\n"
    assert split(text) == [
        ("system", "Be kind.", 2),
        ("user", "Hi", 5),
        ("assistant", "Hello", 7),
        ("user", "{{ q }}", 9),
    ]


def test_other_headings_are_text():
    text = "## user\n## Rules\n### user\n##user\n## user stories\n"
    assert split(text) == [("user", "## Rules\n### user\n##user\n## user stories", 2)]


def test_a_heading_in_fenced_code_or_behind_a_backslash_is_text():
    assert split("## user\n```\n## system\n```\n\\## system\n") == [("user", "```\n## system\n```\n## system", 2)]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("## sytem\nx", 1, "did you mean ## system"),
        ("## user\nx\n## asistant\ny", 3, "did you mean ## assistant"),
        ("## human\nx", 1, "sections are ## system"),
        ("## tool\nx", 1, "sections are"),
        ("Hello\n## user\nx", 1, "before the first section"),
        ("## user\nx\n## system\ny", 3, "not the first"),
    ],
)
def test_a_wrong_section_names_its_line_and_what_was_meant(text: str, line: int, says: str):
    with pytest.raises(BadSection, match=says) as caught:
        split(text)
    assert caught.value.fields["line"] == line
