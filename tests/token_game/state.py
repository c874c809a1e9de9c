"""What the game consists of: instances, tokens in scopes, waits of events, one agenda of tokens that move."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .reading import Flow, Model, Node
from .refusals import Refused, Unsupported

__all__ = ["MOST", "Game", "Instance", "Loop", "Refused", "Scope", "Thrown", "Token", "Unsupported", "Wait"]
MOST = 2_000  # moves in one step; more is an automatic loop (CONTRACT, Steps: "a step over its budget")


@dataclass(eq=False)
class Scope:
    """One activation of a process, a sub-process or an event sub-process; or one round of an activity that repeats."""

    node: str | None  # the id of the process or sub-process; None: a round
    parent: "Scope | None" = None
    shell: "Token | None" = None  # the token of the activity, in the scope around; None: a process or a handler
    alive: bool = True
    data: dict[str, Any] | None = None  # CONTRACT, Variables: the instance, a called process, a multi-instance item
    came: dict[str, Any] = field(default_factory=dict)  # into a called process, when it began

    @property
    def is_process(self) -> bool:
        return self.node is not None and self.data is not None

    @property
    def root(self) -> "Instance":
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        assert isinstance(scope, Instance)
        return scope


@dataclass(eq=False)
class Instance(Scope):
    """The scope of a process that nothing called."""

    path: list[str] = field(default_factory=list)
    failed: str | None = None
    outbox: list[list[Any]] = field(default_factory=list)  # name and key of the messages that nobody awaited


@dataclass(eq=False)
class Loop:
    """How far an activity that repeats has come."""

    values: list[Any] = field(default_factory=list)  # of the items
    results: list[Any] = field(default_factory=list)
    rounds: list[Scope] = field(default_factory=list)
    completed: int = 0


@dataclass(eq=False)
class Token:
    """On a node, in a scope; `by` is the flow it came by. In a round it stands for that one round of the activity."""

    at: Node
    scope: Scope
    by: Flow | None = None
    loop: Loop | None = None  # this token stands for all rounds
    step: int = 0  # in which it came


@dataclass(eq=False)
class Wait:
    """An event that waits: beside a host, for the token itself, in a race, or (no token) as start in a scope."""

    event: Node
    scope: Scope
    token: Token | None = None
    by: Flow | None = None  # in a race: the flow out of the gateway
    due: datetime | None = None
    left: int | None = None  # ticks of a cycle that are still to come; None: no end
    was: bool = False  # a condition, when last looked at
    step: int = 0  # in which it was armed
    parked: bool = False  # a timer whose step failed: it is retried on request only


@dataclass(eq=False)
class Thrown:
    """An escalation (its code), a signal (its name) or a message (name and key) that is not yet delivered."""

    kind: str
    scope: Scope
    name: str | None
    key: Any = None


@dataclass
class Game:
    """All instances of the processes of one file."""

    model: Model
    now: datetime
    instances: list[Instance] = field(default_factory=list)  # oldest first
    tokens: list[Token] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)  # oldest first
    agenda: deque[Token] = field(default_factory=deque)
    thrown: deque[Thrown] = field(default_factory=deque)
    split: bool = False  # several tokens move at once
    loose: bool = False  # some of them were interrupted by another: how far they came is fixed by nobody
    step: int = 0
    moves: int = 0

    def unclear(self, came: list[tuple[int, Scope]]) -> bool:
        """Whether nobody fixes who is the oldest: another came in the same step as the first, into an older scope."""
        ages = [self.scopes.index(scope) for step, scope in came if step == came[0][0]]
        return bool(ages) and min(ages) < ages[0]

    def count(self) -> None:
        """One move more. Raises Refused over the budget."""
        self.moves += 1
        if self.moves > MOST:
            raise Refused("over its budget")
