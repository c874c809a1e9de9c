"""One instance of one process, step by step. A step that is refused changes nothing."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from . import events, scopes
from .moves import settle
from .reading import TASKS, Model
from .refusals import Refused, Unsupported
from .state import Game, Scope, Token

NOW = datetime(2026, 1, 5, 8, tzinfo=timezone(timedelta(hours=7)))  # CONTRACT, Scenarios: the default `now`


@dataclass(frozen=True)
class Snapshot:
    """The instance after a step. `loose`: the order inside this step was free and mattered, so the path may differ."""

    open: list[str]
    path: list[str]
    ended: bool
    refused: bool
    failed: str | None
    loose: bool = False


class Player:
    """Plays one instance; `awaited` and `dues` tell a random walk what may happen next."""

    def __init__(self, xml: bytes) -> None:
        self.game = Game(Model(xml), NOW)

    def step(self, step: tuple[Any, ...]) -> Snapshot:
        """("start", data), ("complete", element, data), ("advance", timedelta) or ("message", name, data)."""
        before, now = deepcopy(self.game), self.game.now
        self.game.step, self.game.moves, self.game.loose = self.game.step + 1, 0, False
        refused = False
        if step[0] == "advance":
            refused = self._advance(now + step[1])
        else:
            try:
                MOVES[step[0]](self.game, *step[1:])
                settle(self.game)
            except Refused:
                self.game, refused = before, True
        return self._snapshot(refused)

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
            except Refused:
                self.game, refused = before, True
                self.game.waits[index].parked = True
            loose = loose or self.game.loose
        self.game.now, self.game.loose = until, loose
        return refused

    def _snapshot(self, refused: bool) -> Snapshot:
        game = self.game
        open_ = sorted(token.at.id for token in game.tokens if token.at.tag in TASKS)
        return Snapshot(open_, list(game.path), game.ended, refused, game.failed, game.loose)

    @property
    def open(self) -> list[str]:
        """The open work items."""
        return self._snapshot(False).open

    @property
    def awaited(self) -> list[str]:
        """The names of the messages that are awaited."""
        return sorted({w.event.detail or "" for w in self.game.waits if w.event.event == "message"})

    @property
    def dues(self) -> list[timedelta]:
        """How long until each timer."""
        return sorted({w.due - self.game.now for w in self.game.waits if w.due is not None and not w.parked})


def play(xml: bytes, steps: list[tuple[Any, ...]]) -> list[Snapshot]:
    """What the instance looks like after each of these steps."""
    player = Player(xml)
    return [player.step(step) for step in steps]


def _start(game: Game, data: Mapping[str, Any]) -> None:
    if game.begun:
        raise Refused("has begun")
    game.begun, game.data = True, dict(data)
    start, scope = game.model.start(None), Scope(None)
    if start.event is not None:
        raise Unsupported(f"a start by {start.event}")
    scopes.begin(game, scope)
    scopes.put(game, Token(start, scope))


def _complete(game: Game, element: str, data: Mapping[str, Any]) -> None:
    """CONTRACT, Scenarios: "the oldest of several"."""
    token = next((t for t in game.tokens if t.at.id == element and t.at.tag in TASKS), None)
    if token is None:
        raise Refused(f"{element} is not open")
    game.data |= data
    scopes.leave(game, token)


def _message(game: Game, name: str, data: Mapping[str, Any]) -> None:
    """CONTRACT, Events: "nobody awaits is refused"; "the oldest subscription gets it"."""
    wait = next((w for w in game.waits if w.event.event == "message" and w.event.detail == name), None)
    if wait is None:
        raise Refused(f"nobody awaits {name}")
    game.data |= data
    events.fire(game, wait)


MOVES: dict[str, Callable[..., None]] = {"start": _start, "complete": _complete, "message": _message}
