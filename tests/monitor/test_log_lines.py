"""What the server logs for people is told in their language; what programs read stays as it is."""

import io
import json
import logging

from loomwork.kernel.errors.store import StoreBusy
from loomwork.monitor.logs import as_json, as_lines
from loomwork.telling.words import Words

log = logging.getLogger("loomwork.monitor")
BUSY = StoreBusy(path="store.db", seconds=5)


def test_an_error_in_a_line_is_told_in_the_language() -> None:
    said = io.StringIO()
    with as_lines(said, Words("zh").failure):
        log.warning("%s", BUSY)
        log.warning("%s: %s", "knowledge", BUSY)
        log.warning("plain")
    first, second, third = said.getvalue().splitlines()
    assert " warning " in first
    assert Words("zh").failure(BUSY) in first
    assert second.endswith(f"knowledge: {Words('zh').failure(BUSY)}")
    assert third.endswith("plain")


def test_json_lines_stay_in_english() -> None:
    said = io.StringIO()
    with as_json(said, lambda: ""):
        log.warning("%s", BUSY, extra={"alert": "slow"})
    line = json.loads(said.getvalue())
    assert (line["message"], line["alert"]) == (str(BUSY), "slow")
