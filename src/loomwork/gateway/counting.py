"""Counts of requests for `/metrics`, in memory. Knows no format but Prometheus' text.

>>> counters = Counters()
>>> "loomwork_gateway_requests_total" in counters.text()
True
"""

from collections import Counter

from loomwork.store.rows import RequestRow

_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Counters:
    """What was counted since the start."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._cached: Counter[str] = Counter()
        self._tokens: Counter[tuple[str, str]] = Counter()
        self._seconds: Counter[float] = Counter()
        self._sum = 0.0
        self._count = 0
        self.open = 0
        """Requests in progress."""

    def count(self, row: RequestRow) -> None:
        """Count one request."""
        self._requests[row.served, row.dialect, row.status] += 1
        if row.cached:
            self._cached[row.cached] += 1
        if row.input_tokens or row.output_tokens:
            self._tokens[row.served, "input"] += row.input_tokens
            self._tokens[row.served, "output"] += row.output_tokens
        seconds = row.total_ns / 1e9
        self._sum += seconds
        self._count += 1
        for bound in _BUCKETS_S:
            if seconds <= bound:
                self._seconds[bound] += 1
                break

    def text(self) -> str:
        """Everything in Prometheus' text format."""
        lines = ["# TYPE loomwork_gateway_requests_total counter"]
        lines += [
            f"loomwork_gateway_requests_total"
            f'{{served="{_label(served)}",dialect="{dialect}",status="{status}"}} {count}'
            for (served, dialect, status), count in sorted(self._requests.items())
        ]
        lines.append("# TYPE loomwork_gateway_cached_total counter")
        lines += [f'loomwork_gateway_cached_total{{kind="{kind}"}} {n}' for kind, n in sorted(self._cached.items())]
        lines.append("# TYPE loomwork_gateway_tokens_total counter")
        lines += [
            f'loomwork_gateway_tokens_total{{served="{_label(served)}",direction="{side}"}} {count}'
            for (served, side), count in sorted(self._tokens.items())
        ]
        lines.append("# TYPE loomwork_gateway_seconds histogram")
        below = 0
        for bound in _BUCKETS_S:
            below += self._seconds[bound]
            lines.append(f'loomwork_gateway_seconds_bucket{{le="{bound}"}} {below}')
        lines.append(f'loomwork_gateway_seconds_bucket{{le="+Inf"}} {self._count}')
        lines += [f"loomwork_gateway_seconds_sum {self._sum:.6f}", f"loomwork_gateway_seconds_count {self._count}"]
        lines += ["# TYPE loomwork_gateway_open gauge", f"loomwork_gateway_open {self.open}"]
        return "\n".join(lines) + "\n"


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
