"""The real transport against a real server on loopback."""

import asyncio

import pytest

from loomwork.kernel.errors.models import (
    ConnectionFailed,
    DeadlineExceeded,
    MalformedResponse,
    ModelError,
    Overloaded,
    StreamTruncated,
)
from loomwork.models.protocols import complete
from loomwork.models.wire.deadlines import Deadlines
from loomwork.models.wire.pool import PooledTransport
from loomwork.testing.double import Double
from loomwork.testing.replies import Fault, Script
from tests.models.speaking import APIS, ASK, Api, answer, collected

every_api = pytest.mark.parametrize("api", APIS)


def driver(api: Api, double: Double, transport: PooledTransport, *, deadlines: Deadlines | None = None):
    from loomwork.models.drivers.anthropic.driver import Anthropic
    from loomwork.models.drivers.openai.driver import OpenAI
    from loomwork.models.wire.exchange import Wire
    from loomwork.models.wire.failures import Origin

    wire = Wire(transport, Origin(provider=api, model="m", url=double.url), headers={}, deadlines=deadlines)
    make = OpenAI if api == "openai" else Anthropic
    return make(wire, model="m", base_url=double.url)


@every_api
async def test_whole_and_streamed_answers_are_the_same_and_share_a_connection(api: Api) -> None:
    transport = PooledTransport()
    async with Double() as double:
        model = driver(api, double, transport)
        texts = {(await complete(model, ASK)).text for _ in range(3)}
        texts |= {(await answer(model)).text for _ in range(3)}
        assert len(texts) == 1
        assert double.connections == 1
        await transport.close()


FAULTS: list[tuple[Fault, type[ModelError]]] = [
    (Fault(kind="status", status=503), Overloaded),
    (Fault(kind="cut", at=150), StreamTruncated),
    (Fault(kind="disconnect", at=150), StreamTruncated),
    (Fault(kind="malformed"), MalformedResponse),
    (Fault(kind="wrong_schema"), ModelError),
    (Fault(kind="duplicate"), MalformedResponse),
    (Fault(kind="hang"), DeadlineExceeded),
    (Fault(kind="drip", seconds=0.2), DeadlineExceeded),
]


@every_api
@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=lambda value: getattr(value, "kind", ""))
async def test_a_fault_of_the_server_is_a_typed_error(api: Api, fault: Fault, kind: type[ModelError]) -> None:
    transport = PooledTransport()
    async with Double(Script(faults=(fault,))) as double:
        model = driver(api, double, transport, deadlines=Deadlines(total=0.3))
        with pytest.raises(kind):
            await collected(model)
        await transport.close()


async def test_a_server_that_is_not_there_is_a_failed_connection_that_was_not_sent() -> None:
    transport = PooledTransport()
    async with Double() as double:
        model = driver("openai", double, transport)
    with pytest.raises(ConnectionFailed) as error:
        await complete(model, ASK)
    assert error.value.fields["sent"] is False
    await transport.close()


async def test_a_redirect_is_not_followed_with_the_key() -> None:
    transport = PooledTransport()
    async with Double(Script(faults=(Fault(kind="status", status=307),))) as double:
        with pytest.raises(ModelError):
            await complete(driver("openai", double, transport), ASK)
        assert double.calls == 1
        await transport.close()


async def test_a_caller_that_walks_away_closes_the_connection() -> None:
    transport = PooledTransport()
    async with Double(Script(faults=(Fault(kind="drip", seconds=0.01),))) as double:
        found = driver("openai", double, transport).stream(ASK)
        await anext(found)
        await found.aclose()
        async with asyncio.timeout(5):
            await double.idle()
        await transport.close()


def test_each_event_loop_has_connections_of_its_own() -> None:
    transport = PooledTransport()

    async def once() -> str:
        async with Double() as double:
            text = (await complete(driver("openai", double, transport), ASK)).text
            await transport.close()
            return text

    assert asyncio.run(once()) == asyncio.run(once())
