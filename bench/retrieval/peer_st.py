"""Rank whole documents by sentence-transformers with the same weights, in its own environment.

Arguments: the file with documents and questions, the file for the rankings.
"""

import json
import sys
from pathlib import Path

import sentence_transformers


def main(given: dict) -> dict[str, dict[str, list[str]]]:
    """Embed and compare; a text is cut off at the model's usual 256 tokens."""
    model = sentence_transformers.SentenceTransformer(given["model"], device="cpu")
    model.max_seq_length = 256
    names = [document["id"] for document in given["documents"]]
    texts = [document["text"] for document in given["documents"]]
    corpus = model.encode(texts, batch_size=8, normalize_embeddings=True, convert_to_tensor=True)
    asked = [query["text"] for query in given["queries"]]
    queries = model.encode(asked, batch_size=8, normalize_embeddings=True, convert_to_tensor=True)
    found = sentence_transformers.util.semantic_search(queries, corpus, top_k=given["k"])
    ranked = {
        query["id"]: [names[hit["corpus_id"]] for hit in hits]
        for query, hits in zip(given["queries"], found, strict=True)
    }
    return {f"sentence-transformers {sentence_transformers.__version__}, dense": ranked}


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    Path(sys.argv[2]).write_text(json.dumps(main(given)), encoding="utf-8")
