"""Why a try page, a word of feedback or an event is not taken. `status` is HTTP's, `code` the API's own.

LoomworkError
├── TryRefusal
│   ├── SignedOut, LinkUnknown, LinkUsed, LinkExpired, LinkRevoked      who is there (401)
│   ├── TryForeign, TryNotAllowed                                        not from here, not for them (403)
│   ├── NotTried, TraceNotYours, PassageClosed                          not there, or not for them: the same (404)
│   └── TryTooLarge                                                     what was sent (413)
└── UsageError: NoSuchLink, NoSuchTryField
"""

from typing import ClassVar

from loomwork.kernel.errors.base import LoomworkError, UsageError


class TryRefusal(LoomworkError):
    """A request that is not carried out. No field ever holds a link's token or a session."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "invalid_request"
    exit_code = 1


class SignedOut(TryRefusal):
    """Nobody is signed in, or not any more."""

    status = 401
    code = "signed_out"
    what = "this page is for people who were sent a link"
    todo = "open the link that you were sent, or ask for a new one"


class LinkUnknown(TryRefusal):
    """No link has this token, or it leads to another page."""

    status = 401
    code = "link_unknown"
    what = "this link is not known here"
    todo = "open the whole link as it was sent, or ask for a new one"


class LinkUsed(TryRefusal):
    """A link signs in once."""

    status = 401
    code = "link_used"
    what = "this link was used before; a link signs in once"
    todo = "use the browser in which it was opened first, or ask for a new one"


class LinkExpired(TryRefusal):
    """Its time is over."""

    status = 401
    code = "link_expired"
    what = "this link has expired"
    todo = "ask whoever sent it for a new one"


class LinkRevoked(TryRefusal):
    """Whoever made it ended it."""

    status = 401
    code = "link_revoked"
    what = "this link was withdrawn"
    todo = "ask whoever sent it for a new one"


class TryForeign(TryRefusal):
    """The request comes from a page of somebody else, or calls the server by a name that is not its own."""

    status = 403
    code = "foreign_request"
    what = "the request comes from elsewhere ({header})"
    todo = "open the page itself and try again from there"


class TryNotAllowed(TryRefusal):
    """They may not do this. Fields: scope."""

    status = 403
    code = "scope_missing"
    what = "this needs the scope '{scope}'"
    todo = "ask for a link or a key that has it"


class NotTried(TryRefusal):
    """Nothing of that name has a page. Fields: name."""

    status = 404
    code = "not_found"
    what = "nothing called '{name}' can be tried here"
    todo = "check the address; loomwork.toml names what is served in [serve.NAME]"


class TraceNotYours(TryRefusal):
    """No such trace, or one of somebody else: which of the two is not told. Fields: trace."""

    status = 404
    code = "trace_not_found"
    what = "there is no trace '{trace}' of yours"
    todo = "send the trace that an answer to you carried in x-loomwork-trace"


class PassageClosed(TryRefusal):
    """No such passage, or they may not read it: which of the two is not told."""

    status = 404
    code = "passage_not_found"
    what = "this passage cannot be opened"
    todo = "the document may have changed since, or be closed to you: ask again"


class TryTooLarge(TryRefusal):
    """More than is taken. Fields: limit."""

    status = 413
    code = "too_large"
    what = "more than {limit} bytes were sent"
    todo = "send less"


class NoSuchLink(UsageError):
    """No link has that id. Fields: name."""

    what = "there is no link '{name}'"
    todo = "list them with `loomwork link list`"


class NoSuchTryField(UsageError):
    """Words for a field of a page that the step does not take. Fields: name, field, step, near, known."""

    what = "[serve.{name}.fields] names '{field}', which {step} does not take{near}"
    todo = "it takes: {known}"


__all__ = [
    "LinkExpired",
    "LinkRevoked",
    "LinkUnknown",
    "LinkUsed",
    "NoSuchLink",
    "NoSuchTryField",
    "NotTried",
    "PassageClosed",
    "SignedOut",
    "TraceNotYours",
    "TryForeign",
    "TryNotAllowed",
    "TryRefusal",
    "TryTooLarge",
]
