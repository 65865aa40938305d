"""Send requests over kept connections and read whole answers: as little work as a client can do."""

import asyncio
import time


class Client:
    """One connection that sends one request after another."""

    def __init__(self, host: str, port: int, key: str = "") -> None:
        self._place = (host, port)
        self._key = key

    async def __aenter__(self) -> "Client":
        self._reader, self._writer = await asyncio.open_connection(*self._place, limit=2**20)
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._writer.close()

    async def post(self, path: str, body: bytes) -> tuple[int, bytes, float]:
        """Return status, body, and the seconds until the first piece of the body came."""
        key = f"authorization: Bearer {self._key}\r\n" if self._key else ""
        fields = f"host: 127.0.0.1\r\ncontent-type: application/json\r\n{key}content-length: {len(body)}"
        head = f"POST {path} HTTP/1.1\r\n{fields}\r\n\r\n"
        begun = time.perf_counter()
        self._writer.write(head.encode() + body)
        said = await self._reader.readuntil(b"\r\n\r\n")
        status = int(said[9:12])
        lower = said.lower()
        if b"content-length:" in lower:
            at = lower.index(b"content-length:") + 15
            length = int(lower[at : lower.index(b"\r\n", at)])
            data = await self._reader.readexactly(length)
            return status, data, time.perf_counter() - begun
        first = 0.0
        out = bytearray()
        while True:
            size = int((await self._reader.readline()).strip(), 16)
            first = first or time.perf_counter() - begun
            out += (await self._reader.readexactly(size + 2))[:size]
            if not size:
                return status, bytes(out), first


async def send(host: str, port: int, path: str, bodies: list[bytes], *, clients: int, key: str = "") -> list[float]:
    """Send every body once, `clients` at a time; the seconds to the first byte of each answer."""
    waiting = iter(bodies)
    firsts: list[float] = []

    async def one() -> None:
        async with Client(host, port, key) as client:
            for body in waiting:
                status, data, first = await client.post(path, body)
                if status != 200:
                    raise AssertionError(f"{status}: {data[:300]!r}")
                firsts.append(first)

    await asyncio.gather(*(one() for _ in range(clients)))
    return firsts
