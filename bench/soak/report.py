"""The section of a soak in bench/README.md: what was sent, what it came to, what the server held meanwhile. Pure."""

import statistics
from collections.abc import Sequence

from bench.soak.load import Came
from bench.soak.watching import Sample, robust_slope, slope

MOST_SLOPE, MOST_WAL = 1.0, 64.0


def section(samples: Sequence[Sample], came: Came, *, rate: float, warm_s: float, about: str, said: str) -> str:
    """Return the section as Markdown."""
    warm = [each for each in samples if each.at_s >= warm_s]
    minutes = samples[-1].at_s / 60
    at = [each.at_s for each in warm]
    resident = [each.resident for each in warm]
    found = slope(at, resident)
    rows = [
        f"{came.total:,} requests in {minutes:.0f} minutes ({rate:g} a second at random moments) to a real `loomwork"
        " serve` (supervisor and serving process) in front of the double of a provider; looked at every ten seconds."
        f" Figures after the first {warm_s / 60:.0f} minutes, which fill the caches ([gateway] cache_memory = 1MiB, so"
        f" that they are full by then). {about}",
        "",
        "| | at the end of the warm-up | at the end | least | most | an hour |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, pick, unit in (
        ("resident memory, both processes", lambda one: one.resident, "MB"),
        ("of it not shared", lambda one: one.private, "MB"),
        ("descriptors", lambda one: float(one.descriptors), ""),
        ("threads", lambda one: float(one.threads), ""),
        ("write-ahead log", lambda one: one.wal, "MB"),
        ("store", lambda one: one.store, "MB"),
    ):
        values = [pick(each) for each in warm]
        shown = [_figure(value, unit) for value in (values[0], values[-1], min(values), max(values))]
        hourly = f"{slope(at, values):+.2f} {unit}".strip()
        rows.append(f"| {name} | {' | '.join(shown)} | {hourly} |")
    verdict = "under" if found < MOST_SLOPE else "NOT under"
    wal = max(each.wal for each in samples)
    rows += [
        "",
        f"Memory: {found:+.2f} MB an hour by least squares, {robust_slope(at, resident):+.2f} by the median of all"
        f" pairs: {verdict} {MOST_SLOPE:g} MB; {_late(samples):+.2f} in the last third of the run. In five parts of"
        f" equal length its mean is {_parts(resident)} MB. The"
        f" write-ahead log was at most {wal:.1f} MB over the whole run ({'under' if wal < MOST_WAL else 'NOT under'}"
        f" {MOST_WAL:g}).",
        "",
        "| kind | requests | came to |",
        "|---|---:|---|",
        *(
            f"| {kind.replace('_', ' ')} | {sum(counts.values()):,} | "
            + ", ".join(f"{outcome} {count:,}" for outcome, count in counts.most_common())
            + " |"
            for kind, counts in sorted(came.counts.items())
        ),
        "",
        f"Not as wanted: {_wrong(came)}. The slowest answer took {came.slowest:.1f} s. {said}",
    ]
    return "\n".join(rows)


def _late(samples: Sequence[Sample]) -> float:
    """MB an hour in the last third: what still grows when SQLite's page caches (16 MiB a connection) are full."""
    late = [each for each in samples if each.at_s >= samples[-1].at_s * 2 / 3]
    return slope([each.at_s for each in late], [each.resident for each in late])


def _figure(value: float, unit: str) -> str:
    return f"{value:.1f} {unit}" if unit else f"{value:.0f}"


def _parts(values: list[float]) -> str:
    size = max(1, len(values) // 5)
    return ", ".join(f"{statistics.fmean(values[n * size : (n + 1) * size]):.1f}" for n in range(5))


def _wrong(came: Came) -> str:
    if not came.wrong:
        return "nothing"
    return ", ".join(f"{kind} ({count})" for kind, count in came.wrong.most_common())
