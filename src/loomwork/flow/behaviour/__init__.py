"""What a step does, as one hash: its code and all the project's code and values that it reaches.

Knows nothing of calls, memos or runs. The passes, in order: `code` reads code objects, `resolve` follows names,
`values`, `callables` and `objects` write live values, `functions`, `classes`, `leaves`, `wide` and `effects` make the
nodes of a graph, `walk` reads one hash off it, `difference` compares two.
"""

from loomwork.flow.behaviour.behaviours import Behaviours
from loomwork.flow.behaviour.difference import Change, diff_parts
from loomwork.flow.behaviour.loader import ProjectFinder, import_target, install_finder
from loomwork.flow.behaviour.parts import Behaviour, Part, unpack_parts
from loomwork.flow.behaviour.project import Project

__all__ = [
    "Behaviour",
    "Behaviours",
    "Change",
    "Part",
    "Project",
    "ProjectFinder",
    "diff_parts",
    "import_target",
    "install_finder",
    "unpack_parts",
]
