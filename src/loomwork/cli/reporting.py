"""Write the page of a knowledge base: what its index holds, and how well it answers. Draws nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from loomwork.cli.figures import size
from loomwork.cli.session import Session

if TYPE_CHECKING:
    from loomwork.knowledge.base import KnowledgeBase
    from loomwork.knowledge.report import Evaluation


def write_report(session: Session, project: Path, name: str, evaluations: Sequence[Evaluation], path: Path) -> Path:
    """Write the page of a project's knowledge base and return where it is."""
    with session.open_at(project, writing="nothing") as workspace:
        text = report_page(session, workspace.knowledge.base(name), evaluations)
    path.write_text(text, encoding="utf-8")
    return path


def report_page(session: Session, base: KnowledgeBase, evaluations: Sequence[Evaluation] = ()) -> str:
    """Return the page of an open knowledge base. Raises `IndexMissing`."""
    from loomwork.knowledge.report import Report, contents_of, page

    status = base.status()
    splitter, search = base.settings.splitter, base.settings.search
    weights = ", ".join(f"{name} = {search.weights.get(name, 1.0)}" for name in ("sparse", "dense"))
    facts = {
        "embedder": status.embedder,
        "splitter": f"max_tokens = {splitter.max_tokens}, overlap = {splitter.overlap}, by = {splitter.by}",
        "search": f"{search.mode}, {search.fusion}, {weights}",
        "size": size(status.bytes),
        "built": status.built,
    }
    failed = [(each.doc, problem) for each in status.failures if each.failed for problem in each.problems]
    view = base.full_view()
    contents = contents_of(base.name, view, problems=failed, facts=facts, readers=base.readers().values())
    return page(
        Report(contents=contents, evaluations=tuple(evaluations), made=status.built), language=session.words.language
    )
