"""Score a run, say how sure one can be, hold two runs against each other, judge gates. Knows no terminal or page."""
