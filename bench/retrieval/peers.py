"""Other tools on the same documents and questions, each in its own environment. Knows nothing of measures.

What they answered is kept, as long as neither the texts nor the pinned versions change.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.retrieval.building import Ranked
from bench.retrieval.corpora import ROOT, Corpus
from bench.retrieval.remembering import CACHE
from loomwork.kernel.canonical import digest_bytes
from loomwork.knowledge.embedding.minilm.package import model_files

HERE = Path(__file__).parent
PEERS = ROOT / "bench" / "peers"
KEYWORDS = ("bm25", "retrieval-requirements.txt", "peer_bm25.py")
MEANING = ("st", "embedding-requirements.txt", "peer_st.py")
K = 100


def asked(corpus: Corpus) -> dict[str, Ranked]:
    """Ask every peer all questions; whoever has no environment yet gets one, but for torch."""
    given = {
        "documents": [{"id": source.doc, "text": source.data.decode()} for source in corpus.sources],
        "queries": [{"id": query.id, "text": query.text} for query in corpus.queries],
        "k": K,
        "model": str(model_files().weights.parent),
    }
    found = _run(*KEYWORDS, given)
    if (PEERS / ".venvs" / MEANING[0] / "bin" / "python").exists():  # torch is 1 GB: made by bench.embedding
        found |= _run(*MEANING, given)
    return found


def _run(environment: str, pins: str, script: str, given: dict[str, Any]) -> dict[str, Ranked]:
    text = json.dumps(given)
    parts = (text, (PEERS / pins).read_text("utf-8"), (HERE / script).read_text("utf-8"))
    kept = CACHE / f"peer-{environment}-{digest_bytes(chr(0).join(parts).encode())[:16]}.json"
    if not kept.exists():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "given.json"
            file.write_text(text, encoding="utf-8")
            env = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
            command = [str(_python(environment, pins)), str(HERE / script), str(file), str(kept)]
            CACHE.mkdir(exist_ok=True)
            subprocess.run(command, check=True, env=env, timeout=1800)
    return json.loads(kept.read_text("utf-8"))


def _python(environment: str, pins: str) -> Path:
    folder = PEERS / ".venvs" / environment
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "-r", str(PEERS / pins)], check=True)
    return python
