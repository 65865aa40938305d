"""Published ways of asking, each a small function over `ask`. Knows nothing of models or settings."""

from loomwork.prompts.techniques.chain_of_thought import Reasoned, chain_of_thought
from loomwork.prompts.techniques.meta_prompt import meta_prompt
from loomwork.prompts.techniques.react import Reacted, react
from loomwork.prompts.techniques.self_consistency import Vote, self_consistency
from loomwork.prompts.techniques.tree_of_thoughts import Thought, tree_of_thoughts

__all__ = [
    "Reacted",
    "Reasoned",
    "Thought",
    "Vote",
    "chain_of_thought",
    "meta_prompt",
    "react",
    "self_consistency",
    "tree_of_thoughts",
]
