"""`loomwork model list|check`: the models of a project, and one short request to one of them."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.figures import duration, money
from loomwork.cli.session import Session, command
from loomwork.cli.tables import print_table

if TYPE_CHECKING:
    from loomwork.cli.asking import Asked
    from loomwork.models.catalog import Catalog
    from loomwork.models.prices import PriceList


@command
def list_models(session: Session) -> int:
    """List the models with what they stand for, their price and whether their key is there."""
    from loomwork.cli.asking import catalog_of

    found = [_described(session, catalog, name) for catalog in [catalog_of(session)] for name in catalog.aliases]
    if session.as_json:
        session.give({"models": found})
    elif not found:
        session.show("model.none")
    else:
        heads = [session.words(f"table.{name}") for name in ("name", "model", "provider", "price", "api_key")]
        rows = [
            (each["name"], _what(each), each["provider"], _price_shown(session, each), _key(session, each))
            for each in found
        ]
        print_table(session.page, heads, rows, grow=1)
    return 1 if any(each["error"] for each in found) else 0


@command
def check(session: Session, name: Annotated[str, typer.Argument(help="option.model", metavar="NAME")]) -> int:
    """Send one short request and show what comes back."""
    from loomwork.cli.asking import ask_once, catalog_of

    asked = asyncio.run(ask_once(catalog_of(session), name))
    if session.as_json:
        session.give({"model": name} | asked.as_json())
    show_answer(session, name, asked)
    return 0


def show_answer(session: Session, name: str, asked: Asked) -> None:
    """Print what a test call gave."""
    session.say(
        "model.answered",
        name=name,
        model=asked.model,
        time=duration(int(asked.wall_s * 1e9)),
        input=asked.input_tokens,
        output=asked.output_tokens,
        cost=money(asked.cost) or "0",
        text=asked.text,
    )


def _described(session: Session, catalog: Catalog, name: str) -> dict[str, Any]:
    """Return what a table comes to; one that makes no sense says why."""
    from loomwork.kernel.errors.models import ModelError
    from loomwork.models.plain import settle

    settings = catalog.settings(name)
    found: dict[str, Any] = {
        "name": name, "driver": "", "provider": "", "model": "", "base_url": "", "route": settings.route,
        "members": list(settings.models), "price": None, "key": "", "key_env": "", "error": None,
    }  # fmt: skip
    try:
        target = catalog.resolve(name).targets[0]
        found |= {"provider": target.provider}
        if not settings.route:
            plain = settle(name, settings)
            found |= {
                "driver": plain.driver,
                "model": target.model,
                "base_url": plain.base_url,
                "price": _price(target.prices),
                "key_env": plain.key_env,
                "key": "set"
                if os.environ.get(plain.key_env or "-")
                else "missing"
                if plain.needs_key
                else "not needed",
            }
    except ModelError as error:
        found["error"] = session.words.failure(error)
    return found


def _price(prices: PriceList) -> dict[str, Any] | None:
    """Return what a million tokens cost, None where nobody knows."""
    if not prices:
        return None
    price = next((each for each in prices if not each.peak_utc), prices[0])
    return {
        "currency": price.currency, "input": float(price.input), "output": float(price.output), "as_of": price.as_of,
    }  # fmt: skip


def _what(found: dict[str, Any]) -> str:
    if found["error"]:
        return str(found["error"])
    if found["route"]:
        return f"{found['route']}: {', '.join(found['members'])}"
    return str(found["model"])


def _price_shown(session: Session, found: dict[str, Any]) -> str:
    price = found["price"]
    if found["route"] or found["error"]:
        return ""
    if price is None:
        return session.words("model.price_unknown")
    if not price["input"] and not price["output"]:
        return session.words("model.free")
    return f"{price['input']:g} / {price['output']:g} {price['currency']}"


def _key(session: Session, found: dict[str, Any]) -> str:
    if not found["key"]:
        return ""
    return session.words(f"model.key.{found['key'].replace(' ', '_')}", env=found["key_env"])
