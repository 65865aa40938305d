"""Rules that say when somebody should look: decided purely, watched on a clock, told by log, webhook and e-mail."""

from loomwork.monitor.alerts.rules import Burn, Rule, Verdict, decide
from loomwork.monitor.alerts.watching import Change, Watcher

__all__ = ["Burn", "Change", "Rule", "Verdict", "Watcher", "decide"]
