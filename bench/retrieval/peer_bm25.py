"""Rank whole documents with bm25s and rank-bm25, in their own environment, as their READMEs do.

Arguments: the file with documents and questions, the file for the rankings.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import bm25s
import numpy as np
import Stemmer
from rank_bm25 import BM25Okapi


def by_bm25s(given: dict) -> dict[str, list[str]]:
    """English stop words and stems, Lucene's idf, k1 = 1.5, b = 0.75: its defaults and its README's example."""
    names = [document["id"] for document in given["documents"]]
    stemmer = Stemmer.Stemmer("english")
    tokens = bm25s.tokenize(
        [document["text"] for document in given["documents"]], stopwords="en", stemmer=stemmer, show_progress=False
    )
    index = bm25s.BM25()
    index.index(tokens, show_progress=False)
    queries = [query["text"] for query in given["queries"]]
    asked = bm25s.tokenize(queries, stopwords="en", stemmer=stemmer, show_progress=False)
    found, scores = index.retrieve(asked, k=min(given["k"], len(names)), show_progress=False)
    return {
        query["id"]: [names[at] for at, score in zip(row, points, strict=True) if score > 0]
        for query, row, points in zip(given["queries"], found.tolist(), scores.tolist(), strict=True)
    }


def by_rank_bm25(given: dict) -> dict[str, list[str]]:
    """Lower case, cut at white space; k1 = 1.5, b = 0.75: its defaults."""
    names = [document["id"] for document in given["documents"]]
    index = BM25Okapi([document["text"].lower().split() for document in given["documents"]])
    made = {}
    for query in given["queries"]:
        scores = index.get_scores(query["text"].lower().split())
        made[query["id"]] = [names[at] for at in np.argsort(-scores, kind="stable")[: given["k"]] if scores[at] > 0]
    return made


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    made = {
        f"bm25s {version('bm25s')}": by_bm25s(given),
        f"rank-bm25 {version('rank-bm25')}": by_rank_bm25(given),
    }
    Path(sys.argv[2]).write_text(json.dumps(made), encoding="utf-8")
