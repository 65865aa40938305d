"""Hold what blame said against the truth of a fault. Starts nothing."""

from dataclasses import dataclass

from bench.blame.desk import Asked
from bench.blame.faults import Fault


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How one fault went."""

    fault: Fault
    step: bool
    changes: bool
    certain: bool
    calls: int
    needed: int
    rerun: int
    orders: int
    wall_s: float
    said: str

    @property
    def line(self) -> str:
        """One line for the console."""
        marks = f"{'step ' if self.step else 'STEP '}{'change' if self.changes else 'CHANGE'}"
        sure = "certain" if self.certain else "unsure"
        counts = f"{self.calls} calls of {self.needed} ({self.rerun} in full), {self.wall_s:.1f} s"
        wrong = "" if self.step and self.changes else f"  said: {self.said}"
        return f"{marks}  {sure:8} {self.fault.kind:14} {self.fault.name:60} {counts}{wrong}"


def judge(fault: Fault, asked: Asked) -> Verdict:
    """Right is: the very step, and exactly the changes that were written down."""
    blamed = asked.blamed
    step = blamed.get("step") or {}
    named = [change["name"] for change in blamed.get("changes", [])]
    met = [any(name.endswith(wanted) or wanted in name.split(" (")[0] for name in named) for wanted in fault.changes]
    is_right = all(met) and len(named) == len(fault.changes)
    calls = blamed.get("calls", {})
    return Verdict(
        fault=fault,
        step=str(step.get("name", "")).endswith(f":{fault.step}"),
        changes=is_right,
        certain=bool(blamed.get("certain")),
        calls=asked.calls,
        needed=calls.get("needed", 0),
        rerun=asked.rerun,
        orders=asked.orders,
        wall_s=asked.wall_s,
        said=f"{step.get('name')} {named} also {[each['name'] for each in blamed.get('also', [])]} "
        f"{blamed.get('notes')} {asked.stderr if asked.code else ''}",
    )
