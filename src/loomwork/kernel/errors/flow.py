"""What can go wrong in a step call, a run, a plan or a replay.

LoomworkError
├── UsageError
│   ├── NoRuntime, UnknownService, UnknownStep, BadOption
│   ├── UnknownTarget: TargetForm, NoSuchModule, NoSuchName, NotAStep
│   ├── BadRow: RowNotJson, RowNotUtf8, RowNotObject, RowLacks, RowMisfit
│   ├── NoSuchRun, NoSuchTrace, AmbiguousTrace, NoSuchRow: NothingRan, NothingKept
│   ├── UnhashableArgument: CyclicArgument, DeepArgument
│   ├── CyclicResult, DeepResult
│   └── UnencodableResult, RecursiveStep, SyncOnLoop
└── FlowError: StepTimeout, BudgetExceeded, PriceUnknown, NotRecorded, TooManyCalls
"""

from loomwork.kernel.errors.base import LoomworkError, UsageError
from loomwork.kernel.errors.kernel import CyclicValue, TooDeep
from loomwork.kernel.errors.phrases import forgotten_await


class FlowError(LoomworkError):
    """A call or a run that could not go on."""

    exit_code = 1


class NoRuntime(UsageError):
    """Something needs an open workspace and there is none."""

    what = "no workspace is open"
    todo = "run through `loomwork run`, or open one: `with Workspace.open():`"


class UnknownService(UsageError):
    """The workspace has no such part."""

    what = "this workspace has no '{name}'; it has: {known}"
    todo = "check loomwork.toml with `loomwork doctor`"


class UnknownTarget(UsageError):
    """TARGET does not lead to a step."""

    what = "'{target}' is not a step"
    todo = "give it as module:step, seen from the project folder"


class TargetForm(UnknownTarget):
    """TARGET has no colon."""

    what = "'{target}' is not a step (it should have the form module:step)"
    todo = "give it as module:step, seen from the project folder"


class NoSuchModule(UnknownTarget):
    """TARGET's module does not exist."""

    what = "'{target}' is not a step (there is no module '{module}'){near}"
    todo = "give it as module:step, seen from the project folder"


class NoSuchName(UnknownTarget):
    """TARGET's module has no such name."""

    what = "'{target}' is not a step ('{module}' has no '{name}'){near}"
    todo = "give it as module:step, seen from the project folder"


class NotAStep(UnknownTarget):
    """TARGET leads to something that is no step."""

    what = "'{target}' is not a step (that is a {type} without @step){near}"
    todo = "give it as module:step, seen from the project folder"


class UnknownStep(UsageError):
    """An option names a step that the run never met."""

    what = "no step is called '{name}'; known here: {known}"
    todo = "check the spelling of --{option}"
    on_page = "check its spelling"


class BadRow(UsageError):
    """A dataset row cannot be used; the position says which."""

    what = "{file}, line {line}: the row cannot be used"
    todo = "mend the line; nothing was done"


class RowNotJson(BadRow):
    """A line that is no JSON."""

    what = "{file}, line {line}: this is not JSON ({detail})"
    todo = "mend the line; nothing was done"


class RowNotUtf8(BadRow):
    """A line that is no UTF-8."""

    what = "{file}, line {line}: this is not UTF-8"
    todo = "save the file as UTF-8; nothing was done"


class RowNotObject(BadRow):
    """A line that is JSON, but no object."""

    what = "{file}, line {line}: a row must be an object: {{...}}"
    todo = "mend the line; nothing was done"


class RowLacks(BadRow):
    """A row without a parameter that the step needs."""

    what = "{file}, line {line}: missing {names}; the row has {given}"
    todo = "add the key, or give the parameter a default value; nothing was done"


class RowMisfit(BadRow):
    """A value that does not fit the step's annotation."""

    what = "{file}, line {line}: '{name}' does not fit: {detail}"
    todo = "mend the line; nothing was done"


class BadOption(UsageError):
    """An option's value makes no sense."""

    what = "--{option}: {reason}"
    todo = "see `loomwork {command} --help`"
    on_page = "correct the value"


class NoSuchRun(UsageError):
    """A run id that the store does not know."""

    what = "no run is called '{run}'; the newest are: {known}"
    todo = "list them with `loomwork trace list --runs`"
    on_page = "choose one of the list of runs"


class NoSuchTrace(UsageError):
    """A trace id that the store does not know."""

    what = "no trace begins with '{trace}'"
    todo = "list them with `loomwork trace list`"
    on_page = "choose one of the list of traces"


class AmbiguousTrace(UsageError):
    """The beginning of more than one trace's id."""

    what = "'{prefix}' could be any of the traces {matches}"
    todo = "give more of the id"


class NoSuchRow(UsageError):
    """The run has no such row."""

    what = "run {run} has no row {row}"
    todo = "rows count from 0: `loomwork trace list --run {run}` shows those that it has"
    on_page = "open another item of this run; items count from 0"


class NothingKept(NoSuchRow):
    """The calls of a row are not in the store any more."""

    what = "run {run} keeps no calls of row {row}: they were pruned, or the row ran before its calls were kept"
    todo = "run the row again, and keep it: `loomwork store prune --keep-run {run}`"
    on_page = "run the item again"


class NothingRan(NoSuchRow):
    """No call of that step was executed: the results were found."""

    what = "run {run} has nothing to explain for step {step}: nothing of it ran, its results were found"
    todo = "leave --step away to see every cause"
    on_page = "open the trace where the result was made"


class UnhashableArgument(UsageError):
    """An argument of a step has no canonical form."""

    what = "step {step}: argument {where} is a {type}, which has no canonical form{hint}"
    todo = "pass plain data, give the class `__fingerprint__`, or leave it out of the key: @step(ignore=['{name}'])"

    def __init__(self, **fields: object) -> None:
        super().__init__(**{"hint": forgotten_await(fields.get("type")), **fields})


class CyclicArgument(UnhashableArgument, CyclicValue):
    """An argument of a step contains itself."""

    what = "step {step}: argument {name} contains itself: {where} leads back to something that encloses it"
    todo = "pass a tree instead, for example ids in place of back references"


class DeepArgument(UnhashableArgument, TooDeep):
    """An argument of a step is nested deeper than can be walked."""

    what = "step {step}: argument {name} is nested too deeply to be walked"
    todo = "pass flatter data"


class UnencodableResult(UsageError):
    """A result of a step cannot be stored."""

    what = "step {step} returned {where}, a {type}, which cannot be stored{hint}"
    todo = "return plain data, a dataclass or a pydantic model, or call register_codec({type}, encode, decode)"

    def __init__(self, **fields: object) -> None:
        super().__init__(**{"hint": forgotten_await(fields.get("type")), **fields})


class CyclicResult(CyclicValue):
    """A result of a step contains itself."""

    what = "step {step}: its result contains itself: {where} leads back to something that encloses it"
    todo = "return a tree instead, for example ids in place of back references"


class DeepResult(TooDeep):
    """A result of a step is nested deeper than can be walked."""

    what = "step {step}: its result is nested too deeply to be stored"
    todo = "return flatter data"


class BadStep(UsageError):
    """A decorator's options contradict the function."""

    what = "step {step}: {reason}"
    todo = "change the decorator's arguments"


class BadDuration(UsageError):
    """A duration that cannot be read."""

    what = "'{text}' is not a duration"
    todo = "write seconds, or a number with ms, s, m, h, d or w: '90s', '1h'"


class BadMoment(UsageError):
    """A time that is neither so long ago nor a date. Fields: text."""

    what = "'{text}' is no time"
    todo = "write how long ago, '90s' or '7d', or a date: '2026-11-22', '2026-11-22T10:00'"


class RecursiveStep(UsageError):
    """A call waits for itself."""

    what = "step {step} was called with the arguments of a call that is still waiting for it"
    todo = "change an argument on each level, or make the helper a plain function"


class SyncOnLoop(UsageError):
    """A blocking call on the event loop's own thread."""

    what = "{name} would block the event loop that it waits for"
    todo = "use `await {better}` here, or call it through asyncio.to_thread"


class StepTimeout(FlowError):
    """A step took longer than it was given."""

    what = "step {step} took longer than {seconds} s"
    todo = "raise @step(timeout=...), or find what it waits for with `loomwork trace show`"


class BudgetExceeded(FlowError):
    """The next request could cost more than is left."""

    what = "the next request could cost {most}, and {left} of {limit} is left"
    todo = "raise --max-cost and run again: finished calls are not repeated"
    on_page = "raise the cost limit and run again: finished calls are not repeated"


class PriceUnknown(FlowError):
    """A limit in money was set and a price is not known."""

    what = "model '{model}' has no known price, so --max-cost cannot be held"
    todo = "set price in loomwork.toml, or pass --allow-unknown-price"
    on_page = "set price in loomwork.toml, or allow models whose price is unknown"


class NotRecorded(FlowError):
    """A replay met a call with side effects that the recording does not hold."""

    what = "step {step} was not called like this in the recording, and it acts on the outside"
    todo = "the item is marked diverged; run it live to let it act"


class TooManyCalls(FlowError):
    """Blame would need more model calls than it announced."""

    what = "model '{model}' would be asked more often than was announced"
    todo = "what was found so far is told, and is not certain"


__all__ = [
    "AmbiguousTrace",
    "BadDuration",
    "BadMoment",
    "BadOption",
    "BadRow",
    "BadStep",
    "BudgetExceeded",
    "CyclicArgument",
    "CyclicResult",
    "DeepArgument",
    "DeepResult",
    "FlowError",
    "NoRuntime",
    "NoSuchModule",
    "NoSuchName",
    "NoSuchRow",
    "NoSuchRun",
    "NoSuchTrace",
    "NotAStep",
    "NotRecorded",
    "NothingKept",
    "NothingRan",
    "PriceUnknown",
    "RecursiveStep",
    "RowLacks",
    "RowMisfit",
    "RowNotJson",
    "RowNotObject",
    "RowNotUtf8",
    "StepTimeout",
    "SyncOnLoop",
    "TargetForm",
    "TooManyCalls",
    "UnencodableResult",
    "UnhashableArgument",
    "UnknownService",
    "UnknownStep",
    "UnknownTarget",
]
