r"""Meters as Prometheus reads them: the text format 0.0.4 and OpenMetrics 1.0. Pure; knows no row.

https://prometheus.io/docs/instrumenting/exposition_formats/ and the OpenMetrics 1.0 specification: counters end in
`_total`, histograms count up to and with each bound, label values are escaped, OpenMetrics ends with `# EOF`.

>>> from loomwork.monitor.meters import Family
>>> print(exposed([Family("loomwork_requests", "Requests.", ("served",), {('a"b',): 2.0})], [], []), end="")
# HELP loomwork_requests_total Requests.
# TYPE loomwork_requests_total counter
loomwork_requests_total{served="a\"b"} 2
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

from loomwork.monitor.meters import Family, Histogram

Format = Literal["text", "openmetrics"]
TEXT = "text/plain; version=0.0.4; charset=utf-8"
_WHOLE = 1e15
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


class Gauge(NamedTuple):
    """A value that goes up and down."""

    name: str
    tells: str
    value: float


def chosen(accept: str) -> Format:
    """Return the format that an Accept header asks for.

    >>> chosen("application/openmetrics-text; version=1.0.0,text/plain;q=0.5"), chosen("*/*")
    ('openmetrics', 'text')
    """
    return "openmetrics" if "application/openmetrics-text" in accept else "text"


def exposed(
    counters: Iterable[Family], histograms: Iterable[Family], gauges: Iterable[Gauge], *, form: Format = "text"
) -> str:
    """Return everything in one format."""
    lines: list[str] = []
    for family in counters:
        lines += _head(family.name if form == "openmetrics" else f"{family.name}_total", family.tells, "counter")
        for labels, value in family.values.items():
            lines.append(_line(f"{family.name}_total", zip(family.labels, labels, strict=True), value))  # pyright: ignore[reportArgumentType] # of counters
    for family in histograms:
        lines += _head(family.name, family.tells, "histogram")
        for labels, histogram in family.values.items():
            lines += _histogram(family, labels, histogram)  # pyright: ignore[reportArgumentType] # of histograms
    for gauge in gauges:
        lines += _head(gauge.name, gauge.tells, "gauge")
        lines.append(_line(gauge.name, (), gauge.value))
    if form == "openmetrics":
        lines.append("# EOF")
    return "\n".join(lines) + "\n"


def _head(name: str, tells: str, kind: str) -> Sequence[str]:
    text = tells.replace("\\", "\\\\").replace("\n", "\\n")
    return f"# HELP {name} {text}", f"# TYPE {name} {kind}"


def _histogram(family: Family, labels: tuple[str, ...], histogram: Histogram) -> Iterator[str]:
    own = list(zip(family.labels, labels, strict=True))
    bounds = [*(_number(bound) for bound in histogram.bounds), "+Inf"]
    for bound, count in zip(bounds, accumulate(histogram.counts), strict=True):
        yield _line(f"{family.name}_bucket", [*own, ("le", bound)], count)
    yield _line(f"{family.name}_sum", own, histogram.sum)
    yield _line(f"{family.name}_count", own, sum(histogram.counts))


def _line(name: str, labels: Iterable[tuple[str, str]], value: float) -> str:
    shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
    return f"{name}{{{shown}}} {_number(value)}" if shown else f"{name} {_number(value)}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < _WHOLE else repr(float(value))
