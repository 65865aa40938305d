"""The voice of a reply. Imports app.polite, which imports this."""

import os

from app import polite, styles

PREFIX = "warm"


def kind_of(source: str) -> str:
    """The channel behind a source."""
    return source if source in {"email", "chat"} else "phone"


def tone(source: str) -> str:
    """The words that describe the voice."""
    style = getattr(styles, f"for_{kind_of(source)}")()
    return polite.soften(f"{style}, {os.getenv('TRIAGE_HOUSE_STYLE', 'plain')}")
