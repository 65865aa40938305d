"""Requests that do not come from the studio's own page are refused, reads and writes alike."""

import pytest
from starlette.testclient import TestClient

from loomwork.studio.app import build_app
from loomwork.studio.safety import Door
from loomwork.studio.studio import Studio
from tests.studio.conftest import HERE


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1:5711"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:5710.evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:5710"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_request_from_elsewhere_is_refused(client: TestClient, method: str, headers: dict[str, str]) -> None:
    answer = client.request(method, "/api/status", headers=headers)
    assert answer.status_code == 403
    assert answer.json()["kind"] == "ForeignRequest"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost:5710"},
        {"Host": "[::1]:5710"},
        {"Origin": "http://127.0.0.1:5710", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_the_studio_s_own_page_is_answered(client: TestClient, headers: dict[str, str]) -> None:
    assert client.get("/api/status", headers=headers).status_code == 200


def test_bound_to_more_than_this_machine_everybody_needs_the_token(studio: Studio) -> None:
    door = Door(host="127.0.0.1", port=5710, token="a-long-token")
    with TestClient(build_app(studio, door), base_url=HERE, follow_redirects=False) as client:
        assert client.get("/api/status").status_code == 401
        assert client.get("/api/status", headers={"Authorization": "Bearer another"}).status_code == 401
        assert client.get("/api/status", headers={"Authorization": "Bearer a-long-token"}).status_code == 200
        welcome = client.get("/runs/x?token=a-long-token&tab=grid")
        assert (welcome.status_code, welcome.headers["location"]) == (303, "/runs/x?tab=grid")
        assert "HttpOnly" in welcome.headers["set-cookie"]
        assert client.get("/api/status").status_code == 200


def test_a_path_with_two_slashes_does_not_lead_away_with_the_token(studio: Studio) -> None:
    door = Door(host="127.0.0.1", port=5710, token="a-long-token")
    with TestClient(build_app(studio, door), base_url=HERE, follow_redirects=False) as client:
        assert client.get(f"{HERE}//evil.example/?token=a-long-token").headers["location"].startswith("/evil.example")


def test_what_is_not_there_is_said_in_both_languages(client: TestClient) -> None:
    problem = client.get("/api/nothing/here").json()
    assert problem["kind"] == "NoSuchPlace"
    assert "/api/nothing/here" in problem["en"]["what"]
    assert "/api/nothing/here" in problem["zh"]["what"]


@pytest.mark.parametrize("name", ["..%2f..%2fapp.py", "%2e%2e/app.py", "..%5capp.py", "index.html"])
def test_an_asset_s_name_leads_nowhere_else(client: TestClient, name: str) -> None:
    answer = client.get(f"/assets/{name}")
    assert (
        answer.status_code == 404
        or answer.headers["content-type"] == "text/html; charset=utf-8"
        or "NoPage" in answer.text
    )
    assert "import " not in answer.text
