"""A prompt's text, taken apart: fields, sections, templates, examples. Knows nothing of files on disk or of models."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from loomwork.kernel.canonical import Digest, digest_bytes
from loomwork.kernel.errors.prompts import ExampleLacks, ExamplesNowhere, FrontMatterOpen, MissingVariables
from loomwork.kernel.messages import Message, Part
from loomwork.prompts.examples import Example, as_example, read_examples
from loomwork.prompts.fields import Fields, read_fields
from loomwork.prompts.frontmatter import read_front_matter
from loomwork.prompts.missing import missing
from loomwork.prompts.sections import Section, split_sections
from loomwork.prompts.templates import Template

_FENCE = re.compile(r"---[ \t]*$")


class Block(Struct, frozen=True):
    """One section with its template."""

    section: Section
    template: Template


class Source(Struct, frozen=True, kw_only=True):
    """One version of a prompt."""

    label: str
    """What messages call it: the file's path, or the beginning of the text."""
    version: Digest
    """Hash of the text and of its examples file."""
    fields: Fields
    blocks: tuple[Block, ...]
    examples: tuple[Example, ...] = ()

    @property
    def variables(self) -> frozenset[str]:
        """Every variable that a template reads."""
        return frozenset(name for block in self.blocks for name in block.template.variables)

    @property
    def needed(self) -> frozenset[str]:
        """The variables that a call must give."""
        names = frozenset(name for block in self.blocks for name in block.template.needed)
        return names - self.fields.defaults.keys()

    def messages(
        self,
        values: Mapping[str, object],
        *,
        examples: Sequence[Example] = (),
        suffix: str = "",
        media: Sequence[Part] = (),
    ) -> tuple[Message, ...]:
        """Return the conversation: system, examples, then the rest; `suffix` and `media` end the last user turn.

        Raises `MissingVariables`, `BadExample`, and what templates raise.
        """
        absent = self.needed - values.keys()
        if absent:
            raise MissingVariables(**missing(self.label, absent, values.keys()))
        system = [block for block in self.blocks if block.section.role == "system"]
        turns = [block for block in self.blocks if block.section.role != "system"]
        last = max((at for at, block in enumerate(turns) if block.section.role == "user"), default=-1)
        said = [Message.system(text) for block in system if (text := self._text(block, values)).strip()]
        for example in examples:
            said += self._shown(example, turns)
        for at, block in enumerate(turns):
            text = self._text(block, values)
            if at == last:
                text = f"{text}\n\n{suffix}" if suffix else text
                said.append(Message.user(text, *media))
            else:
                said.append(Message.user(text) if block.section.role == "user" else Message.assistant(text))
        if last < 0 and (suffix or media):
            said.append(Message.user(suffix, *media))
        return tuple(said)

    def _text(self, block: Block, values: Mapping[str, object]) -> str:
        return block.template.render({**self.fields.defaults, **values})

    def _shown(self, example: Example, turns: Sequence[Block]) -> list[Message]:
        """Return an example as a turn of the user (the prompt's own user section) and the wanted answer."""
        asking = [block for block in turns if block.section.role == "user"][:1]
        values = {**self.fields.defaults, **example.variables}
        for block in asking:
            absent = block.template.needed - values.keys()
            if absent:
                names = ", ".join(sorted(absent))
                raise ExampleLacks(place=example.place or self.label, names=names)
        asked = "\n\n".join(block.template.render(values) for block in asking)
        return [Message.user(asked), Message.assistant(example.answer)]


def parse_source(text: str, *, label: str, read_beside: Callable[[str], str] | None = None) -> Source:
    """Return the prompt in a text. Raises `PromptError`s that name `label` and the line.

    Args:
        text: The whole file.
        label: What messages call it.
        read_beside: Reads a file that the front matter names; None where there is no folder to look in.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    front, body, body_line = _split_front(text, label)
    fields = read_fields(read_front_matter(front, file=label), file=label) if front is not None else Fields()
    sections = split_sections(body, file=label, first_line=body_line)
    blocks = tuple(Block(part, Template(part.text, file=label, line=part.line)) for part in sections)
    beside, examples = _examples(fields, label, read_beside)
    version = digest_bytes("\0".join([text, *beside]).encode())
    return Source(label=label, version=version, fields=fields, blocks=blocks, examples=examples)


def _split_front(text: str, label: str) -> tuple[str | None, str, int]:
    lines = text.split("\n")
    if not _FENCE.match(lines[0]):
        return None, text, 1
    for at, line in enumerate(lines[1:], 1):
        if _FENCE.match(line):
            return "\n".join(lines[1:at]), "\n".join(lines[at + 1 :]), at + 2
    raise FrontMatterOpen(file=label, line=1)


def _examples(
    fields: Fields, label: str, read_beside: Callable[[str], str] | None
) -> tuple[list[str], tuple[Example, ...]]:
    if not fields.examples_file:
        inline = (as_example(node.plain(), place=f"{label}:{node.line}") for node in fields.examples)
        return [], tuple(inline)
    if read_beside is None:
        place = f"{label}:{fields.examples_line}"
        raise ExamplesNowhere(place=place)
    text = read_beside(fields.examples_file)
    return [text], read_examples(text, file=fields.examples_file)


def plain_params(source: Source) -> dict[str, Any]:
    """Return the front matter's parameters as fields of a request."""
    params = dict(source.fields.params)
    if "stop" in params:
        params["stop"] = tuple(params["stop"])
    return params
