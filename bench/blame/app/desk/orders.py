"""The order system, over HTTP."""

import json
import os
from urllib.request import urlopen

FIELDS = ("id", "state", "due")


def fetch(customer: str) -> dict[str, object]:
    """What the system knows of a customer's last order."""
    with urlopen(f"{os.environ['ORDERS_URL']}/{customer}", timeout=10) as answer:
        return json.load(answer)


def shape(order: dict[str, object]) -> dict[str, str]:
    """The fields that matter, as text."""
    return {name: str(order.get(name, "")) for name in FIELDS}
