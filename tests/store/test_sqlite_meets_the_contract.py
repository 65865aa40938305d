"""The SQLite store passes the suite that every kind of store passes, on disk and in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from loomwork.store import open_store
from loomwork.store.protocols import Store
from tests.store.contract import BlobContract, CallContract, RunContract, SpanContract
from tests.store.contract_of_care import CareContract
from tests.store.contract_of_places import PlaceContract
from tests.store.contract_of_requests import RequestsContract
from tests.store.rowmaking import ailments


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/deep/store.db")
    yield store
    assert ailments(store) == []
    store.close()


class TestBlobs(BlobContract):
    pass


class TestCalls(CallContract):
    pass


class TestRuns(RunContract):
    pass


class TestSpans(SpanContract):
    pass


class TestCare(CareContract):
    pass


class TestPlaces(PlaceContract):
    pass


class TestRequests(RequestsContract):
    pass
