"""A project as it was, or half as it was: copies in which a recorded row is tried again. Knows no command."""

from loomwork.workspace.worlds.rebuilding import Rebuilt, rebuild

__all__ = ["Rebuilt", "rebuild"]
