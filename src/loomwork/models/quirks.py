"""In what a server departs from the protocol it claims to speak. Values only; the presets' data file fills them."""

from typing import Literal

from msgspec import Struct


class Quirks(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to speak to one server. The defaults are the protocol's own words."""

    max_tokens: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """The field that limits the answer's length."""
    reasoning: Literal["", "reasoning_content", "reasoning"] = ""
    """The field in which earlier reasoning goes back; "" where it must not."""
    thinking: Literal["", "reasoning_effort", "enable_thinking", "thinking"] = "reasoning_effort"
    """How reasoning is switched and limited: OpenAI's field, Qwen's, or GLM's and DeepSeek's; "": it is not."""
    structured: Literal["schema", "object", "none"] = "schema"
    """What the server can be held to: a JSON schema, any JSON object, nothing."""
    stream_usage: Literal["include_usage", "always"] = "include_usage"
    """Whether a stream must be asked for its token counts."""
    truncates: Literal["never", "silently"] = "never"
    """What happens to a prompt that is too long for the server's context."""
