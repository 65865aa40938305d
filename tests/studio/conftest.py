"""A studio over a small project, asked as a browser's page asks: the application itself, without a socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from loomwork.store import open_store
from loomwork.studio.app import build_app
from loomwork.studio.safety import Door
from loomwork.studio.studio import Studio

HERE = "http://127.0.0.1:5710"


@pytest.fixture
def door() -> Door:
    return Door(host="127.0.0.1", port=5710)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    (tmp_path / "loomwork.toml").write_text("")
    url = f"sqlite:///{tmp_path / 'store.db'}"
    store = open_store(url)
    yield Studio(folder=tmp_path, store=store, store_url=url)
    store.close()


@pytest.fixture
def client(studio: Studio, door: Door) -> Iterator[TestClient]:
    with TestClient(build_app(studio, door), base_url=HERE, raise_server_exceptions=False) as made:
        yield made
