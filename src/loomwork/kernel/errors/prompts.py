"""What can be wrong with a prompt file, a template, or an answer that had to have a form. Knows nothing of models."""

from loomwork.kernel.errors.base import LoomworkError, UsageError
from loomwork.kernel.errors.phrases import forgotten_await


class PromptError(UsageError):
    """A prompt file or a call of it is off; no model was called."""

    what = "the prompt is off"


class PromptNotFound(PromptError):
    """The file behind a prompt is not there."""

    what = "there is no prompt file {path}{near}"
    todo = "write it, or correct the path given to Prompt(...): it is relative to the project folder {project}"


class PromptUnreadable(PromptError):
    """The file behind a prompt exists but is no UTF-8 text."""

    what = "the prompt file {path} cannot be read ({reason})"
    todo = "save it as UTF-8 text and check that it may be read"


class BadFrontMatter(PromptError):
    """The lines between the two `---` do not parse."""

    what = "the front matter cannot be read"


class BadPromptField(PromptError):
    """A front matter field is unknown or has the wrong kind of value."""

    what = "a field of the front matter is off"


class BadSection(PromptError):
    """A heading looks like a section, but is none; or a section stands where it cannot."""

    what = "the sections of a prompt are off"


class TemplateSyntax(PromptError):
    """The template cannot be parsed."""

    what = "{file}:{line}: the template cannot be parsed: {reason}"
    todo = "correct the line `{source}`; braces that are plain text go into {{% raw %}} ... {{% endraw %}}"


class TemplateForbidden(PromptError):
    """The template uses a tag or filter that prompts do not have."""

    what = "{file}:{line}: templates have no {kind} '{name}'"
    todo = "there are: {known}"


class TemplateFailed(PromptError):
    """The template stopped while it was filled in."""

    what = "{file}:{line}: the template stopped: {reason}"
    todo = "look at the line `{source}` and at the values given to it"


class MissingVariables(PromptError):
    """Variables of the prompt were not given; all of them are named at once."""

    what = "{prompt} needs {missing}, and the call gives {given}"
    todo = "pass {hint}, or set it under `defaults:` in the prompt"


class TemplateTooCostly(PromptError):
    """The template ran out of fuel."""

    what = "{file}:{line}: the template used more than its {fuel} steps"
    todo = "loop over less: select what the prompt shall see before passing it"


class PromptTooLarge(PromptError):
    """The rendered text is over the limit."""

    what = "{file}: the rendered prompt is over {limit} characters"
    todo = "pass less text, or select what the prompt shall see before passing it"


class UnprintableValue(PromptError):
    """A variable has no text form that would be the same tomorrow."""

    what = "{file}: a variable of type {type} has no text form that stays the same from run to run{hint}"
    todo = "pass a string, a number, a list or a dict, or give the class a __str__"

    def __init__(self, **fields: object) -> None:
        super().__init__(**{"hint": forgotten_await(fields.get("type")), **fields})


class BadExample(PromptError):
    """A few-shot example does not fit its prompt."""

    what = "an example of a prompt is off"


class BadReturns(PromptError):
    """`returns=` is nothing that an answer can be checked against."""

    what = "returns={given} is no type that an answer can be checked against ({reason})"
    todo = "pass a pydantic model, a dataclass, a plain type such as list[str], or a JSON schema as a dict"


class BadDraft(PromptError):
    """A prompt that a model wrote uses other variables than it was told to."""

    what = "the drafted prompt uses the variables {used}, not {wanted}"
    todo = "ask a stronger model, or describe the task more plainly"


class FieldIndented(BadFrontMatter):
    """The first field does not begin at the margin."""

    what = "{file}:{line}: the front matter cannot be read: the first field is indented"
    todo = "start it at the beginning of the line"


class ItemForField(BadFrontMatter):
    """A list item where a field must be."""

    what = "{file}:{line}: the front matter cannot be read: a list item stands where a field must"
    todo = "write `name: value`"


class TabInFrontMatter(BadFrontMatter):
    """Indentation by tab."""

    what = "{file}:{line}: the front matter cannot be read: a tab is used for indentation"
    todo = "indent with spaces"


class NoField(BadFrontMatter):
    """A line that is no field."""

    what = "{file}:{line}: the front matter cannot be read: there is no `name: value` in {text}"
    todo = "write `name: value`; put long text behind `name: |`"


class FieldNameNotText(BadFrontMatter):
    """A field is named by a number or a truth value."""

    what = "{file}:{line}: the front matter cannot be read: the name {name} is not text"
    todo = "put it into quotes"


class FieldTwice(BadFrontMatter):
    """A field is given twice."""

    what = "{file}:{line}: the front matter cannot be read: '{name}' is given twice"
    todo = "keep one"


class MisalignedField(BadFrontMatter):
    """A line is indented more than its neighbours."""

    what = "{file}:{line}: the front matter cannot be read: this line is indented more than its neighbours"
    todo = "align it with them"


class QuoteOpen(BadFrontMatter):
    """A quote is not closed."""

    what = "{file}:{line}: the front matter cannot be read: a quote is not closed in {text}"
    todo = "close it on the same line, or use `|`"


class TextBehind(BadFrontMatter):
    """Text behind a closing quote or bracket."""

    what = "{file}:{line}: the front matter cannot be read: {text} stands behind the closing quote or bracket"
    todo = "put the whole value into quotes, or remove it"


class AmbiguousValue(BadFrontMatter):
    """YAML readers disagree about a value."""

    what = "{file}:{line}: the front matter cannot be read: {text} means different things to different readers"
    todo = "put it into quotes, or write true, false, null or a plain number"


class BadBeginning(BadFrontMatter):
    """Text begins with a mark that means something else."""

    what = "{file}:{line}: the front matter cannot be read: text cannot begin with {text} here"
    todo = "put it into quotes"


class ColonInText(BadFrontMatter):
    """A colon splits a text."""

    what = "{file}:{line}: the front matter cannot be read: a colon splits {text} in two"
    todo = "put the text into quotes"


class UnknownEscape(BadFrontMatter):
    """An escape that JSON does not have."""

    what = "{file}:{line}: the front matter cannot be read: an escape in {text} is unknown"
    todo = "use the escapes of JSON, or single quotes"


class BracketOpen(BadFrontMatter):
    """A bracket is not closed, or a comma is missing."""

    what = "{file}:{line}: the front matter cannot be read: a bracket is not closed, or a comma is missing"
    todo = "separate by commas and close the bracket"


class NoColon(BadFrontMatter):
    """A name in braces without its colon."""

    what = "{file}:{line}: the front matter cannot be read: no colon follows '{name}'"
    todo = "write `name: value`"


class NoValue(BadFrontMatter):
    """Something in brackets that is no value."""

    what = "{file}:{line}: the front matter cannot be read: {text} is no value"
    todo = "put text into quotes"


class FrontMatterOpen(BadFrontMatter):
    """The second `---` is missing."""

    what = "{file}:{line}: the front matter cannot be read: it is not closed"
    todo = "write `---` on a line of its own behind the last field"


class UnknownField(BadPromptField):
    """A field that prompts do not have."""

    what = "{file}:{line}: '{name}' is no field of a prompt{near}"
    todo = "known here: {known}"


class WrongField(BadPromptField):
    """A value of the wrong kind."""

    what = "{file}:{line}: '{name}' must be: {wanted}"
    todo = "change the value, or put it into quotes where text is meant"


class ParamOutside(BadPromptField):
    """A model parameter at the top level."""

    what = "{file}:{line}: '{name}' is a model parameter"
    todo = "put it under `params:`"


class UnknownSection(BadSection):
    """A heading that is nearly a section's."""

    what = "{file}:{line}: there is no section '{name}' (did you mean ## {near}?)"
    todo = "correct it; if it is a heading of the text, write \\## {name}"


class ForeignSection(BadSection):
    """A role of other formats."""

    what = "{file}:{line}: there is no section '{name}'"
    todo = "sections are ## system, ## user, ## assistant; if it is a heading of the text, write \\## {name}"


class TextBeforeSections(BadSection):
    """Text before the first section."""

    what = "{file}:{line}: text stands before the first section"
    todo = "move it below `## system` or `## user`"


class SystemNotFirst(BadSection):
    """A second or late system section."""

    what = "{file}:{line}: the system section is not the first"
    todo = "there is one, and it stands before all others"


class ExampleNotJson(BadExample):
    """A line of an examples file is no JSON."""

    what = "{place}: the example is no JSON ({detail})"
    todo = "write one JSON object a line"


class ExampleNotObject(BadExample):
    """An example is a text or a list."""

    what = "{place}: the example is not an object"
    todo = "write the variables and output"


class ExampleWithoutOutput(BadExample):
    """An example does not say what was wanted."""

    what = "{place}: the example has no output (it has: {given})"
    todo = "add output: the answer wanted"


class ExampleLacks(BadExample):
    """An example lacks variables of the user section."""

    what = "{place}: the example gives no {names}"
    todo = "give {names}, as the user section asks for it"


class ExamplesNowhere(BadExample):
    """A text in code names an examples file."""

    what = "{place}: the example file has no folder to lie in"
    todo = "write the examples out as a list"


class BlockSet(PromptError):
    """`{% set x %}...{% endset %}`."""

    what = "{file}:{line}: templates have no block form of 'set'"
    todo = "write {{% set name = value %}}"


class TooManyJoins(PromptError):
    """A tag joins too many values."""

    what = "{file}:{line}: one tag joins more than {most} values"
    todo = "use several tags, or the filter join"


class AnswerError(LoomworkError):
    """The model answered, but not with what was asked for."""

    what = "the answer is not what was asked for"
    exit_code = 1


class AnswerDoesNotFit(AnswerError):
    """The model was asked to repair its answer and still did not give the form asked for. `text` is the last answer."""

    what = "the answer of '{model}' does not have the form asked for, after {repairs} repairs ({problem})"
    todo = "simplify the form, show an example of it, or ask a stronger model; the last answer began {begins}"

    @property
    def text(self) -> str:
        """The last answer, whole."""
        return str(self.fields["text"])


class AnswerRefused(AnswerError):
    """The model refused, or its provider filtered the answer."""

    what = "'{model}' refused to answer ({reason})"
    todo = "read the prompt as a stranger would, or ask another model"


class AnswerCutOff(AnswerError):
    """The answer ended at the limit of its length, before its end."""

    what = "the answer of '{model}' was cut off at its longest allowed length; it began {begins}"
    todo = "raise max_tokens under `params:` of the prompt or in the model's settings"


class BadImage(UsageError):
    """What was passed as an image is none."""

    what = "{where} cannot be used as an image ({detail})"
    todo = "pass a path, the bytes, an address or an ImagePart of a PNG, JPEG, GIF, WebP or BMP"


class NotAnImage(BadImage):
    """The first bytes are those of something else."""

    what = "{where} is no image: its first bytes are those of something else"


__all__ = [
    "AmbiguousValue", "AnswerCutOff", "AnswerDoesNotFit", "AnswerError", "AnswerRefused", "BadBeginning",
    "BadDraft", "BadExample", "BadFrontMatter", "BadImage", "BadPromptField", "BadReturns", "BadSection",
    "BlockSet", "BracketOpen", "ColonInText", "ExampleLacks", "ExampleNotJson", "ExampleNotObject",
    "ExampleWithoutOutput", "ExamplesNowhere", "FieldIndented", "FieldNameNotText", "FieldTwice", "ForeignSection",
    "FrontMatterOpen", "ItemForField", "MisalignedField", "MissingVariables", "NoColon", "NoField", "NoValue",
    "NotAnImage", "ParamOutside", "PromptError", "PromptNotFound", "PromptTooLarge", "PromptUnreadable",
    "QuoteOpen", "SystemNotFirst", "TabInFrontMatter", "TemplateFailed", "TemplateForbidden", "TemplateSyntax",
    "TemplateTooCostly", "TextBeforeSections", "TextBehind", "TooManyJoins", "UnknownEscape", "UnknownField",
    "UnknownSection", "UnprintableValue", "WrongField",
]  # fmt: skip
