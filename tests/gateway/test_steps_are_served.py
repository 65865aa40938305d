"""Steps behind the same APIs as models: their arguments, their answers, their streams, what is remembered of them."""

import json
from pathlib import Path

import pytest

from loomwork.kernel.errors.gateway import NoServedStep, NothingToServe, ServedTwice, WrongServedStep
from tests.gateway.asking import ask, hello, words
from tests.gateway.running import MODELS, running

APP = """
import time
from dataclasses import dataclass
from loomwork import model, step

@step
async def answer(question: str, tone: str = "plain") -> str:
    return f"{tone}: " + await model("smart").ask("Say: {{ question }}", question=question)

@step
async def exactly(question: str) -> str:
    return await model("exact").ask("Say: {{ question }}", question=question)

@step
def plain(question: str) -> dict:
    return {"asked": question, "length": len(question)}

@step
async def pieces(question: str):
    for word in question.split():
        yield word + " "

@step
def slowly(question: str):
    for word in question.split():
        yield word + " "

@step
async def turns(conversation: list[dict]) -> str:
    return " / ".join(f"{turn['role']}={turn['content']}" for turn in conversation)

@step
async def sum_up(numbers: list[int], times: int = 1) -> int:
    return sum(numbers) * times

@step
async def mixed(question: str):
    yield await exactly("beneath mixed")
    yield str(time.time_ns())

@step
async def fails(question: str) -> str:
    raise ValueError("secret detail")

@step
async def moment(question: str) -> str:
    return str(time.time_ns())
"""
TABLES = "".join(
    f'[serve.{name}]\nstep = "app:{name}"\n{more}\n'
    for name, more in {
        "answer": 'title = "Ask"',
        "exactly": "",
        "plain": "",
        "pieces": "",
        "slowly": "",
        "turns": 'input = "conversation"',
        "sum_up": 'input = "json"',
        "mixed": "",
        "fails": "",
        "moment": "",
    }.items()
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory):
    with running(tmp_path_factory.mktemp("steps"), TABLES, app=APP) as found:
        yield found


async def test_a_step_answers_like_a_model_and_its_calls_stand_beneath_it(served) -> None:
    got = await ask(served, hello("answer", "high water"))
    assert got.text.startswith("plain: ")
    assert served.double.requests[-1]["messages"] == [{"role": "user", "content": "Say: high water"}]
    spans = {span.span: span for span in served.spans(got.headers["x-loomwork-trace"])}
    assert sorted((span.name, span.kind) for span in spans.values()) == [
        ("answer", "request"),
        ("app:answer", "step"),
        ("model", "model"),
    ]
    row = served.notes.until(1)[-1]
    assert (row.dialect, row.served, row.input_tokens > 0) == ("chat", "answer", True)
    assert got.body["usage"]["total_tokens"] == row.input_tokens + row.output_tokens


async def test_what_is_no_text_is_answered_as_json(served) -> None:
    assert (await ask(served, hello("plain", "abc"))).text == '{"asked":"abc","length":3}'


@pytest.mark.parametrize("name", ["pieces", "slowly"], ids=["async", "plain"])
async def test_a_step_that_streams_is_streamed_and_joined_where_it_is_not_asked_to(served, name: str) -> None:
    streamed = await ask(served, hello(name, "one two three", stream=True))
    assert words(streamed.body) == "one two three "
    assert streamed.body.count(b'"content":') == 3
    assert (await ask(served, hello(name, "one two"))).text == "one two "


async def test_a_step_gets_the_conversation_or_json_where_its_table_says_so(served) -> None:
    talk = {"model": "turns", "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]}
    assert (await ask(served, talk)).text == "system=s / user=u"
    assert (await ask(served, hello("sum_up", '{"numbers": [1, 2], "times": 3}'))).text == "9"


async def test_a_step_is_called_by_its_address_with_json(served) -> None:
    got = await ask(served, {"numbers": [1, 2, 3]}, path="/v1/steps/sum_up")
    assert (got.status, got.body["output"], got.body["step"]) == (200, 6, "sum_up")
    with_tone = await ask(served, {"question": "x", "tone": "kind"}, path="/v1/steps/answer")
    assert with_tone.body["output"].startswith("kind: ")
    events = (await ask(served, {"question": "a b"}, path="/v1/steps/pieces?stream=true")).body
    assert events == b'data: {"chunk":"a "}\n\ndata: {"chunk":"b "}\n\ndata: [DONE]\n\n'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"numbers": ["x"]}, "numbers"),
        ({"times": 2}, "numbers is missing"),
        ({"numbers": [1], "tims": 2}, "tims"),
    ],
    ids=["wrong", "missing", "unknown"],
)
async def test_arguments_that_do_not_fit_are_named(served, body: dict, said: str) -> None:
    got = await ask(served, body, path="/v1/steps/sum_up")
    assert (got.status, got.body["error"]["code"]) == (400, "invalid_input")
    assert said in got.body["error"]["message"]


async def test_a_step_that_fails_tells_nothing_of_its_inside(served) -> None:
    got = await ask(served, hello("fails"))
    assert got.status == 500
    assert "secret detail" not in str(got.body)
    assert served.rows[-1].error == "ValueError"


async def test_what_can_be_verified_is_reused_and_a_draw_or_the_clock_is_not(served) -> None:
    before = served.double.calls
    first, again = [await ask(served, hello("exactly", "twice")) for _ in range(2)]
    assert served.double.calls == before + 1
    assert again.headers["x-loomwork-cache"] == "hit"
    assert first.text == again.text
    await ask(served, hello("answer", "drawn"))
    await ask(served, hello("answer", "drawn"))
    assert served.double.calls == before + 3
    assert (await ask(served, hello("moment"))).text != (await ask(served, hello("moment"))).text


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_every_answer_of_a_step_says_what_it_used_and_a_remembered_one_that_it_used_nothing(
    served, stream: bool
) -> None:
    async def used(name: str, question: str) -> int:
        body = hello(name, question, **({"stream": True, "stream_options": {"include_usage": True}} if stream else {}))
        got = (await ask(served, body)).body
        if stream:
            got = json.loads(got.decode().split("data: ")[-2])
        return got["usage"]["total_tokens"]

    question = f"how much ({stream})"
    assert await used("exactly", question) > 0
    assert await used("exactly", question) == 0
    assert await used("plain", question) == 0


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/steps/"], ids=["chat", "address"])
@pytest.mark.parametrize("name", ["exactly", "pieces"])
async def test_the_first_answer_of_a_step_is_a_miss_and_the_next_a_hit_whole_or_streamed(
    served, path: str, name: str
) -> None:
    question = f"miss, then hit at {path}"

    async def cache(*, stream: bool, fresh: bool = False) -> str:
        headers = {"cache-control": "no-cache"} if fresh else None
        if path.endswith("completions"):
            got = await ask(served, hello(name, question, stream=stream), headers=headers)
        else:
            address = f"{path}{name}?stream=true" if stream else path + name
            got = await ask(served, {"question": question}, path=address, headers=headers)
        return got.headers["x-loomwork-cache"]

    assert await cache(stream=True) == "miss"
    assert [await cache(stream=stream) for stream in (False, True)] == ["hit", "hit"]
    assert [await cache(stream=stream, fresh=True) for stream in (False, True)] == ["off", "off"]


async def test_a_step_that_runs_over_a_remembered_call_is_no_hit(served) -> None:
    for _ in range(2):
        got = await ask(served, hello("mixed", "the same", stream=True))
        assert got.headers["x-loomwork-cache"] == "miss"


async def test_a_step_by_its_address_says_what_it_used(served) -> None:
    body = {"question": "how much here"}
    first, again = [(await ask(served, body, path="/v1/steps/exactly")).body["usage"] for _ in range(2)]
    assert first["total_tokens"] == first["input_tokens"] + first["output_tokens"] > 0
    assert again == {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}


async def test_a_table_may_say_for_how_long_an_answer_holds(tmp_path: Path) -> None:
    toml = "".join(
        f'[serve.{name}]\nstep = "app:{step}"\nmemo = {memo}\n'
        for name, step, memo in (("hour", "moment", '"1h"'), ("held", "answer", "true"), ("never", "exactly", "false"))
    )
    with running(tmp_path, toml, app=APP) as served:
        assert (await ask(served, hello("hour"))).text == (await ask(served, hello("hour"))).text
        assert (await ask(served, hello("held"))).text == (await ask(served, hello("held"))).text
        assert served.double.calls == 1
        await ask(served, hello("never"))
        await ask(served, hello("never"))
        assert served.double.calls == 3


@pytest.mark.parametrize(
    ("toml", "models", "error"),
    [
        ("", "[gateway]\n", NothingToServe),
        ('[serve.smart]\nstep = "app:answer"\n', None, ServedTwice),
        ('[serve.x]\nstep = "app:anwser"\n', None, NoServedStep),
        ('[serve.sum]\nstep = "app:sum_up"\ninput = "last"\n[serve.x]\nstep = "app:two"\n', None, WrongServedStep),
    ],
    ids=["nothing", "twice", "misspelt", "two parameters"],
)
def test_what_cannot_be_served_is_said_at_the_start(
    tmp_path: Path, toml: str, models: str | None, error: type[Exception]
) -> None:
    app = APP + "\n@step\nasync def two(a: str, b: str) -> str:\n    return a\n"
    with pytest.raises(error), running(tmp_path, toml, app=app, models=models or MODELS):
        pass


_TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}
_PICTURE = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}, {"type": "text", "text": "see"}]


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"tools": [_TOOL]}, "tools"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"logprobs": True}, "logprobs"),
        ({"messages": [{"role": "user", "content": _PICTURE}]}, "messages"),
    ],
    ids=["tools", "form", "logprobs", "picture"],
)
async def test_what_a_step_cannot_heed_is_refused_by_name(served, more: dict, named: str) -> None:
    got = await ask(served, hello("plain") | more)
    assert (got.status, got.body["error"]["code"], got.body["error"]["param"]) == (400, "unsupported", named)


async def test_how_a_model_would_have_sampled_is_said_to_be_unused(served) -> None:
    got = await ask(served, hello("plain", "x", temperature=0.5, max_tokens=9, tools=[_TOOL], tool_choice="none"))
    assert (got.status, got.headers["x-loomwork-unused"]) == (200, "temperature, max_tokens")
    assert "x-loomwork-unused" not in (await ask(served, hello("plain", "y"))).headers
    assert "x-loomwork-unused" not in (await ask(served, hello("smart", "y", temperature=0.5))).headers
