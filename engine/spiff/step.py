"""What one step changed. The rest of the engine sees nothing else of SpiffWorkflow."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Moved:
    """A flow node that completed, under the analyst's id."""

    element: str
    round: int = 1


@dataclass(frozen=True)
class Opened:
    """A work item that opened."""

    token: str
    element: str
    round: int


@dataclass(frozen=True)
class Expiry:
    """A timer that was set: when it is due, when to warn before, and why then."""

    token: str
    element: str
    host: str | None  # the token of the activity it is attached to
    due: datetime
    warn: datetime | None = None
    why: tuple[str, ...] = ()
    calendar: str = ""


@dataclass(frozen=True)
class Step:
    """One advance of an instance."""

    state: bytes
    finished: bool
    completed: tuple[Moved, ...] = ()
    opened: tuple[Opened, ...] = ()
    closed: tuple[str, ...] = ()  # tokens of work items that were open and are not any more
    timers: tuple[Expiry, ...] = ()
    stopped: tuple[str, ...] = ()  # tokens of timers that were waiting and are not any more
    flows: tuple[str, ...] = ()
    outcome: str | None = None  # the end event that was reached last
    signals: tuple[str, ...] = ()  # thrown, for whoever else waits for them
    failure: str | None = None  # the code of an error that nobody caught
