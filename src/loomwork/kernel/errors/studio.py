"""What can be wrong with what the studio is asked.

UsageError
├── PortTaken, CannotListen, HostNeedsName, NoPage
└── StudioRefusal     a request that is not carried out
    ├── ForeignRequest, TokenWrong      it does not come from the studio's own page
    ├── RequestTooLarge, BodyUnreadable, ParameterWrong, NoSuchPlace, OutsideProject
    └── ChangedMeanwhile                what it would write over is not what its sender saw
"""

from typing import ClassVar

from loomwork.kernel.errors.base import UsageError


class PortTaken(UsageError):
    """Another program listens there."""

    what = "port {port} of {host} is taken"
    todo = "give another with --port, or --port 0 for any free one"


class CannotListen(UsageError):
    """An address cannot be listened on. Fields: host, port, reason."""

    what = "cannot listen on '{host}', port {port}: {reason}"
    todo = "give an address of this machine with --host or as [gateway] host: 127.0.0.1 is this machine, 0.0.0.0 all"


class HostNeedsName(UsageError):
    """Bound to every address, the studio does not know by which name it will be called."""

    what = "bound to {host}, the studio must know the name that people open it by"
    todo = "give it with --name, for example --name studio.example.com"


class NoPage(UsageError):
    """The built page is not in the package."""

    what = "the studio's page is not built"
    todo = "in a clone, run `npm ci && npm run build` in the folder studio; an installed package always holds it"


class StudioRefusal(UsageError):
    """A request that is not carried out. `status` is HTTP's."""

    status: ClassVar[int] = 400


class ForeignRequest(StudioRefusal):
    """A page of somebody else, or a name that is not the studio's."""

    what = "the request comes from elsewhere ({header}: {value})"
    todo = "open the studio at {own}"
    status = 403


class TokenWrong(StudioRefusal):
    """A token is asked for, and there is none or another."""

    what = "the studio needs its token"
    todo = "open the address that `loomwork studio` printed, with ?token=..."
    status = 401


class RequestTooLarge(StudioRefusal):
    """More than the endpoint takes."""

    what = "the request is larger than {limit} bytes"
    todo = "send less at a time"
    status = 413


class BodyUnreadable(StudioRefusal):
    """Not the JSON that the endpoint takes."""

    what = "the request's body cannot be read ({detail})"
    todo = "see /api/openapi.json for what it takes"
    status = 422


class ParameterWrong(StudioRefusal):
    """A parameter of the address is of the wrong kind."""

    what = "a parameter of the address is wrong ({detail})"
    todo = "see /api/openapi.json for what it takes"
    status = 422


class NoSuchPlace(StudioRefusal):
    """Nothing is there."""

    what = "there is nothing at {path}"
    todo = "open the studio's first page, /"
    status = 404


class OutsideProject(StudioRefusal):
    """A path that leads out of the project, or to what the studio does not touch."""

    what = "'{path}' is not a file of this project that the studio may open"
    todo = "give a path below the project's folder, without .."
    status = 403


class ChangedMeanwhile(StudioRefusal):
    """Somebody else has written the file since it was read."""

    what = "{path} has changed on disk since it was opened here"
    todo = "look at both, then save again"
    status = 409


__all__ = [
    "BodyUnreadable",
    "CannotListen",
    "ChangedMeanwhile",
    "ForeignRequest",
    "HostNeedsName",
    "NoPage",
    "NoSuchPlace",
    "OutsideProject",
    "ParameterWrong",
    "PortTaken",
    "RequestTooLarge",
    "StudioRefusal",
    "TokenWrong",
]
