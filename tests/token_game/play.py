"""The instances of one file, step by step. A step that is refused changes nothing."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from . import events, scopes, sending, variables
from .completion import leave
from .moves import settle
from .reading import TASKS, Model
from .refusals import Refused, Unsupported
from .state import Game, Token

NOW = datetime(2026, 1, 5, 8, tzinfo=timezone(timedelta(hours=7)))  # CONTRACT, Scenarios: the default `now`


@dataclass(frozen=True)
class Snapshot:
    """An instance after a step. `loose`: the order inside this step was free and mattered, so the path may differ."""

    open: list[str]
    path: list[str]
    ended: bool
    refused: bool
    failed: str | None
    variables: dict[str, Any] = field(default_factory=dict)  # the instance's own scope
    outbox: list[list[Any]] = field(default_factory=list)  # name and key of each message that nobody awaited
    loose: bool = False


class Player:
    """Plays the processes of a file; `awaited`, `heard` and `dues` tell a random walk what may happen next."""

    def __init__(self, xml: bytes) -> None:
        self.game = Game(Model(xml), NOW)
        self.why = ""  # the last step was refused

    def step(self, step: tuple[Any, ...]) -> Snapshot:
        """What the first instance looks like after one of MOVES with its arguments, or ("advance", timedelta)."""
        before, now = deepcopy(self.game), self.game.now
        self.game.step, self.game.moves, self.game.loose = self.game.step + 1, 0, False
        refused, self.why = False, ""
        if step[0] == "advance":
            refused = self._advance(now + step[1])
        else:
            try:
                MOVES[step[0]](self.game, *step[1:])
                settle(self.game)
            except Refused as why:
                self.game, refused, self.why = before, True, str(why)
        return self.snapshot(refused)

    def _advance(self, until: datetime) -> bool:
        """CONTRACT, Steps: a timer whose step fails is rolled back whole and "retried only on request"."""
        refused = loose = False
        while (wait := events.next_due(self.game, until)) is not None and wait.due is not None:
            before, index = deepcopy(self.game), self.game.waits.index(wait)
            self.game.now = max(self.game.now, wait.due)
            self.game.step, self.game.moves, self.game.loose = self.game.step + 1, 0, False
            try:
                events.fire(self.game, wait)
                settle(self.game)
            except Refused as why:
                self.game, refused, self.why = before, True, str(why)
                self.game.waits[index].parked = True
            loose = loose or self.game.loose
        self.game.now, self.game.loose = until, loose
        return refused

    def snapshot(self, refused: bool = False, number: int = 0) -> Snapshot:
        """Of the n-th instance. CONTRACT, Work items: what is open includes the processes it called."""
        if number >= len(self.game.instances):
            return Snapshot([], [], False, refused, None)
        one = self.game.instances[number]
        open_ = sorted(token.at.id for token in self.game.tokens if is_open(token) and token.scope.root is one)
        ended = not one.alive  # BPMN 13.2.5: a process is over when no token is left in it
        return Snapshot(
            open_, list(one.path), ended, refused, one.failed, dict(one.data or {}), list(one.outbox), self.game.loose
        )

    @property
    def open(self) -> list[str]:
        """The open work items."""
        return sorted(token.at.id for token in self.game.tokens if is_open(token))

    @property
    def ways(self) -> list[tuple[str, str]]:
        """The open work items that can be returned, and by which event."""
        events_at = self.game.model.attached
        return [(one, e.id) for one in self.open for e in events_at(one) if e.event == "error"]

    @property
    def awaited(self) -> list[tuple[str, Any]]:
        """The names and keys of the messages that are awaited."""
        waits = [w for w in self.game.waits if w.event.event == "message"]
        return [(w.event.detail or "", variables.key(w.event, w.scope)) for w in waits]

    @property
    def heard(self) -> list[str]:
        """The names of the signals that somebody listens to."""
        return sorted({w.event.detail or "" for w in self.game.waits if w.event.event == "signal"})

    @property
    def dues(self) -> list[timedelta]:
        """How long until each timer."""
        return sorted({w.due - self.game.now for w in self.game.waits if w.due is not None and not w.parked})


def play(xml: bytes, steps: list[tuple[Any, ...]]) -> list[Snapshot]:
    """What the instance looks like after each of these steps."""
    player = Player(xml)
    return [player.step(step) for step in steps]


def is_open(token: Token) -> bool:
    """CONTRACT, Work items; BPMN 13.3.7: each round has its own, the whole activity has none."""
    return token.at.tag in TASKS and token.loop is None


def _start(game: Game, data: Mapping[str, Any], process: str | None = None) -> None:
    start = game.model.start(process or game.model.processes[0])
    if start.event is not None:
        raise Unsupported(f"a start by {start.event}")
    scopes.begin_instance(game, start, data)


def _complete(game: Game, element: str, data: Mapping[str, Any]) -> None:
    """CONTRACT, Scenarios: "the oldest of several"."""
    found = [token for token in game.tokens if token.at.id == element and is_open(token)]
    if not found:
        raise Refused(f"{element} is not open")
    game.loose = game.loose or game.unclear([(token.step, token.scope) for token in found])
    variables.write(found[0].scope, data)
    leave(game, found[0])


def _return(game: Game, element: str, event: str) -> None:
    """BPMN 10.5.6: an error that an activity throws is caught at its border, and ends it: all its rounds."""
    found = [token for token in game.tokens if token.at.id == element and is_open(token)]
    if not found:
        raise Refused(f"{element} is not open")
    game.loose = game.loose or game.unclear([(token.step, token.scope) for token in found])
    activity = found[0].scope.shell if found[0].scope.node is None else found[0]
    wait = next((w for w in game.waits if w.token is activity and w.event.id == event), None)
    if wait is None or wait.event.event != "error":
        raise Refused(f"{element} has no such way back")
    events.fire(game, wait)


MOVES: dict[str, Callable[..., None]] = {
    "start": _start,  # data, process
    "complete": _complete,  # element, data
    "return": _return,  # element, the error event at its border
    "message": sending.receive,  # name, data, key
    "signal": sending.broadcast,  # name
}
