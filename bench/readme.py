"""Put the section of one bench into bench/README.md, in place of the one before. Knows no bench."""

from pathlib import Path

README = Path(__file__).parent / "README.md"


def put(name: str, title: str, text: str, *, readme: Path = README) -> None:
    """Replace what stands between the marks of bench `name`; without marks the section is added at the end."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    whole = readme.read_text(encoding="utf-8")
    block = f"{begin}\n{text}\n{end}"
    if begin in whole:
        whole = whole[: whole.index(begin)] + block + whole[whole.index(end) + len(end) :]
    else:
        whole = f"{whole.rstrip()}\n\n## {title} (`python -m bench.{name}`)\n\n{block}\n"
    readme.write_text(whole, encoding="utf-8")
