"""What is said to a model and what comes back, whole or in pieces. Knows no provider and no wire format.

Everything is a frozen value. What a provider says that has no field here is kept under `extra`, under its own name,
so that nothing is lost on the way through.
"""

from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct, field

from loomwork.kernel.usage import Usage

Role = Literal["system", "developer", "user", "assistant", "tool"]
FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "refusal", "error", "other"]
ToolKind = Literal["function", "custom", "server"]
"""`function`: JSON arguments; `custom`: free text; `server`: the provider runs it itself."""
ReasoningEffort = Literal["none", "minimal", "low", "medium", "high", "xhigh"]
Extra: TypeAlias = dict[str, Any]


class TextPart(Struct, frozen=True, kw_only=True, tag="text"):
    """Text."""

    text: str
    extra: Extra = field(default_factory=dict[str, Any])
    """For example citations, annotations, cache marks."""


class ImagePart(Struct, frozen=True, kw_only=True, tag="image"):
    """An image: by address, by its bytes and their type, or by a provider's file id."""

    url: str = ""
    data: bytes = b""
    mime: str = ""
    file_id: str = ""
    detail: Literal["auto", "low", "high"] | None = None
    extra: Extra = field(default_factory=dict[str, Any])


class AudioPart(Struct, frozen=True, kw_only=True, tag="audio"):
    """Sound: its bytes and their type, or the id under which a provider keeps an earlier answer."""

    data: bytes = b""
    mime: str = ""
    id: str = ""
    transcript: str = ""
    extra: Extra = field(default_factory=dict[str, Any])


class FilePart(Struct, frozen=True, kw_only=True, tag="file"):
    """A document: by address, by its bytes and their type, or by a provider's file id."""

    name: str = ""
    url: str = ""
    data: bytes = b""
    mime: str = ""
    file_id: str = ""
    extra: Extra = field(default_factory=dict[str, Any])


class ReasoningPart(Struct, frozen=True, kw_only=True, tag="reasoning"):
    """What the model thought; must go back unchanged where the provider signs it."""

    text: str = ""
    signature: str = ""
    redacted: str = ""
    """The provider's encrypted form when it does not show the text."""
    id: str = ""
    extra: Extra = field(default_factory=dict[str, Any])


class RefusalPart(Struct, frozen=True, kw_only=True, tag="refusal"):
    """The model's words for why it will not."""

    text: str
    extra: Extra = field(default_factory=dict[str, Any])


class ToolCall(Struct, frozen=True, kw_only=True, tag="tool_call"):
    """A model's wish to have a tool run. `arguments` is the exact text that it wrote."""

    id: str
    name: str
    arguments: str = "{}"
    kind: ToolKind = "function"
    extra: Extra = field(default_factory=dict[str, Any])

    @property
    def parsed(self) -> dict[str, Any] | None:
        """The arguments as an object; None when the text is not one (the model may have been cut off)."""
        try:
            return msgspec.json.decode(self.arguments or "{}", type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeEncodeError):
            return None


class OtherPart(Struct, frozen=True, kw_only=True, tag="other"):
    """A provider's block that has no form of its own here, kept as it came."""

    kind: str
    data: Extra = field(default_factory=dict[str, Any])


Media: TypeAlias = TextPart | ImagePart | AudioPart | FilePart | OtherPart
"""What a tool may answer with."""


class ToolResult(Struct, frozen=True, kw_only=True, tag="tool_result"):
    """What a tool answered to the call of that id."""

    call_id: str
    content: tuple[Media, ...] = ()
    name: str = ""
    error: bool = False
    kind: ToolKind = "function"
    extra: Extra = field(default_factory=dict[str, Any])

    @property
    def text(self) -> str:
        """The text parts, joined."""
        return "".join(part.text for part in self.content if isinstance(part, TextPart))


Part: TypeAlias = Media | ReasoningPart | RefusalPart | ToolCall | ToolResult


class Message(Struct, frozen=True, kw_only=True):
    """One turn of a conversation.

    >>> Message.user("hello").text
    'hello'
    """

    role: Role
    parts: tuple[Part, ...] = ()
    name: str = ""
    extra: Extra = field(default_factory=dict[str, Any])

    @classmethod
    def system(cls, text: str) -> "Message":
        """Return instructions that stand above the conversation."""
        return cls(role="system", parts=(TextPart(text=text),))

    @classmethod
    def user(cls, text: str, *more: Part) -> "Message":
        """Return what the user says, with any images, sounds or files after the text."""
        return cls(role="user", parts=(TextPart(text=text), *more))

    @classmethod
    def assistant(cls, text: str, *more: Part) -> "Message":
        """Return what the model said, with any tool calls after the text."""
        words = (TextPart(text=text),) if text else ()
        return cls(role="assistant", parts=(*words, *more))

    @classmethod
    def tool(cls, call_id: str, text: str, *, name: str = "", error: bool = False) -> "Message":
        """Return a tool's answer."""
        result = ToolResult(call_id=call_id, content=(TextPart(text=text),), name=name, error=error)
        return cls(role="tool", parts=(result,))

    @property
    def text(self) -> str:
        """The text parts, joined."""
        return "".join([part.text for part in self.parts if isinstance(part, TextPart)])

    @property
    def reasoning(self) -> str:
        """The reasoning parts' text, joined."""
        return "".join([part.text for part in self.parts if isinstance(part, ReasoningPart)])

    @property
    def refusal(self) -> str:
        """The refusal parts' text, joined; empty when the model did not refuse in so many words."""
        return "".join([part.text for part in self.parts if isinstance(part, RefusalPart)])

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The calls for us to run (not those that the provider ran itself)."""
        return tuple([part for part in self.parts if isinstance(part, ToolCall) and part.kind != "server"])

    def __preview__(self) -> str:
        """Return what lists show: the text, else the calls, else the kinds of its parts.

        >>> Message(role="assistant", parts=(ToolCall(id="1", name="look_up", arguments='{"n": 1}'),)).__preview__()
        'look_up({"n": 1})'
        """
        text = self.text
        if text:
            return text
        calls = ", ".join(f"{call.name}({call.arguments})" for call in self.tool_calls)
        return calls or self.refusal or ", ".join(type(part).__name__ for part in self.parts)


class ToolSpec(Struct, frozen=True, kw_only=True):
    """A tool as it is offered to a model."""

    name: str
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict[str, Any])
    """JSON schema of the arguments."""
    strict: bool | None = None
    kind: ToolKind = "function"
    extra: Extra = field(default_factory=dict[str, Any])


class NamedTool(Struct, frozen=True, kw_only=True):
    """The choice of exactly this tool."""

    name: str


ToolChoice: TypeAlias = Literal["auto", "none", "required"] | NamedTool


class ResponseSchema(Struct, frozen=True, kw_only=True):
    """The form that the answer must have."""

    name: str = "answer"
    schema: dict[str, Any] | None = None
    """JSON schema; None asks for any JSON object."""
    description: str = ""
    strict: bool | None = None


class Request(Struct, frozen=True, kw_only=True):
    """Everything that decides an answer, but for the model and its address. None leaves a matter to the provider."""

    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()
    tool_choice: ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    response_schema: ResponseSchema | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    logprobs: int | None = None
    """How many alternatives to report for each token; 0 reports the chosen one only."""
    reasoning_effort: ReasoningEffort | None = None
    reasoning_budget: int | None = None
    """Tokens for reasoning; 0 switches it off."""
    modalities: tuple[Literal["text", "audio"], ...] = ()
    extra_body: Extra = field(default_factory=dict[str, Any])
    """Passed through into the request's body as it is."""

    def __preview__(self) -> str:
        """Return what lists show: the last turn, which is what is asked."""
        return self.messages[-1].__preview__() if self.messages else ""


class TokenLogprob(Struct, frozen=True, kw_only=True):
    """How likely a token was, with its best alternatives."""

    token: str
    logprob: float
    utf8: bytes | None = None
    """The token's bytes where it is not a whole piece of text."""
    top: tuple["TokenLogprob", ...] = ()


class Response(Struct, frozen=True, kw_only=True):
    """A complete answer."""

    message: Message
    finish_reason: FinishReason
    finish_raw: str = ""
    """The provider's own word for it."""
    usage: Usage | None = None
    """None: the provider did not say."""
    model: str = ""
    """As the provider names what really answered."""
    id: str = ""
    logprobs: tuple[TokenLogprob, ...] = ()
    extra: Extra = field(default_factory=dict[str, Any])
    """What else the provider said, under its own names."""

    def __preview__(self) -> str:
        """Return what lists show."""
        return self.message.__preview__()

    @property
    def text(self) -> str:
        """The answer's text."""
        return self.message.text

    @property
    def reasoning(self) -> str:
        """The reasoning's text."""
        return self.message.reasoning

    @property
    def refusal(self) -> str:
        """The refusal's text."""
        return self.message.refusal

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The calls for us to run."""
        return self.message.tool_calls
