"""Which step of a row first differs between two runs, and which change did it. Rebuilds nothing itself.

`suspect` reads the two recorded call trees and names what may have done it; `settle` tells several suspects apart by
trying them one at a time, with whatever can try a set of changes.
"""

from loomwork.flow.blaming.changes import Change
from loomwork.flow.blaming.settling import Tried, Trying, settle
from loomwork.flow.blaming.suspecting import Suspicion, suspect
from loomwork.flow.blaming.verdict import Blame, Place

__all__ = ["Blame", "Change", "Place", "Suspicion", "Tried", "Trying", "settle", "suspect"]
