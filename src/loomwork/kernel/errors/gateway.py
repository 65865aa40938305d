"""What can be wrong with a request to the gateway, or with what it should serve. Knows HTTP's statuses, and no wire.

LoomworkError
├── GatewayError                                    a request that gets no answer; `status` and `code` go out with it
│   ├── BodyTooLong, BodyNotJson, FieldWrong       what came cannot be read (413, 400)
│   ├── NotServed, NoSuchEndpoint, WrongMethod      nothing of that name is here (404, 405)
│   ├── WrongUse, NotPassedOn, StepInputWrong       it is here, but not for that (400)
│   ├── NotConfidential, ForeignPage                it must not go there, or not come from there (403)
│   ├── TooSlow                                     a deadline passed (504)
│   ├── ClientLeft                                  nobody waits any more (499)
│   └── ServerStopping                              the server ends (503)
└── UsageError: NothingToServe, ServedTwice, WrongServedStep, StepAsksUnknownModel
"""

from typing import ClassVar

from loomwork.kernel.errors.base import LoomworkError, UsageError


class GatewayError(LoomworkError):
    """A request that gets no answer. `param` names the field that is wrong, where one is."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "invalid_request"
    exit_code = 1

    @property
    def param(self) -> str | None:
        """The field that is wrong."""
        value = self.fields.get("field")
        return value if isinstance(value, str) and value else None


class BodyTooLong(GatewayError):
    """More bytes than a request may have. Fields: limit."""

    status = 413
    code = "request_too_large"
    what = "the request's body is larger than {limit} bytes"
    todo = "send less, or raise `body_limit` in [gateway]"


class BodyNotJson(GatewayError):
    """The body is no JSON object. Fields: detail."""

    code = "invalid_json"
    what = "the request's body is not a JSON object ({detail})"
    todo = "send one object, encoded in UTF-8"


class FieldWrong(GatewayError):
    """A field holds what it cannot mean. Fields: field, detail."""

    code = "invalid_value"
    what = "'{field}' is wrong: {detail}"
    todo = "compare the request with the API's documentation"


class NotServed(GatewayError):
    """Nothing is served under the name. Fields: name, near, known."""

    status = 404
    code = "model_not_found"
    what = "nothing is served as '{name}'{near}"
    todo = "served here: {known}"

    @property
    def param(self) -> str | None:
        """Always the model."""
        return "model"


class NoSuchEndpoint(GatewayError):
    """No such address. Fields: path."""

    status = 404
    code = "unknown_url"
    what = "there is nothing at {path}"
    todo = "see /openapi.json for what there is"


class WrongMethod(GatewayError):
    """The address is asked in another way. Fields: path, method, allowed."""

    status = 405
    code = "method_not_allowed"
    what = "{path} does not take {method}"
    todo = "use {allowed}"


class WrongUse(GatewayError):
    """What is served cannot do what it is asked for. Fields: name, feature."""

    code = "unsupported"
    what = "'{name}' does not take {feature}"
    todo = "leave it out, or ask another: see /v1/models"

    @property
    def param(self) -> str | None:
        """The field that asked for it, where it is known."""
        return super().param or "model"


class NotPassedOn(GatewayError):
    """A field of one API that the API behind it does not have. Fields: field, name, driver."""

    code = "unsupported_parameter"
    what = "'{field}' cannot be passed on to '{name}', which speaks another API ({driver})"
    todo = "leave it out, or ask a model that takes it"


class StepInputWrong(GatewayError):
    """The input does not fit the step's parameters. Fields: name, detail, takes."""

    code = "invalid_input"
    what = "the input does not fit '{name}': {detail}"
    todo = "it takes: {takes}"


class NotConfidential(GatewayError):
    """What is internal would have gone to a model that is not cleared for it. Fields: name."""

    status = 403
    code = "not_confidential"
    what = "this request is internal, and '{name}' is not cleared for internal content"
    todo = 'ask a model whose table says confidential = "internal", or say so for this one if it is yours'


class ForeignPage(GatewayError):
    """No key is asked for, and a page of somebody else asks, or it asks by a strange name. Fields: header."""

    status = 403
    code = "foreign_page"
    what = "the request's {header} is not this machine's, and no key is asked for here"
    todo = "make a key (loomwork key create) and send it, or ask by 127.0.0.1"


class TooSlow(GatewayError):
    """A deadline of the gateway passed. Fields: name, phase (first token, next token, total), seconds."""

    status = 504
    code = "timeout"
    retryable = True
    what = "'{name}' did not answer in time ({phase}: {seconds} s)"
    todo = "ask for less, or raise the deadline in [gateway]"


class ClientLeft(GatewayError):
    """The client closed the connection before it had its answer."""

    status = 499
    code = "client_closed_request"
    what = "the client left before it had its answer"
    todo = "nothing: the call was cancelled"


class ServerStopping(GatewayError):
    """The server is being stopped."""

    status = 503
    code = "stopping"
    retryable = True
    what = "the server is being stopped"
    todo = "send the request again"


class NothingToServe(UsageError):
    """The project names no model and no step that could be served."""

    what = "there is nothing to serve: loomwork.toml has neither a [models.NAME] nor a [serve.NAME] table"
    todo = 'add a model with `loomwork model add`, or a step with [serve.answer] step = "app:answer"'


class NoProjectToServe(UsageError):
    """There is no loomwork.toml. Fields: folder."""

    what = "there is nothing to serve: neither {folder} nor a folder above it has a loomwork.toml"
    todo = "go to a project's folder or name it with --project, or make a project with `loomwork init`"


class ServedTwice(UsageError):
    """A model and a step would be served under one name. Fields: name, step."""

    what = "'{name}' would be both a model and a step ({step})"
    todo = "rename one of them in loomwork.toml"


class NoServedStep(UsageError):
    """A table of what is served names no step. Fields: name, problem."""

    what = "[serve.{name}] step: {problem}"
    todo = "name a step of the project as module:step"


class WrongServedStep(UsageError):
    """A step cannot be served as its table says. Fields: name, step, problem."""

    what = "[serve.{name}] cannot serve {step}: {problem}"
    todo = "change the table or the step's parameters"


class StepAsksUnknownModel(UsageError):
    """A served step names a model that is not in the settings. Fields: name, step, model, known."""

    what = "[serve.{name}] {step} asks the model '{model}', which is not in loomwork.toml: its requests will fail"
    todo = "known here: {known}; put [models.{model}] into loomwork.toml, or `loomwork model add --as {model}`"


__all__ = [
    "BodyNotJson",
    "BodyTooLong",
    "ClientLeft",
    "FieldWrong",
    "ForeignPage",
    "GatewayError",
    "NoProjectToServe",
    "NoServedStep",
    "NoSuchEndpoint",
    "NotConfidential",
    "NotPassedOn",
    "NotServed",
    "NothingToServe",
    "ServedTwice",
    "ServerStopping",
    "StepAsksUnknownModel",
    "StepInputWrong",
    "TooSlow",
    "WrongMethod",
    "WrongServedStep",
    "WrongUse",
]
