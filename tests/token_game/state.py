"""What the game consists of: tokens in scopes, waits of events, one agenda of tokens that move."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .reading import Flow, Model, Node
from .refusals import Refused, Unsupported

__all__ = ["MOST", "Game", "Refused", "Scope", "Token", "Unsupported", "Wait"]
MOST = 2_000  # moves in one step; more is an automatic loop (CONTRACT, Steps: "a step over its budget")


@dataclass(eq=False)
class Scope:
    """One activation of the process, a sub-process or an event sub-process."""

    node: str | None
    parent: "Scope | None" = None
    shell: "Token | None" = None  # the token of the sub-process, in the scope around; None for the other two
    alive: bool = True


@dataclass(eq=False)
class Token:
    """On a node, in a scope; `by` is the flow it came by."""

    at: Node
    scope: Scope
    by: Flow | None = None


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


@dataclass
class Game:
    """One instance."""

    model: Model
    now: datetime
    data: dict[str, Any] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)  # oldest first
    agenda: deque[Token] = field(default_factory=deque)
    thrown: deque[tuple[Scope, str | None]] = field(default_factory=deque)  # escalations not yet delivered
    path: list[str] = field(default_factory=list)
    begun: bool = False
    failed: str | None = None
    split: bool = False  # several tokens move at once
    loose: bool = False  # some of them were interrupted by another: how far they came is fixed by nobody
    step: int = 0
    moves: int = 0

    @property
    def ended(self) -> bool:
        """BPMN 13.2.5: a process is over when no token is left in it."""
        return self.begun and not any(scope.alive and scope.node is None for scope in self.scopes)

    def count(self) -> None:
        """One move more. Raises Refused over the budget."""
        self.moves += 1
        if self.moves > MOST:
            raise Refused("over its budget")
