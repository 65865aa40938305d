"""Prompt files, templates, `ask`, few-shot, techniques, structured output. Knows models through a Protocol only."""

from loomwork.prompts.calls import Asks, Models
from loomwork.prompts.examples import Example, nearest_examples
from loomwork.prompts.handle import ModelHandle
from loomwork.prompts.prompt import Prompt, describe_use

__all__ = ["Asks", "Example", "ModelHandle", "Models", "Prompt", "describe_use", "nearest_examples"]
