"""Text completions: what of the API's older fields is passed on, and what is refused by name."""

import json
from pathlib import Path
from typing import Any

import pytest

from loomwork.gateway.dialects.asked import Head
from loomwork.gateway.dialects.completions import COMPLETIONS
from loomwork.kernel.errors.gateway import FieldWrong
from loomwork.kernel.messages import Message, Response, TextPart, TokenLogprob
from loomwork.kernel.stream import Done, TextDelta
from tests.gateway.asking import ask
from tests.gateway.running import running

HEAD = Head("cmpl-1", 5, "m")
TOKENS = (
    TokenLogprob(token="High", logprob=-0.25, top=(TokenLogprob(token="Low", logprob=-1.5),)),
    TokenLogprob(token=" water", logprob=-0.5),
)
LIKELY = {
    "tokens": ["High", " water"],
    "token_logprobs": [-0.25, -0.5],
    "top_logprobs": [{"Low": -1.5}, {}],
    "text_offset": [0, 4],
}


def answer(text: str, logprobs: tuple[TokenLogprob, ...] = ()) -> Response:
    parts = (TextPart(text=text),)
    return Response(message=Message(role="assistant", parts=parts), finish_reason="stop", logprobs=logprobs)


def read(**more: Any) -> Any:
    return COMPLETIONS.read({"model": "m", "prompt": "When?", **more})


@pytest.mark.parametrize("most", [0, 5])
def test_how_likely_tokens_are_is_asked_for_in_the_models_own_words(most: int) -> None:
    assert read(logprobs=most).requests[0].logprobs == most
    assert read(logprobs=None).requests[0].logprobs is None


def test_how_likely_tokens_are_is_told_in_this_apis_words_whole_and_in_pieces() -> None:
    asked = read(logprobs=1, stream=True)
    whole = json.loads(COMPLETIONS.write(asked, HEAD, [answer("High water", TOKENS)]))
    assert whole["choices"][0]["logprobs"] == LIKELY
    pieces = COMPLETIONS.pieces(asked, HEAD)
    said = pieces.take(0, TextDelta(text="High", logprobs=TOKENS[:1]))
    said += pieces.take(0, TextDelta(text=" water", logprobs=TOKENS[1:]))
    said += pieces.take(0, Done(response=answer("High water", TOKENS)))
    found = [json.loads(line[6:])["choices"][0] for line in said.decode().split("\n") if line]
    assert [each["text"] for each in found] == ["High", " water", ""]
    parts = [each["logprobs"] for each in found[:2]]
    assert {key: [one for part in parts for one in part[key]] for key in LIKELY} == LIKELY
    at_once = COMPLETIONS.pieces(asked, HEAD).take(0, Done(response=answer("High water", TOKENS)))
    assert json.loads(at_once.decode().split("\n")[0][6:])["choices"][0]["logprobs"] == LIKELY


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"suffix": "the end"}, "suffix"),
        ({"best_of": 3}, "best_of"),
        ({"logprobs": 1, "echo": True}, "logprobs"),
        ({"logprobs": 99}, "logprobs"),
    ],
)
def test_what_a_conversation_cannot_have_is_refused_by_its_name(more: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldWrong) as error:
        read(**more)
    assert error.value.fields["field"] == field


async def test_what_a_provider_does_not_support_is_said_and_what_it_supports_reaches_it(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        body = {"model": "smart", "prompt": "When?", "logprobs": 2}
        assert (await ask(served, body, path="/v1/completions")).status == 200
        assert served.double.requests[0]["top_logprobs"] == 2
        refused = await ask(served, {**body, "model": "claude"}, path="/v1/completions")
        assert refused.status == 400
        assert "log probabilities" in refused.body["error"]["message"]
        refused = await ask(served, {"model": "smart", "prompt": "When?", "suffix": "."}, path="/v1/completions")
        assert (refused.status, refused.body["error"]["param"]) == (400, "suffix")
