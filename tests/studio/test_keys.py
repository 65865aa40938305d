"""Keys, budgets, the log and releases over the web API: a secret is in one answer and nowhere else."""

import base64
import json
import time
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from loomwork.gateway.admission import secret
from loomwork.store.releases import KillRow, PromotionRow, ReleaseRow
from loomwork.studio.app import build_app
from loomwork.studio.safety import Door
from loomwork.studio.studio import Studio
from tests.store.contract_of_requests import a_request
from tests.studio.running import XSS

DAY_MS = 86_400_000


def sent(client: TestClient, path: str, **body: Any) -> Any:
    answer = client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def got(client: TestClient, path: str, **asked: Any) -> Any:
    answer = client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_key_is_made_with_all_that_the_command_takes(client: TestClient) -> None:
    made = sent(
        client, "/api/keys", name="shop", owner="mei", groups=["sales"], scopes=["chat", "step:answer"],
        models=["fast"], limits=["requests=60", "fast:tokens=1000"], budgets=["5USD/day"],
        owner_budgets=["9USD/month"], expires="1d",
    )  # fmt: skip
    key = made["key"]
    assert secret.is_whole(made["secret"])
    assert (key["name"], key["owner"], key["groups"], key["scopes"]) == (
        "shop",
        "mei",
        ["sales"],
        ["chat", "step:answer"],
    )
    assert key["limits"] == ["requests=60", "fast:tokens=1000"]
    assert key["expires_ms"] - key["made_ms"] == pytest.approx(DAY_MS)
    assert [(each["holder"], each["text"], each["spent"]) for each in key["budgets"]] == [
        (f"key:{key['id']}", "5 USD/day", 0),
        ("owner:mei", "9 USD/month", 0),
    ]
    assert got(client, f"/api/keys/{key['id']}") == key
    assert got(client, "/api/keys")["keys"] == [key]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"scopes": ["everything"]}, "BadScope"),
        ({"limits": ["many"]}, "BadLimit"),
        ({"budgets": ["much"]}, "BadBudget"),
        ({"expires": "soon"}, "BadDuration"),
    ],
)
def test_what_is_no_key_is_refused_in_both_languages_and_nothing_made(
    client: TestClient, body: dict[str, Any], kind: str
) -> None:
    answer = client.post("/api/keys", json=body)
    told = answer.json()
    assert (answer.status_code, told["kind"]) == (400, kind)
    assert told["en"]["what"] != told["zh"]["what"]
    assert got(client, "/api/keys", all=True)["keys"] == []


def test_a_key_is_rotated_with_overlap_and_revoked(client: TestClient) -> None:
    made = sent(client, "/api/keys", name="shop")
    path = f"/api/keys/{made['key']['id']}"
    again = sent(client, f"{path}/rotate", overlap="1h")
    assert again["secret"] != made["secret"]
    old, new = again["key"]["secrets"]
    assert old["expires_ms"] == pytest.approx(time.time() * 1000 + 3_600_000, abs=60_000)
    assert (new["ending"], new["expires_ms"]) == (secret.ending(again["secret"]), None)
    assert sent(client, f"{path}/revoke")["state"] == "revoked"
    listed = got(client, "/api/keys")
    assert (listed["keys"], listed["ended"]) == ([], 1)
    assert [each["state"] for each in got(client, "/api/keys", all=True)["keys"]] == ["revoked"]
    assert client.post(f"{path}/rotate", json={}).json()["kind"] == "KeyNotActive"


def test_budgets_are_said_anew_and_what_was_spent_stays(client: TestClient, studio: Studio) -> None:
    key = sent(client, "/api/keys", owner="mei", budgets=["5USD/day", "100tokens"])["key"]
    budget = next(each for each in studio.store.budgets.list() if each.unit == "USD")
    day = time.strftime("%Y-%m-%d", time.gmtime())
    lease = studio.store.budgets.lease(budget.n, day, least=10, most=10).lease
    assert lease is not None
    studio.store.budgets.fold(lease, spent=10, returned=0, ends=True)
    told = sent(client, f"/api/keys/{key['id']}/budgets", budgets=["7USD/day", "100tokens"])
    assert [(each["text"], each["spent"]) for each in told["budgets"]] == [("7 USD/day", 10), ("100 tokens", 0)]
    told = sent(client, f"/api/keys/{key['id']}/budgets", budgets=["50USD/month"], owner=True)
    assert [each["holder"] for each in told["budgets"]] == [f"key:{key['id']}"] * 2 + ["owner:mei"]
    assert [each["text"] for each in sent(client, f"/api/keys/{key['id']}/budgets", budgets=[])["budgets"]] == [
        "50 USD/month"
    ]


def test_the_last_use_of_a_key_is_told_to_the_minute(client: TestClient, studio: Studio) -> None:
    key = sent(client, "/api/keys")["key"]
    assert key["used_ms"] is None
    now = time.time_ns()
    studio.store.requests.put(
        [a_request("a", key=key["id"], at_ns=now - 10**12), a_request("b", key=key["id"], at_ns=now)]
    )
    assert got(client, f"/api/keys/{key['id']}")["used_ms"] == now // 60_000_000_000 * 60_000


def test_no_answer_but_the_one_that_makes_it_holds_a_secret(client: TestClient, studio: Studio) -> None:
    made = sent(client, "/api/keys", name=XSS, owner="mei")
    path = f"/api/keys/{made['key']['id']}"
    rotated = sent(client, f"{path}/rotate", overlap="1h")
    client.get(f"/api/keys/{made['secret']}")  # a secret where a key is named is not told back
    pages = [
        client.get(each).text
        for each in ("/api/keys?all=true", path, "/api/audit", "/api/audit-checks", f"/api/keys/{made['secret']}", "/")
    ]
    pages += [client.post(f"{path}/revoke").text, json.dumps([made["key"], rotated["key"]])]
    database = b"".join(each.read_bytes() for each in studio.folder.glob("store.db*") if each.is_file())
    for canary in (made["secret"], rotated["secret"]):
        forms = (canary, base64.b64encode(canary.encode()).decode(), quote(canary), secret.hashed(canary).hex())
        for form in forms:
            assert not any(form in page for page in pages)
        assert canary.encode() not in database


def test_the_log_is_listed_filtered_and_checked(client: TestClient, studio: Studio) -> None:
    for _ in range(3):
        sent(client, "/api/keys", owner="mei")
    studio.store.audit.append(at_ns=1, actor="k1", action="release.promote", object="release:r1")
    page = got(client, "/api/audit", limit=3)
    assert [each["n"] for each in page["entries"]] == [4, 3, 2]
    assert [each["n"] for each in got(client, "/api/audit", limit=3, before=page["next"])["entries"]] == [1]
    made = got(client, "/api/audit", action="key.")["entries"]
    assert {each["action"] for each in made} == {"key.create"}
    assert made[0]["said"]["owner"] == "mei"
    assert made[0]["actor"].startswith("studio:")
    told = got(client, "/api/audit-checks")
    assert (told["entries"], told["broken_at"], len(told["hash"])) == (4, None, 64)
    studio.store.pool.rows("UPDATE audit SET actor = 'nobody' WHERE n = 2")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] # damage, by hand
    assert got(client, "/api/audit-checks")["broken_at"] == 2


def test_releases_are_told_with_what_is_served_and_what_is_off(client: TestClient, studio: Studio) -> None:
    releases = studio.store.releases
    for number, name in enumerate(("r1", "r2", "r3")):
        releases.keep(ReleaseRow(id=name, made_ns=number, manifest=b"{}"), {})
    releases.promote(PromotionRow(at_ns=1, release="r1"))
    releases.promote(PromotionRow(at_ns=2, release="r2", by="mei", why="better"))
    releases.promote(PromotionRow(at_ns=3, release="r3", share=0.25))
    releases.kill(KillRow(what="tool:mail", at_ns=4, by="mei"))
    told = got(client, "/api/releases")
    assert {each["release"]: (each["state"], each["share"]) for each in told["releases"]} == {
        "r1": ("", 0.0),
        "r2": ("served", 0.75),
        "r3": ("canary", 0.25),
    }
    assert (told["promotions"][1]["why"], told["off"][0]["what"]) == ("better", "tool:mail")
    releases.promote(PromotionRow(at_ns=5, release="r3", share=0))
    assert {each["release"]: each["state"] for each in got(client, "/api/releases")["releases"]}["r3"] == ""


@pytest.mark.parametrize(
    "headers", [{"host": "evil.example:5710"}, {"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}]
)
def test_pages_of_somebody_else_make_no_key(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/api/keys", json={}, headers=headers).status_code == 403
    assert client.get("/api/keys", headers=headers).status_code == 403
    assert got(client, "/api/keys")["keys"] == []


def test_beyond_this_machine_keys_take_the_studios_token(studio: Studio) -> None:
    door = Door(host="10.0.0.1", port=5710, token="open-sesame")
    with TestClient(build_app(studio, door), base_url="http://10.0.0.1:5710") as client:
        for method, path in (
            ("GET", "/api/keys"),
            ("POST", "/api/keys"),
            ("GET", "/api/audit"),
            ("GET", "/api/releases"),
        ):
            assert client.request(method, path, json={}).status_code == 401
        assert studio.store.keys.list() == []
        token = {"authorization": "Bearer open-sesame"}
        assert client.post("/api/keys", json={}, headers=token).status_code == 200
