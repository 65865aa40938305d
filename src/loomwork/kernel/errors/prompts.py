"""What can be wrong with a prompt file, a template, or an answer that had to have a form. Knows nothing of models."""

from loomwork.kernel.errors.base import LoomworkError, UsageError


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

    what = "{file}:{line}: the front matter cannot be read: {reason}"
    todo = "{advice}"


class BadPromptField(PromptError):
    """A front matter field is unknown or has the wrong kind of value."""

    what = "{file}:{line}: '{name}' in the front matter {reason}"
    todo = "{advice}"


class BadSection(PromptError):
    """A heading looks like a section, but is none; or a section stands where it cannot."""

    what = "{file}:{line}: {reason}"
    todo = "{advice}"


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

    what = "{file}: a variable of type {type} has no text form that stays the same from run to run"
    todo = "pass a string, a number, a list or a dict, or give the class a __str__"


class BadExample(PromptError):
    """A few-shot example does not fit its prompt."""

    what = "{place}: the example {reason}"
    todo = "{advice}"


class BadReturns(PromptError):
    """`returns=` is nothing that an answer can be checked against."""

    what = "returns={given} is no type that an answer can be checked against ({reason})"
    todo = "pass a pydantic model, a dataclass, a plain type such as list[str], or a JSON schema as a dict"


class BadDraft(PromptError):
    """A prompt that a model wrote uses other variables than it was told to."""

    what = "the drafted prompt uses the variables {used}, not {wanted}"
    todo = "ask a stronger model, or describe the task more plainly"


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

    what = "{where} cannot be used as an image ({reason})"
    todo = "pass a path, the bytes, an address or an ImagePart of a PNG, JPEG, GIF, WebP or BMP"
