"""Passages out of small documents, and hypothesis strategies for them."""

from hypothesis import strategies as st

from loomwork.knowledge.answering import Tools
from loomwork.knowledge.values import Passage
from loomwork.knowledge.words import Words

WORDS = Words()
TOOLS = Tools(WORDS)
GUIDE = """\
# Backup

The database is backed up every night at 02:00. Backups are kept for 30 days.

## Restore

* Stop the service first. Then run `restore --last`.
* Ask the operator on duty.

```bash
# This comment is no sentence. Never quote it.
restore --last
```

| Plan | Days |
|------|------|
| free | 7    |

数据库每天凌晨两点备份。备份保留三十天！
"""


def passage(text: str = GUIDE, start: int = 0, end: int | None = None, *, rank: int = 1, doc: str = "guide/backup.md"):
    """Return the slice of a document as a passage."""
    end = len(text) if end is None else end
    return Passage(
        rank=rank, score=1.0 / rank, doc=doc, path=doc, title="Backup", section=("Backup",), page=0, start=start,
        end=end, text=text[start:end],
    )  # fmt: skip


PIECES = st.sampled_from(
    [
        "One is here. ",
        "Two? Yes! ",
        "三是中文。",
        "四在\n下一行！",
        "\n\n",
        "\n* item five. And six.\n",
        "\n1. seven\n",
        "\n```\ncode. no sentence.\n```\n",
        "\n| a | b |\n|---|---|\n| 1. | 2 |\n",
        "# Heading. Eight\n",
        "e.g. v3.11, ",
        '<b title="x. y">bold</b> ',
        "  ",
        "\t",
        "…",
        "𠮷野家。",
        "\r\n",
        "- ",
        "{* hidden *}\n",
        "> quoted. twice.\n",
    ]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=14).map("".join)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, str]:
    """Return some documents by their id."""
    return {f"d{number}.md": draw(TEXTS) for number in range(draw(st.integers(1, 3)))}


@st.composite
def shelves(draw: st.DrawFn) -> tuple[dict[str, str], list[Passage]]:
    """Return documents, and passages that are slices of them."""
    texts = draw(documents())
    passages: list[Passage] = []
    for rank in range(1, draw(st.integers(1, 5)) + 1):
        doc = draw(st.sampled_from(sorted(texts)))
        cuts = sorted([draw(st.integers(0, len(texts[doc]))), draw(st.integers(0, len(texts[doc])))])
        passages.append(passage(texts[doc], cuts[0], cuts[1], rank=rank, doc=doc))
    return texts, passages
