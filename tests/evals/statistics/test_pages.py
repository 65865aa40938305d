"""What the pages about statistics show is what Python prints, in both languages alike."""

import doctest
import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[3] / "docs" / "evals"
NAMES = ["better", "samples"]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(name: str) -> list[str]:
    return BLOCK.findall((PAGES / name).read_text("utf-8"))


@pytest.mark.parametrize("name", [f"{name}{end}" for name in NAMES for end in (".md", ".zh-CN.md")])
def test_the_examples_print_what_the_page_says(name: str) -> None:
    shown = "\n".join(blocks(name))
    examples = doctest.DocTestParser().get_doctest(shown, {}, name, str(PAGES / name), 0)
    assert len(examples.examples) > 10
    told: list[str] = []
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(examples, out=told.append).failed == 0, (
        "".join(told)
    )


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_show_the_same_examples(name: str) -> None:
    def code(page: str) -> list[str]:
        return [re.sub(r"  # .*", "", block) for block in blocks(page)]

    assert code(f"{name}.md") == code(f"{name}.zh-CN.md")
