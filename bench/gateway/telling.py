"""Tell what the bench found, as Markdown. Pure; knows no server."""

import statistics
from typing import NamedTuple

Figures = dict[str, dict[str, list[float]]]
"""By kind, by side, one value a round."""
_FLOOR = "floor"


class Run(NamedTuple):
    """Everything that was measured."""

    said: str
    figures: Figures
    firsts: Figures
    paces: dict[str, list[dict[str, float]]]
    ready_s: list[float]
    peer_ready_s: float
    memory_mb: tuple[float, float]
    peer_memory_mb: float


def section(run: Run) -> str:
    """The section for the README."""
    lines = [f"Taken {run.said}.", "", *_costs(run.figures), "", *_others(run)]
    return "\n".join(lines)


def _costs(figures: Figures) -> list[str]:
    with_peer = any("peer" in sides for sides in figures.values())
    head = "| CPU µs a request | loomwork | spread |" + (" LiteLLM | spread | times |" if with_peer else "")
    lines = [head, "|---|---|---|" + ("---|---|---|" if with_peer else "")]
    for kind, sides in figures.items():
        ours = sides["ours"]
        name = "a bare uvicorn application (the floor)" if kind == _FLOOR else kind
        line = f"| {name} | {statistics.median(ours):.0f} | {_spread(ours)} |"
        if with_peer:
            line += _against(ours, sides.get("peer"))
        lines.append(line)
    return lines


def _against(ours: list[float], theirs: list[float] | None) -> str:
    if theirs is None:
        return " | | |"
    ratios = [other / own for own, other in zip(ours, theirs, strict=True)]
    times = f"{statistics.median(ratios):.0f} ({min(ratios):.0f} to {max(ratios):.0f})"
    return f" {statistics.median(theirs):,.0f} | {_spread(theirs)} | {times} |"


def _spread(values: list[float]) -> str:
    return f"{min(values):,.0f} to {max(values):,.0f}"


def _others(run: Run) -> list[str]:
    lines = ["| what | value |", "|---|---|"]
    firsts = run.firsts[""]
    for side, name in (("ours", "loomwork"), ("peer", "LiteLLM")):
        if side in firsts:
            added = [(own - straight) * 1e3 for own, straight in zip(firsts[side], firsts["direct"], strict=True)]
            told = f"{statistics.median(added):.2f} ms ({min(added):.2f} to {max(added):.2f})"
            lines.append(f"| added to the first token of a stream, one client, {name} | {told} |")
    capacity = run.paces["capacity"][0]["rate"]
    lines.append(f"| misses a second at most, with the load and the double on the same cores | {capacity:.0f} |")
    for share in ("p50", "p99"):
        pairs = zip(run.paces["ours"], run.paces["direct"], strict=True)
        added = [own[share] - straight[share] for own, straight in pairs]
        told = f"{statistics.median(added):.2f} ms ({min(added):.2f} to {max(added):.2f})"
        lines.append(f"| added {share} at half of that, open loop, temperature 0 | {told} |")
    errors = sum(each["errors"] for each in run.paces["ours"])
    late = statistics.median(each["late"] for each in run.paces["ours"])
    lines.append(f"| failed at that load, and how late the load itself was (p99) | {errors:.0f}, {late:.2f} ms |")
    ready = f"{statistics.median(run.ready_s):.2f} s ({min(run.ready_s):.2f} to {max(run.ready_s):.2f})"
    lines.append(f"| from the command to the first 200 of /readyz | {ready} |")
    first, last = run.memory_mb
    lines.append(f"| resident at the start and at the end, all processes | {first:.0f} and {last:.0f} MB |")
    if run.peer_memory_mb:
        lines.append(f"| LiteLLM: ready, resident at the end | {run.peer_ready_s:.1f} s, {run.peer_memory_mb:.0f} MB |")
    return lines
