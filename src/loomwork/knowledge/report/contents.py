"""What an index holds, counted for a report. Knows no settings and draws nothing.

It counts every document, whoever may read it: it is for whoever builds an index, not for those who ask.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from loomwork.knowledge.index import Readers, View
from loomwork.knowledge.report.values import Contents, Language, Length, Reading, Trouble
from loomwork.knowledge.values import Problem

_EXAMPLES = 5
"""Documents with a problem that are named; the others are counted."""


def contents_of(
    index: str,
    view: View,
    *,
    problems: Iterable[tuple[str, Problem]] = (),
    facts: Mapping[str, str] | None = None,
    readers: Iterable[Readers] = (),
) -> Contents:
    """Count what a view shows.

    Args:
        index: What the knowledge base is called.
        view: Of everything, or of what one person sees.
        problems: Of documents that are not in the index, each with the document's name; those of documents that are
            in it are counted by themselves.
        facts: Further lines for people.
        readers: Who may read each document.
    """
    documents = sorted(view.document_rows(), key=lambda row: row.doc)
    own = [(row.doc, problem) for row in documents for problem in row.problems]
    lengths: list[Length] = []
    chunks: Counter[str] = Counter()
    with_vectors: Counter[str] = Counter()
    embedded = set(view.rows_with_vectors().tolist())
    of_documents: Counter[str] = Counter()
    for document in documents:
        of_documents[document.language] += 1
        for each in view.fetch(view.rows_of(document.doc)):
            lengths.append(Length(language=document.language, tokens=each.chunk.tokens))
            chunks[document.language] += 1
            with_vectors[document.language] += each.row in embedded
    languages = [
        Language(language=name, documents=count, chunks=chunks[name], with_vectors=with_vectors[name])
        for name, count in of_documents.most_common()
    ]
    return Contents(
        index=index,
        snapshot=view.name,
        documents=len(documents),
        chunks=len(lengths),
        lengths=tuple(lengths),
        languages=tuple(languages),
        troubles=_troubles([*own, *problems]),
        facts=dict(facts or {}),
        readings=_readings(readers),
    )


def _readings(readers: Iterable[Readers]) -> tuple[Reading, ...]:
    counts = Counter(readers)
    if set(counts) <= {None}:
        return ()
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0] or ()))
    return tuple([Reading(readers=said, documents=count) for said, count in ordered])


def _troubles(problems: Iterable[tuple[str, Problem]]) -> tuple[Trouble, ...]:
    of_code: dict[str, dict[str, None]] = {}
    for doc, problem in problems:
        of_code.setdefault(problem.code, {})[doc] = None
    ordered = sorted(of_code.items(), key=lambda each: (-len(each[1]), each[0]))
    return tuple([Trouble(code=code, documents=len(docs), examples=tuple(docs)[:_EXAMPLES]) for code, docs in ordered])


__all__ = ["contents_of"]
