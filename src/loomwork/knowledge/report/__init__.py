"""Pictures and one page of what an index holds and how well it answers. Knows no command, model or parser."""

from loomwork.knowledge.report.contents import contents_of
from loomwork.knowledge.report.labels import Labels
from loomwork.knowledge.report.page import page
from loomwork.knowledge.report.pictures import Picture, pictures_of
from loomwork.knowledge.report.scoring import changes, evaluate, worst
from loomwork.knowledge.report.values import (
    Change,
    Contents,
    Evaluation,
    Interval,
    Language,
    Length,
    Reading,
    Report,
    Score,
    Seen,
    Tried,
    Trouble,
)

__all__ = [
    "Change",
    "Contents",
    "Evaluation",
    "Interval",
    "Labels",
    "Language",
    "Length",
    "Picture",
    "Reading",
    "Report",
    "Score",
    "Seen",
    "Tried",
    "Trouble",
    "changes",
    "contents_of",
    "evaluate",
    "page",
    "pictures_of",
    "worst",
]
