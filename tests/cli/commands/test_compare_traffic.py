"""A/B from live traffic: variants and outcomes stand on the roots of traces that came from elsewhere."""

import json

import pytest

from tests.cli.conftest import Shell


def otlp(traces: list[dict]) -> dict:
    """Traces of one root each, as OpenTelemetry sends them."""
    spans = [
        {
            "traceId": f"{n + 1:032x}",
            "spanId": f"{n + 1:016x}",
            "name": "answer",
            "startTimeUnixNano": str(1_700_000_000_000_000_000 + n),
            "endTimeUnixNano": str(1_700_000_000_100_000_000 + n),
            "attributes": [{"key": key, "value": value} for key, value in each.items()],
        }
        for n, each in enumerate(traces)
    ]
    return {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}


@pytest.fixture
def shop(shell: Shell) -> Shell:
    """200 users a variant; b pleases 70 % of them, a 40 %."""
    traces = []
    for n in range(400):
        arm, pleased = "ab"[n % 2], (n // 2) % 10 < (7 if n % 2 else 4)
        traces.append({
            "app.variant": {"stringValue": arm},
            "feedback": {"boolValue": pleased},
            "user.id": {"stringValue": f"u{n // 2 % 100}-{arm}"},
        })  # fmt: skip
    traces += [{"app.variant": {"stringValue": "a"}}, {"other": {"stringValue": "x"}}]
    shell.write("loomwork.toml", "")
    shell.write("traces.json", json.dumps(otlp(traces)))
    done = shell("trace", "import", "traces.json", "--json")
    assert done.code == 0, done
    return shell


def test_variants_of_live_traffic_are_compared_by_what_came_of_them(shop: Shell):
    found = shop("compare", "--by", "app.variant", "--outcome", "feedback", "--json").json
    a, b = found["arms"]
    assert (a["arm"], a["mean"], a["units"], b["mean"]) == ("a", 0.4, 200, 0.7)
    assert b["delta"] == pytest.approx(0.3)
    assert 0.2 < b["delta_low"] < 0.3 < b["delta_high"] < 0.4
    assert b["p"] < 1e-6
    assert (found["without"], found["split_p"] > 0.9) == (1, True)
    told = shop("compare", "--by", "app.variant", "--outcome", "feedback", "--lang", "zh")
    assert "有 1 条调用链" in told.out or "1 条调用链分到了变体" in told.out


def test_a_user_counts_once(shop: Shell):
    found = shop("compare", "--by", "app.variant", "--outcome", "feedback", "--unit", "user.id", "--json").json
    assert [each["units"] for each in found["arms"]] == [100, 100]
    assert [each["traces"] for each in found["arms"]] == [200, 200]


def test_arms_of_sizes_that_chance_does_not_explain_are_told(shell: Shell):
    shell.write("loomwork.toml", "")
    traces = [{"v": {"stringValue": "a" if n % 3 else "b"}, "o": {"doubleValue": n % 7}} for n in range(300)]
    shell.write("traces.json", json.dumps(otlp(traces)))
    shell("trace", "import", "traces.json")
    done = shell("compare", "--by", "v", "--outcome", "o")
    assert done.code == 1
    assert "something assigns wrongly" in done.out


def test_what_is_compared_must_be_clear(shop: Shell):
    for words in (["--by", "app.variant"], ["r1"], [], ["r1", "r2", "--by", "x", "--outcome", "y"]):
        done = shop("compare", *words)
        assert done.code == 2
        assert "it is not clear what is compared" in done.err
    assert "no two variants of 'nothing'" in shop("compare", "--by", "nothing", "--outcome", "feedback").err
