"""What lists show of a value."""

from loomwork.flow.preview import preview
from loomwork.kernel.messages import ImagePart, Message, Request, Response, TextPart, ToolCall


def test_an_answer_is_shown_by_its_text() -> None:
    answer = Response(message=Message.assistant("Paris."), finish_reason="stop")
    assert preview(answer) == "Paris."
    assert preview({"answer": answer}) == "answer: Paris."


def test_an_answer_that_is_a_tool_call_is_shown_by_the_call() -> None:
    call = ToolCall(id="1", name="look_up", arguments='{"city": "Paris"}')
    assert preview(Message(role="assistant", parts=(call,))) == 'look_up({"city": "Paris"})'


def test_a_request_is_shown_by_its_last_turn() -> None:
    request = Request(messages=(Message.system("Be brief."), Message.user("Capital of France?")))
    assert preview(request) == "Capital of France?"
    assert preview(Request(messages=())) == ""


def test_a_turn_without_text_is_shown_by_its_parts() -> None:
    assert preview(Message(role="user", parts=(ImagePart(data=b"x", mime="image/png"),))) == "ImagePart"
    assert preview(Message(role="user", parts=(TextPart(text="x" * 500),))) == "x" * 200


class Odd:
    """Answers to every name, as some proxies do."""

    def __getattr__(self, name: str) -> object:
        return name


def test_an_object_that_answers_to_every_name_is_shown_as_it_is() -> None:
    assert preview(Odd()).startswith("<")
