"""`loomwork key`: made, shown, rotated, revoked, given a budget; the secret is told once."""

import re

from tests.cli.conftest import Shell

SECRET = re.compile(r"lw_[0-9A-Za-z]{49}")


def test_a_key_is_made_listed_rotated_revoked_and_all_of_it_is_in_the_log(shell: Shell):
    shell.write("loomwork.toml", "")
    made = shell("key", "create", "shop", "--owner", "mei", "--budget", "5USD/day", "--limit", "smart:tokens=100")
    assert made.code == 0
    assert SECRET.fullmatch(made.out.strip())
    again = shell("key", "rotate", "shop", "--overlap", "1h", "--json").json
    assert SECRET.fullmatch(again["secret"])
    assert again["secret"] != made.out.strip()
    (key,) = shell("key", "list", "--json").json["keys"]
    assert (key["name"], key["owner"], key["state"], len(key["secrets"])) == ("shop", "mei", "active", 2)
    assert key["budgets"][0]["most"] == 5_000_000
    assert key["limits"] == {"smart": {"tokens": 100}}
    assert shell("key", "budget", "owner:mei", "--set", "9CNY/month", "--json").json["budgets"][0]["unit"] == "CNY"
    shown = shell("key", "show", "shop", "--json").json
    assert [each["holder"] for each in shown["budgets"]] == [f"key:{key['id']}", "owner:mei"]
    assert shell("key", "budget", "owner:mei", "--drop", "--json").json["budgets"] == []
    assert shell("key", "revoke", key["id"][:12], "--json").json["key"] == key["id"]
    assert shell("key", "list", "--json").json["keys"] == []
    assert shell("key", "list", "--all", "--json").json["keys"][0]["state"] == "revoked"
    log = shell("key", "audit", "--json").json
    assert [entry["action"] for entry in reversed(log["entries"])] == [
        "key.create", "key.rotate", "budget.set", "budget.set", "key.revoke",
    ]  # fmt: skip
    assert log["fault"] is None
    assert shell("key", "rotate", "shop").code == 2
    assert SECRET.search(shell("key", "show", "shop").out + shell("key", "audit").out) is None


def test_keys_speak_chinese_and_say_what_is_wrong(shell: Shell):
    shell.write("loomwork.toml", "")
    made = shell("key", "create", "--lang", "zh")
    assert "仅此" in shell("key", "create", "--help", "--lang", "zh").out
    assert "只在此刻显示" in made.err
    for words, told in (
        (("create", "--scope", "chatt"), "is no scope"),
        (("create", "--budget", "5"), "is no budget"),
        (("show", "nobody"), "there is no key 'nobody'"),
        (("show", made.out.strip()), "there is no key 'lw_...'"),
    ):
        done = shell("key", *words)
        assert (done.code, told in done.err) == (2, True), done


def test_a_key_for_what_is_not_there_is_made_with_a_word_about_it(shell: Shell):
    shell.write(
        "loomwork.toml", "[models.smart]\ndriver = 'scripted'\nmodel = 'theirs'\n[serve.ask]\nstep = 'app:ask'\n"
    )
    done = shell("key", "create", "--model", "smrat", "--scope", "step:nosuch")
    assert done.code == 0
    assert "'smrat' here (did you mean 'smart'?)" in done.err
    assert "'step:nosuch'" in done.err
    assert "step:ask" in done.err
    fine = shell("key", "create", "--model", "theirs", "--model", "smart", "--scope", "step:ask", "--scope", "step:*")
    assert "called" not in fine.err


def test_a_name_belongs_to_one_key_at_a_time(shell: Shell):
    shell.write("loomwork.toml", "")
    first = shell("key", "create", "shop", "--json").json["key"]
    again = shell("key", "create", "shop")
    assert (again.code, first in again.err, "rotate shop" in again.err) == (2, True, True)
    assert len(shell("key", "list", "--json").json["keys"]) == 1
    assert shell("key", "revoke", "shop").code == 0
    second = shell("key", "create", "shop", "--json").json["key"]
    assert shell("key", "show", "shop", "--json").json["id"] == second


def test_in_a_narrow_terminal_what_matters_is_whole(shell: Shell):
    shell.write("loomwork.toml", "")
    scopes = ("--scope", "chat", "--scope", "feedback", "--scope", "traces:read")
    made = shell("key", "create", "shop", "--owner", "mei of sales", "--budget", "5USD/day", *scopes, "--json").json
    listed = shell("key", "list").out
    assert made["key"] in listed
    assert "5 USD/day" in listed
    assert "chat, feedback, traces:read" in listed
    log = shell("key", "audit").out
    entry = log[log.index("key.create") :]
    assert "scopes: chat, feedback, traces:read" in entry
    assert f"key:{made['key']}" in entry
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", log)
    assert "…" not in log


def test_a_log_that_was_changed_fails_the_doctor(shell: Shell):
    import sqlite3

    shell.write("loomwork.toml", "")
    shell("key", "create", "shop")
    with sqlite3.connect(shell.folder / ".loomwork" / "store.db") as store:
        store.execute("UPDATE audit SET actor = 'somebody else'")
    store.close()
    assert shell("key", "audit").code == 1
    done = shell("doctor", "--json")
    assert done.code == 1
    assert any("the audit log was changed at entry 1" in check["what"] for check in done.json["checks"])
