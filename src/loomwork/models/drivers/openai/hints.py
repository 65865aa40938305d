"""Tell a server of chat completions whose requests begin alike, so that they meet where that is kept. Pure."""

import hashlib
from urllib.parse import urlsplit

import msgspec

from loomwork.kernel.messages import Request
from loomwork.models.drivers.prefixes import PromptCache, beginning, pays
from loomwork.models.drivers.reading import Json

FIELD = "prompt_cache_key"
_KNOWN = frozenset({"api.openai.com"})
"""Servers that are known to take the field: with "auto" no other one is sent it."""
_ENCODE = msgspec.json.Encoder(order="deterministic").encode


def hint(body: Json, request: Request, *, url: str, use: PromptCache) -> None:
    """Put the key into a body, unless the caller has put one there.

    Args:
        body: What is to be sent; changed.
        request: What it was written from.
        url: Where it goes.
        use: What the settings say.
    """
    if not use or FIELD in body or (use == "auto" and urlsplit(url).hostname not in _KNOWN):
        return
    stable = beginning(request)
    if not pays(stable, use):
        return
    own = len(stable.messages) or 1  # without instructions, a conversation is known by how it began
    begins = [body["model"], body.get("tools"), body["messages"][:own]]
    body[FIELD] = hashlib.blake2b(_ENCODE(begins), digest_size=16).hexdigest()
