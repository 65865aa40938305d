"""What was measured, line by line: medians, spread, targets, and the load beside it. Knows no measure."""

import os
import statistics
import sys
import time
from typing import NamedTuple


class Line(NamedTuple):
    """One figure."""

    part: str
    what: str
    values: list[float]
    unit: str
    target: float | None
    at_most: bool
    """Whether the target is kept by the highest value; else by the median."""
    digits: int

    @property
    def decisive(self) -> float:
        """The value that is held against the target."""
        return max(self.values) if self.at_most else statistics.median(self.values)

    @property
    def met(self) -> bool:
        """Whether the target is met; true without one."""
        return self.target is None or self.decisive <= self.target

    def figure(self) -> str:
        """Return median and range."""
        middle = f"{statistics.median(self.values):,.{self.digits}f}"
        if len(self.values) > 1:
            low, high = min(self.values), max(self.values)
            middle += f" ({low:,.{self.digits}f} to {high:,.{self.digits}f})"
        return f"{middle} {self.unit}".strip()

    def verdict(self) -> str:
        """Return the target and whether it was met."""
        if self.target is None:
            return ""
        return f"<= {self.target:g}{' at most' if self.at_most else ''}{'' if self.met else ', **not met**'}"


class Report:
    """Lines in order, parts with the load that stood beside them, tables and notes."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.notes: list[str] = []
        self.tables: dict[str, list[str]] = {}
        self.loads: dict[str, str] = {}
        self.part = ""

    def begin(self, part: str) -> None:
        """Begin a part; what is added belongs to it."""
        self.part = part
        self.loads[part] = f"{os.getloadavg()[0]:.1f}"
        self.say(f"== {part}, load {self.loads[part]} at {time.strftime('%H:%M:%S')}")

    def end(self) -> None:
        """Note the load at the end of a part."""
        self.loads[self.part] += f" to {os.getloadavg()[0]:.1f}"

    def add(
        self, what: str, values: list[float], unit: str = "", *, target: float | None = None, at_most: bool = False,
        digits: int = 1,
    ) -> None:  # fmt: skip
        """Add one figure."""
        if values:
            self.lines.append(line := Line(self.part, what, values, unit, target, at_most, digits))
            self.say(f"   {what}: {line.figure()} {line.verdict()}")

    def note(self, text: str) -> None:
        """Add a sentence."""
        self.notes.append(text)
        self.say(f"   note: {text[:150]}")

    def say(self, text: str) -> None:
        """Tell whoever watches."""
        print(text, file=sys.stderr, flush=True)

    @property
    def met(self) -> bool:
        """Whether every target is met."""
        return all(line.met for line in self.lines)

    def text(self, head: str) -> str:
        """Return the section for the README."""
        rows = [head, "", "| what | measured | target |", "|---|---|---|"]
        part = ""
        for line in self.lines:
            if line.part != part:
                part = line.part
                rows.append(f"| **{part}** (load {self.loads[part]}) | | |")
            rows.append(f"| {line.what} | {line.figure()} | {line.verdict()} |")
        for title, table in self.tables.items():
            rows += ["", title, "", *table]
        if self.notes:
            rows += ["", *[f"- {note}" for note in self.notes]]
        return "\n".join(rows)
