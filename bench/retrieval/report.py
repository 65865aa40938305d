"""The figures as tables. Measures nothing."""

from typing import Any

from bench.retrieval.english import ABOVE_DEFAULT, ABOVE_KEYWORDS, DEEP
from bench.retrieval.measures import RESAMPLES, Difference
from bench.retrieval.systems import KEYWORDS, RRF, WEIGHTED

Result = dict[str, Any]


def section(results: Result) -> str:
    """Everything, for bench/README.md."""
    lines = [_head(results)]
    if "cranfield" in results:
        lines += ["", *_graded(results["cranfield"])]
    for name in ("xquad-en", "xquad-zh"):
        if name in results:
            lines += ["", *_known_item(name, results[name])]
    if "mixed" in results:
        lines += ["", *_mixed(results["mixed"])]
    if "probes" in results:
        lines += ["", *_probes(results["probes"])]
    if "demo" in results:
        lines += ["", *_demo(results["demo"])]
    return "\n".join([*lines, "", _differs()])


def _head(results: Result) -> str:
    taken = ", ".join(sorted({part["taken"] for part in results.values() if isinstance(part, dict)}))
    return (
        f"Taken {taken} on {results['machine']}. Settings, the package's own unless a row says otherwise:"
        f" {results['settings']}. A document stands where its first passage stands."
    )


def _row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _table(columns: list[str], rows: list[list[object]]) -> list[str]:
    return [_row(*columns), "|" + "---|" * len(columns), *(_row(*row) for row in rows)]


def _weights(system: Result) -> str:
    weights = system.get("settings", {}).get("weights")
    return "" if weights is None else f"{weights['dense']:g} : {weights['sparse']:g}"


def _above(system: Result, half: str, other: str = ABOVE_KEYWORDS) -> str:
    found = system.get(other)
    return "" if found is None else str(Difference(*found[half]))


def _against_default(result: Result) -> str:
    """How the other fusion at equal weights differs from the default one; empty where there is none."""
    said = [
        f"*{name}* at 1 : 1 against the default, nDCG@10: first half {_above(system, 'first', ABOVE_DEFAULT)}, second"
        f" half {_above(system, 'second', ABOVE_DEFAULT)}, all {_above(system, 'all', ABOVE_DEFAULT)}."
        for name, system in result["systems"].items()
        if name in (RRF, WEIGHTED) and ABOVE_DEFAULT in system
    ]
    return " ".join(said)


def _name(name: str, result: Result) -> str:
    return f"**{name}** (default)" if name == result["default"] else name


def _graded(result: Result) -> list[str]:
    count = result["questions"]
    rows = [
        [
            _name(name, result), _weights(system),
            *(f"{system['ndcg@10'][half]:.3f}" for half in ("first", "second", "all")),
            _above(system, "second"), _above(system, "all"),
            *(f"{system[measure][half]:.3f}" for measure in ("recall@100", "mrr") for half in ("second", "all")),
        ]
        for name, system in result["systems"].items()
    ]  # fmt: skip
    columns = [
        "cranfield", "dense : sparse", "nDCG@10, first half", "second half", "all", "above keywords, second half",
        "above keywords, all", "recall@100, second half", "all", "MRR, second half", "all",
    ]  # fmt: skip
    return [
        f"**Cranfield**, {result['documents']:,} documents in {result['passages']:,} passages, graded judgements,"
        f" linear gains; {count['first']} questions to choose on, {count['second']} to report. Paired bootstrap over"
        f" the questions, {RESAMPLES:,} resamples, 95 %. Weights of rows that say so were chosen on the first half."
        " So were the stems and stop words of the package (decision 041)."
        f" Recall is of a search for {DEEP} passages, as deep on either side.",
        "",
        *_table(columns, rows),
        "",
        _against_default(result),
    ]


def _known_item(name: str, result: Result) -> list[str]:
    rows = [
        [
            _name(system, result), _weights(figures),
            *(f"{figures[measure]['all']:.3f}" for measure in ("ndcg@10", "success@1", "success@3", "mrr")),
            f"{figures['ndcg@10']['second']:.3f}", _above(figures, "second"),
        ]
        for system, figures in result["systems"].items()
    ]  # fmt: skip
    columns = [
        name, "dense : sparse", "nDCG@10", "success@1", "success@3", "MRR", "nDCG@10, second half",
        "above keywords, second half",
    ]  # fmt: skip
    return [
        f"**Known item**, {name}: each of {result['questions']['all']:,} questions has one paragraph of"
        f" {result['documents']} that answers it. The set's own note has nDCG@10 0.960 for BM25. All questions,"
        " but for the last two columns.",
        "",
        *_table(columns, rows),
        "",
        _against_default(result),
    ]


def _mixed(result: Result) -> list[str]:
    shown = [(kind, half) for kind in ("mixed", "plain") for half in ("first", "second")]
    rows: list[list[object]] = [
        [_name(name, result), *(f"{system['ndcg@10'][kind][half]:.3f}" for kind, half in shown)]
        for name, system in result["systems"].items()
    ]
    columns = ["mixed languages", "mixed, first half", "second half", "plain, first half", "second half"]
    return [
        f"**Mixed languages**: XQuAD's English questions, nDCG@10, over its {result['mixed'] * 2} paragraphs, of which"
        f" {result['mixed']} end in one or two Chinese sentences, beside FastAPI's Chinese pages"
        f" ({result['passages']:,} passages, {result['vectors']:,} with a vector). How fusion treats what has no"
        " vector was chosen on the first"
        " half.",
        "",
        *_table(columns, rows),
    ]


def _probes(result: Result) -> list[str]:
    kinds = result["kinds"]
    tools = [name for name in next(iter(kinds.values())) if name not in ("probes", "median_passages")]
    rows = [
        [kind, told["probes"], told["median_passages"], *(f"{told[tool]['found']}" for tool in tools)]
        for kind, told in kinds.items()
    ]
    missed = [f"{query} ({kind})" for kind, told in kinds.items() for query in told["loomwork"]["not_found"]]
    return [
        f"**Chinese, keywords**: what stands in FastAPI's Chinese documentation is found when one of the first"
        f" {result['first']} of {result['passages']:,} passages holds it; *rare* is how many passages hold it, the"
        " median of the probes. The words inside longer ones never stand alone where the segmenter cuts these"
        " documents.",
        "",
        *_table(["written as", "probes", "rare", *(f"found, {tool}" for tool in tools)], rows),
        "",
        f"Not found: {', '.join(missed) or 'none'}.",
    ]


def _demo(result: Result) -> list[str]:
    rows: list[list[object]] = []
    for language, with_vector in result["with_vector"].items():
        for name, system in result["systems"].items():
            if not with_vector and name not in (KEYWORDS, result["default"]):
                continue
            parts = [system["parts"][f"{language} {split}"] for split in ("dev", "test")]
            measured = [
                f"{part[measure]:.3f}"
                for measure in ("recall@5", "found@5", "in five passages", "mrr")
                for part in parts
            ]
            rows.append([language, _name(name, result), _weights(system), *measured])
    first = next(iter(result["systems"].values()))["parts"]
    count = ", ".join(f"{part} {figures['questions']}" for part, figures in first.items() if not part.endswith("all"))
    vectors = ", ".join(f"{count} {language}" for language, count in result["with_vector"].items())
    columns = [
        "demo", "searched by", "dense : sparse", "recall@5, dev", "test", "found@5, dev", "test",
        "in five passages, dev", "test", "MRR, dev", "test",
    ]  # fmt: skip
    return [
        f"**The example's questions** ({count}) over {result['documents']} pages in both languages,"
        f" {result['passages']:,} passages in one index; {result['left_out']} questions that the pages do not answer"
        " are left out. *recall@5*: the share of a question's gold pages among the first five pages; *found@5*: any of"
        " them;"
        " *in five passages*: any of them is the page of one of the first five passages. Questions with a vector:"
        f" {vectors}; without one, hybrid is keywords alone. Weights of rows that say so were chosen on dev.",
        "",
        *_table(columns, rows),
    ]


def _differs() -> str:
    return (
        "What differs: bm25s, rank-bm25 and sentence-transformers rank whole documents (the last looks at their first"
        " 256 tokens), with the settings of their own documentation; SQLite's tokenizers see the passages without their"
        f" headings. *{KEYWORDS}* and *hybrid* rank passages."
    )
