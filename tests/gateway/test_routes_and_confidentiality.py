"""Who of a route is asked: by weight, by what they have open, by what they can, and by what they may see."""

import asyncio
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from loomwork.kernel.errors.gateway import NotConfidential
from loomwork.kernel.errors.models import NotSupported
from loomwork.kernel.messages import ImagePart, Message, Request, ResponseSchema, ToolSpec
from loomwork.models.fitness import fitting, is_cleared
from loomwork.models.settings import ModelSettings
from loomwork.models.target import Target
from loomwork.testing.replies import Fault, Script
from tests.gateway.asking import ask, hello, words
from tests.gateway.running import running

ROUTES = """
[models.other]
driver = "openai"
model = "gpt-other"
base_url = "{url}"
retries = 0
can = ["tools"]
window = 4000

[gateway.routes.first]
route = "fallback"
models = ["smart", "other"]

[gateway.routes.shared]
route = "weighted"
models = ["smart", "other"]
weights = [1.0, 3.0]

[gateway.routes.idle]
route = "least-busy"
models = ["smart", "other"]
"""


def _models() -> str:
    from tests.gateway.running import MODELS

    return MODELS + ROUTES


def _asked(served) -> Counter[str]:
    return Counter(body["model"] for body in served.double.requests)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_a_route_falls_back_and_says_so(tmp_path: Path, stream: bool) -> None:
    script = Script(faults=(Fault(kind="status", status=500, when="gpt-smart"),))
    with running(tmp_path, models=_models(), script=script) as served:
        got = await ask(served, hello("first", stream=stream))
        assert got.status == 200
        assert _asked(served) == {"gpt-smart": 1, "gpt-other": 1}
        row = served.notes.until(1)[0]
        assert (row.model, row.degraded) == ("gpt-other", "fallback")
        if stream:
            assert words(got.body)
        else:
            assert got.headers["x-loomwork-degraded"] == "fallback"


async def test_weights_share_the_requests_out(tmp_path: Path) -> None:
    with running(tmp_path, models=_models()) as served:
        for n in range(60):
            await ask(served, hello("shared", f"question {n}"))
        asked = _asked(served)
        assert 5 <= asked["gpt-smart"] <= 27
        assert asked["gpt-smart"] + asked["gpt-other"] == 60


async def test_the_least_busy_is_asked(tmp_path: Path) -> None:
    with running(tmp_path, models=_models(), script=Script(latency_s=0.3)) as served:
        await asyncio.gather(*(ask(served, hello("idle", f"question {n}")) for n in range(6)))
        assert _asked(served) == {"gpt-smart": 3, "gpt-other": 3}


async def test_who_cannot_do_it_is_not_asked(tmp_path: Path) -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    with running(tmp_path, models=_models()) as served:
        for n in range(8):
            body = {
                "model": "shared",
                "messages": [{"role": "user", "content": [{"type": "text", "text": str(n)}, image]}],
            }
            assert (await ask(served, body)).status == 200
        assert _asked(served) == {"gpt-smart": 8}
        await ask(served, hello("shared", "long " * 8000))
        assert _asked(served) == {"gpt-smart": 9}


def _member(**more) -> tuple[ModelSettings, Target]:
    host = more.pop("host", "api.example.com")
    settings = ModelSettings(driver="openai", model="m", base_url=f"https://{host}/v1", **more)
    target = Target(
        alias="m", driver="openai", provider="p", model="m", base_url=settings.base_url, window=settings.window
    )
    return settings, target


def test_needs_are_read_from_the_request_and_nobody_able_is_an_error() -> None:
    fits = fitting("r", [_member(can=("tools",)), _member(can=("images", "schema")), _member()], "")
    tool = Request(messages=(Message.user("x"),), tools=(ToolSpec(name="t"),))
    image = Request(messages=(Message.user("x", ImagePart(url="u")),))
    schema = Request(messages=(Message.user("x"),), response_schema=ResponseSchema(schema={"type": "object"}))
    assert list(fits(tool)) == [0, 2]
    assert list(fits(image)) == [1, 2]
    assert list(fits(schema)) == [1, 2]
    with pytest.raises(NotSupported, match="images"):
        fitting("r", [_member(can=())], "")(image)


def test_what_is_internal_never_reaches_a_cloud_model_in_10_000_generated_requests() -> None:
    random = Random(7)
    sent = 0
    for _ in range(10_000):
        members = [
            _member(
                host=random.choice(["api.example.com", "127.0.0.1", "10.0.0.5", "localhost"]),
                confidential=random.choice(["", "", "internal", "secret"]),
                can=random.choice([None, ("tools",), ()]),
                window=random.choice([None, 10, 100_000]),
            )
            for _ in range(random.randint(1, 5))
        ]
        mark = random.choice(["internal", "secret"])
        tools = (ToolSpec(name="t"),) if random.random() < 0.5 else ()
        request = Request(messages=(Message.user("word " * random.randint(1, 60)),), tools=tools)
        try:
            places = fitting("r", members, mark)(request)
        except (NotConfidential, NotSupported):
            continue
        for place in places:
            settings, target = members[place]
            here = "127.0.0.1" in target.base_url or "localhost" in target.base_url
            assert settings.confidential == mark or here
            assert is_cleared(settings, target, mark)
            sent += 1
    assert sent > 5000


CLOUD = """
[models.cloud]
driver = "openai"
model = "gpt-cloud"
base_url = "http://cloud.invalid/v1"
retries = 0
{more}

[models.here]
driver = "openai"
model = "gpt-here"
base_url = "{{url}}"
retries = 0

[models.either]
route = "fallback"
models = ["cloud", "here"]
"""
APP = """
from loomwork import model, step

@step
async def through(question: str) -> str:
    return await model("cloud").ask(question)
"""


@pytest.mark.parametrize("mark", ["header", "key"])
async def test_an_internal_request_goes_to_the_cleared_member_or_nowhere(tmp_path: Path, mark: str) -> None:
    served_step = '[serve.through]\nstep = "app:through"\n'
    with running(tmp_path, served_step, models=CLOUD.format(more=""), app=APP) as served:
        headers = {"x-loomwork-confidential": "internal"}
        if mark == "key":
            headers = {"authorization": f"Bearer {served.key(owner='ada', label='internal')}"}
        for name in ("cloud", "through"):
            for stream in (False, True):
                got = await ask(served, hello(name, stream=stream), headers=headers)
                assert (got.status, got.body["error"]["code"]) == (403, "not_confidential"), (name, stream)
        vectors = await ask(served, {"model": "cloud", "input": "a"}, path="/v1/embeddings", headers=headers)
        assert vectors.status == 403
        got = await ask(served, hello("either"), headers=headers)
        assert (got.status, got.body["model"]) == (200, "gpt-here")
        assert "x-loomwork-degraded" not in got.headers


async def test_a_model_that_says_it_is_cleared_is_asked(tmp_path: Path) -> None:
    models = CLOUD.format(more='confidential = "internal"')
    with running(tmp_path, models=models) as served:
        got = await ask(served, hello("cloud"), headers={"x-loomwork-confidential": "internal"})
        assert (got.status, got.body["error"]["code"]) == (502, "upstream_unreachable")


async def test_a_second_best_answer_is_not_kept(tmp_path: Path) -> None:
    script = Script(faults=(Fault(kind="status", status=500, when="gpt-smart", calls=(1,)),))
    models = _models() + '[gateway]\ncache = "all"\n'
    with running(tmp_path, models=models, script=script) as served:
        first = await ask(served, hello("first"))
        again = await ask(served, hello("first"))
        assert (first.body["model"], again.body["model"]) == ("gpt-other", "gpt-smart")
        assert "x-loomwork-degraded" not in again.headers
        third = await ask(served, hello("first"))
        assert (third.headers["x-loomwork-cache"], served.double.calls) == ("hit", 3)
