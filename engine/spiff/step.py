"""What one step changed. The rest of the engine sees nothing else of SpiffWorkflow.

An element is named by the analyst's id; one in a called process carries that process' key before a bar: `gaji|A`.
"""

from dataclasses import dataclass
from datetime import datetime

from engine.values import Value
from engine.variables import ROOT, Variables


@dataclass(frozen=True)
class Moved:
    """A flow node that completed."""

    element: str
    round: int = 1
    item: int | None = None  # of a multi-instance activity


@dataclass(frozen=True)
class Opened:
    """A work item that opened: where it stands, in whose lane, and which variables it sees."""

    token: str
    element: str
    round: int
    item: int | None  # of the innermost multi-instance activity that it is or stands in
    lane: str | None
    process: str  # the key of the process whose lane that is
    scope: str  # of variables


@dataclass(frozen=True)
class Expiry:
    """A timer that was set: when it is due, when to warn before, and why then."""

    token: str
    element: str
    host: str | None  # the token of the activity it is attached to
    due: datetime
    sla: bool = False  # it says how long a step, a part or the whole case may take
    warn: datetime | None = None
    why: tuple[str, ...] = ()
    calendar: str = ""
    begin: datetime | None = None  # with `span` all it takes to count anew
    span: str | None = None
    clock: str = ""  # the shared clock that it runs on


@dataclass(frozen=True)
class Awaited:
    """A message or a signal that a token waits for, and where its key is filed."""

    token: str
    element: str
    kind: str
    name: str
    key: str


@dataclass(frozen=True)
class Message:
    """A message that the model threw and nobody in the instance awaits."""

    name: str
    key: Value


@dataclass(frozen=True)
class Written:
    """A variable that the model itself wrote: what items collected, what a called process handed back."""

    scope: str
    name: str
    value: Value


@dataclass(frozen=True)
class Step:
    """One advance of an instance."""

    state: bytes
    finished: bool
    variables: Variables
    completed: tuple[Moved, ...] = ()
    opened: tuple[Opened, ...] = ()
    closed: tuple[str, ...] = ()  # tokens of work items that were open and are not any more
    timers: tuple[Expiry, ...] = ()
    stopped: tuple[str, ...] = ()  # tokens of timers that were waiting and are not any more
    flows: tuple[str, ...] = ()
    into: str = ROOT  # the scope that the step's own data went into
    written: tuple[Written, ...] = ()
    outcome: str | None = None  # the end event that was reached last
    signals: tuple[str, ...] = ()  # thrown, for whoever else waits for them
    messages: tuple[Message, ...] = ()
    awaited: frozenset[Awaited] = frozenset()  # before the step
    awaits: frozenset[Awaited] = frozenset()  # after it
    failure: str | None = None  # the code of an error that nobody caught
