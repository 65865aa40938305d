"""From a raw message to a ticket."""

import os
import re
from collections.abc import Callable
from functools import wraps

from app.shapes import Ticket
from app.textkit import clean, mask_numbers
from loomwork import step

SPACES = re.compile(r"\s+")


def trimmed(function: Callable[..., Ticket]) -> Callable[..., Ticket]:
    """A step that never sees the blanks around what it is given."""

    @wraps(function)
    def inner(*args: str, **kwargs: str) -> Ticket:
        return function(*(value.strip() for value in args), **{name: value.strip() for name, value in kwargs.items()})

    return inner


def squeeze(text: str) -> str:
    """Runs of blanks become one."""
    return SPACES.sub(" ", text)


def source_of(channel: str) -> str:
    """The desk that a phone call came in at, else the channel."""
    if channel == "phone":
        return os.environ.get("TRIAGE_PHONE_DESK", "desk-1")
    return channel


def archive_name(id: str) -> str:
    """No step uses this."""
    return f"archive-{id}"


@step
@trimmed
def normalise(id: str, subject: str, body: str, channel: str) -> Ticket:
    """The ticket that the rest of the desk works on."""
    plain = squeeze(mask_numbers(clean(body)))
    return Ticket(id=id, subject=subject, text=plain, source=source_of(channel))
