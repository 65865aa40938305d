"""`loomwork link`: a link is made once, listed without its secret, and ended."""

import hashlib
from pathlib import Path

import pytest

from loomwork.kernel.clock import SystemClock
from loomwork.store.sqlite.store import SqliteStore
from tests.cli.conftest import Shell

TOML = """
[models.double]
driver = "scripted"
[gateway]
port = 5999
"""


@pytest.fixture
def project(shell: Shell) -> Shell:
    shell.write("loomwork.toml", TOML)
    return shell


def test_a_link_leads_to_the_page_and_its_token_is_nowhere_else(project: Shell):
    made = project("link", "new", "double", "--to", "Ada of sales", "--group", "staff", "--json").json
    token = made["link"].partition("#")[2]
    assert made["link"] == f"http://127.0.0.1:5999/try/double#{token}"
    store = SqliteStore(project.folder / ".loomwork/store.db", clock=SystemClock())
    row = store.links.of_token(hashlib.sha256(token.encode()).digest())
    store.close()
    assert row is not None
    assert (row.label, row.owner, row.groups, row.scopes) == ("Ada of sales", "Ada of sales", ("staff",), ("feedback",))
    assert row.expires_ns - row.made_ns == 7 * 86_400_000_000_000
    files = [path for path in Path(project.folder).rglob("*") if path.is_file()]
    assert all(token.encode() not in path.read_bytes() for path in files)
    assert token not in project("link", "list", "--json").out


def test_links_are_listed_with_what_became_of_them_and_can_be_ended(project: Shell):
    assert "no links" in project("link", "list").out
    words = ("link", "new", "double", "--to", "Ada", "--url", "https://ai.example.com", "--expires", "12h", "--traces")
    done = project(*words, "--json")
    assert done.json["link"].startswith("https://ai.example.com/try/double#lwt_")
    assert "not used yet" in project("link", "list").out
    assert project("link", "revoke", done.json["id"]).code == 0
    assert "revoked" in project("link", "list").out
    assert project("link", "revoke", "nothing").code == 2


def test_a_link_has_a_budget_and_limits_as_a_key_has(project: Shell):
    more = ("--budget", "2USD/day", "--budget", "1000tokens", "--limit", "requests=6", "--allow-unknown-price")
    made = project("link", "new", "double", "--to", "Ada", *more, "--json").json
    assert (made["budgets"], made["limits"]) == (["2 USD/day", "1000 tokens"], {"": {"requests": 6}})
    (listed,) = project("link", "list", "--json").json["links"]
    assert (listed["limits"], listed["unknown_price"]) == ({"": {"requests": 6}}, True)
    assert [(each["holder"], each["most"], each["spent"]) for each in listed["budgets"]] == [
        (f"link:{made['id']}", 2_000_000, 0), (f"link:{made['id']}", 1000, 0),
    ]  # fmt: skip
    assert "2 USD/day" in project("link", "list").out.replace("\n", " ")
    noted = project("key", "audit", "--json").json
    assert "1000 tokens" in str(noted)
    changed = project("key", "budget", f"link:{made['id']}", "--set", "3USD/day", "--json").json["budgets"]
    assert [each["budget"] for each in changed] == ["3 USD/day", "1000 tokens"]
    assert project("key", "budget", "link:nothing", "--set", "3USD/day").code == 2
    for wrong in (("--budget", "a lot"), ("--limit", "requests=many")):
        assert project("link", "new", "double", "--to", "Bo", *wrong).code == 2
    assert len(project("link", "list", "--json").json["links"]) == 1


def test_a_name_that_is_not_served_is_refused_with_the_nearest(project: Shell):
    done = project("link", "new", "duoble", "--to", "Ada")
    assert done.code != 0
    assert "double" in done.err
