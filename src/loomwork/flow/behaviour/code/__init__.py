"""Read what a function does from its code object. Knows nothing of live values, modules or projects."""

from loomwork.flow.behaviour.code.skeleton import Skeleton, skeleton_of
from loomwork.flow.behaviour.code.tokens import Mutation, Ref

__all__ = ["Mutation", "Ref", "Skeleton", "skeleton_of"]
