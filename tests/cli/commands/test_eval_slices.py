"""`loomwork eval --slices`: every value of every short key, the worst first."""

from tests.cli.conftest import Shell

APP = """
from loomwork import step

@step
def answer(question: str) -> str:
    return "no" if int(question) % 20 == 3 else question
"""
KINDS = 20


def rows(shell: Shell, *kinds: str) -> None:
    shell.write("app.py", APP)
    shell.write("loomwork.toml", "")
    shell.rows(
        *(
            {"question": str(n), "expected": str(n), **{kind: f"{kind}{n % KINDS}" for kind in kinds}}
            for n in range(10 * KINDS)
        )
    )


def test_all_slices_are_printed_with_their_interval_and_those_that_stand_out_are_marked(shell: Shell):
    rows(shell, "kind")
    words = ("eval", "app:answer", "--data", "data.jsonl", "--scorer", "exact", "--no-leaks")
    few = shell(*words, "--json").json["scores"][0]["slices"]
    every = shell(*words, "--slices", "--json").json["scores"][0]["slices"]
    assert (len(few), len(every)) == (12, KINDS)
    assert every[:12] == few
    done = shell("eval", "--run", "last", "--scorer", "exact", "--slices", "--no-leaks")
    assert done.code == 0, done
    table = done.out.rpartition("slice")[2].splitlines()
    told = [line for line in table if "kind = kind" in line]
    assert len(told) == KINDS
    assert "kind = kind3 " in told[0]
    assert "worse than the others" in told[0]
    assert sum("worse than the others" in line for line in told) == 1
    chinese = shell("eval", "--run", "last", "--scorer", "exact", "--slices", "--no-leaks", "--lang", "zh").out
    assert "比其他行差" in chinese


def test_rows_that_nothing_groups_have_no_slices(shell: Shell):
    rows(shell)
    done = shell("eval", "app:answer", "--data", "data.jsonl", "--scorer", "exact", "--slices", "--no-leaks")
    assert "there are no slices" in done.out
