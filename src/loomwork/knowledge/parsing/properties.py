"""Read the core properties of an Office document: title, author, times. Knows nothing of its content."""

from loomwork.kernel.errors.knowledge import DocumentProblem
from loomwork.knowledge.parsing.draft import Draft
from loomwork.knowledge.parsing.xml import Package, local

_PLACEHOLDERS = ("powerpoint presentation", "powerpoint 演示文稿", "presentation", "word document")
_KEPT = {"creator": "author", "keywords": "keywords", "subject": "subject", "category": "category"}


def read_core_properties(package: Package, draft: Draft) -> None:
    """Put the core properties into the draft; a document without readable ones is whole all the same."""
    part = next((name for name in package.names if name.endswith("/core.xml") or "core-properties/" in name), "")
    if not part:
        return
    try:
        root = package.xml(part)
    except (DocumentProblem, ValueError, SyntaxError):
        return
    for element in root:
        name, value = local(element), (element.text or "").strip()
        if name == "title" and value.lower() not in _PLACEHOLDERS:
            draft.title = value
        elif name in ("created", "modified") and len(value) >= 10:
            setattr(draft, name, value)
        elif name in _KEPT and value:
            draft.metadata[_KEPT[name]] = value
