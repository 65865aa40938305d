"""What Prometheus reads is what happened; labels are escaped and bounded."""

import re

from loomwork.monitor.exposition import Gauge, chosen, exposed
from loomwork.monitor.meters import MOST_LABELS, Meters
from tests.store.contract_of_requests import a_request


def values(text: str) -> dict[str, float]:
    return {
        line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
        for line in text.splitlines()
        if line and not line.startswith("#")
    }


def test_counters_and_histograms_say_what_came() -> None:
    meters = Meters()
    meters.write([a_request("a"), a_request("b", cached="exact", saved_micros=30, cost_micros=0)])
    meters.write([a_request("c", status=503, error="ModelDown", first_ns=0)])
    told = values(exposed(meters.counters, meters.histograms, []))
    assert told['loomwork_requests_total{served="answer",model="fast",status="200",cached=""}'] == 1
    assert told['loomwork_requests_total{served="answer",model="fast",status="503",cached=""}'] == 1
    assert told['loomwork_errors_total{served="answer",error="ModelDown"}'] == 1
    assert told['loomwork_tokens_total{served="answer",model="fast",direction="out"}'] == 303
    assert told['loomwork_saved_total{served="answer",currency="USD"}'] == 0.00003
    assert told['loomwork_request_seconds_bucket{served="answer",model="fast",le="1"}'] == 0
    assert told['loomwork_request_seconds_bucket{served="answer",model="fast",le="2.5"}'] == 2
    assert told['loomwork_request_seconds_bucket{served="answer",model="fast",le="+Inf"}'] == 2
    assert told['loomwork_request_seconds_count{served="answer",model="fast"}'] == 2
    assert told['loomwork_token_seconds_count{served="answer",model="fast"}'] == 1


def test_buckets_never_fall() -> None:
    meters = Meters()
    meters.write([a_request(f"q{n}", total_ns=n * 50_000_000) for n in range(1, 60)])
    told = values(exposed([], meters.histograms, []))
    counts = [count for name, count in told.items() if name.startswith("loomwork_request_seconds_bucket")]
    assert counts == sorted(counts)
    assert counts[-1] == 59


def test_a_label_cannot_break_out_of_its_line() -> None:
    meters = Meters()
    meters.write([a_request(served='a"} 1\nloomwork_fake 7\\')])
    text = exposed(meters.counters, meters.histograms, [])
    assert r'served="a\"} 1\nloomwork_fake 7\\"' in text
    assert not any(line.startswith("loomwork_fake") for line in text.splitlines())
    assert all(re.match(r"(# (HELP|TYPE) |[a-z_]+(\{.*\})? )", line) for line in text.splitlines())


def test_labels_that_anybody_can_make_up_stay_bounded() -> None:
    meters = Meters()
    for number in range(2 * MOST_LABELS):
        meters.write([a_request(served=f"s{number}", key=f"k{number}", model=f"m{number}")])
    assert all(len(family.values) <= MOST_LABELS + 1 for family in (*meters.counters, *meters.histograms))
    told = values(exposed(meters.counters, [], []))
    requests = {name: value for name, value in told.items() if name.startswith("loomwork_requests_total")}
    assert sum(requests.values()) == 2 * MOST_LABELS  # none is lost
    meters = Meters()
    meters.write([a_request(served=f"made up {number}", model="", status=404) for number in range(50)])
    assert len(meters.counters[0].values) == 1


def test_openmetrics_is_what_its_specification_says() -> None:
    meters = Meters()
    meters.write([a_request()])
    text = exposed(meters.counters, meters.histograms, [Gauge("loomwork_x", "X.", 1.5)], form="openmetrics")
    assert text.endswith("# EOF\n")
    assert "# TYPE loomwork_requests counter\n" in text
    assert "\nloomwork_requests_total{" in text
    assert "\nloomwork_x 1.5\n" in text
    assert chosen("application/openmetrics-text;version=1.0.0;q=0.75,text/plain;q=0.5") == "openmetrics"
    assert chosen("text/plain") == "text"


def test_rows_go_on_to_the_store() -> None:
    taken: list[object] = []

    class Store:
        def write(self, rows: object) -> None:
            taken.append(rows)

    Meters(Store()).write([a_request()])
    assert taken == [[a_request()]]
