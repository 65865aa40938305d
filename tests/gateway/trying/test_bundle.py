"""The try page's files: all there, small, nothing from elsewhere, nothing that a strict policy would refuse."""

import gzip
import re

from loomwork.gateway.trying import page

MOST_SCRIPT = 60_000
"""Bytes of script, compressed as servers do."""
_NAMED = re.compile(r"/try/assets/([\w.-]+)")


def test_the_document_names_its_files_and_all_are_there():
    text = (page.STATIC / "try.html").read_text("utf-8")
    named = set(_NAMED.findall(text))
    assert {path.name for path in (page.STATIC / "assets").iterdir()} == named
    assert len(named) == 3
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=", text)


def test_the_script_is_small_and_asks_nobody_else():
    scripts = list((page.STATIC / "assets").glob("*.js"))
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) < MOST_SCRIPT
    for path in (page.STATIC / "assets").iterdir():
        addresses = set(re.findall(r"https?://[\w./-]+", path.read_text("utf-8")))
        assert addresses <= {"http://www.w3.org/2000/svg"}
    assert not any("innerHTML" in path.read_text("utf-8") for path in scripts)
