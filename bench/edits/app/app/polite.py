"""Make a voice gentler. Imports app.tone, which imports this."""

from app import tone


def soften(voice: str) -> str:
    """The voice with the house's warmth before it."""
    return f"{tone.PREFIX}, {voice}"
