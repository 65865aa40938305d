"""Who sends a reply; each sender enters itself."""

from collections.abc import Callable

SENDERS: dict[str, Callable[[str], str]] = {}


def sends(channel: str) -> Callable[[Callable[[str], str]], Callable[[str], str]]:
    """Enter a sender for a channel."""

    def enter(function: Callable[[str], str]) -> Callable[[str], str]:
        SENDERS[channel] = function
        return function

    return enter


@sends("email")
def by_email(id: str) -> str:
    """A letter."""
    return f"mail/{id}"


@sends("chat")
def by_chat(id: str) -> str:
    """A line in the chat."""
    return f"chat/{id}"


@sends("desk")
def by_desk(id: str) -> str:
    """A note for the clerk."""
    return f"desk/{id}"
