"""What a release is made of, taken from a project and laid out again as a folder. Knows no server and no command."""

from loomwork.workspace.releasing.diffing import Difference, differences
from loomwork.workspace.releasing.gathering import Gathered, effective, gather
from loomwork.workspace.releasing.keeping import current, find, keep, laid_out, previous, take
from loomwork.workspace.releasing.manifest import Manifest, manifest_of

__all__ = [
    "Difference",
    "Gathered",
    "Manifest",
    "current",
    "differences",
    "effective",
    "find",
    "gather",
    "keep",
    "laid_out",
    "manifest_of",
    "previous",
    "take",
]
