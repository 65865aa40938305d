"""How people call the keys that requests came with. Reads the store; knows no HTTP."""

from loomwork.store.protocols import Store

_LINKS = 100_000
_LINK = "try:"


def key_labels(store: Store) -> dict[str, str]:
    """Return the names of keys, and for whom links were made, by what requests note of them."""
    keys = {row.id: row.name for row in store.keys.list() if row.name}
    links = {f"{_LINK}{row.id}": row.label for row in store.links.list(limit=_LINKS) if row.label}
    return keys | links
