"""A route's answer is remembered as that of the model that gave it: once, and found again when memory is gone."""

from pathlib import Path

import pytest

from tests.gateway.asking import ask, hello, words
from tests.gateway.running import running

ROUTE = """
[models.spare]
driver = "openai"
model = "gpt-spare"
base_url = "http://127.0.0.1:9/v1"
temperature = 0
retries = 0

[models.either]
route = "fallback"
models = ["exact", "spare"]
"""


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_a_routes_answer_is_one_call_in_its_trace_and_one_memo(tmp_path: Path, stream: bool) -> None:
    with running(tmp_path, ROUTE) as served:
        first = await ask(served, hello("either", stream=stream))
        kinds = [span.kind for span in served.spans(first.headers["x-loomwork-trace"])]
        assert sorted(kinds) == ["model", "request"]
        served.gateway.cache.clear()
        again = await ask(served, hello("either", stream=stream))
        assert served.double.calls == 1
        assert again.headers["x-loomwork-cache"] == "hit" or stream
        assert [row.cached for row in served.notes.until(2)] == ["", "memo"]
        said = [words(each.body) if stream else each.text for each in (first, again)]
        assert said[0] == said[1] != ""


async def test_what_a_member_said_is_found_by_its_own_name(tmp_path: Path) -> None:
    with running(tmp_path, ROUTE) as served:
        await ask(served, hello("either"))
        await ask(served, hello("exact"))
        assert served.double.calls == 1
        assert [row.cached for row in served.notes.until(2)] == ["", "memo"]
