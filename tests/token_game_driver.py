"""The engine behind the steps of the token game, decoded from its state with an empty cache at each of them."""

from datetime import datetime
from typing import Any

from token_game import Snapshot

from engine import definition, spiff, values, worktime
from engine.errors import EngineError
from engine.people import ZONE
from engine.spiff import Situation, Step
from engine.spiff.process import process
from engine.variables import Variables

RUNS = ("signal", "loop", "before", "many", "call", "message", "endless")  # groups of tests/test_token_game_more.py


class Engine:
    """The engine behind the same steps, decoded from its state; `fresh`: with an empty cache at each of them."""

    def __init__(self, xml: bytes, fresh: bool = True) -> None:
        self.definition, *others = definition.read(xml, "m.bpmn")
        self.processes = {other.key: other for other in [self.definition, *others]}
        self.fresh = fresh
        self.now = datetime(2026, 1, 5, 8, tzinfo=ZONE)
        self.variables = Variables()
        self.state, self.ended, self.failed = b"", False, None
        self.open: dict[str, str] = {}
        self.timers: dict[str, spiff.Expiry] = {}
        self.parked: set[str] = set()
        self.path: list[str] = []
        self.outbox: list[list[Any]] = []  # what the engine has sent and nobody awaited: [name, key]

    def step(self, step: tuple[Any, ...]) -> Snapshot:
        kind, *rest = step
        if kind == "advance":
            refused = self._advance(self.now + rest[0])
        else:
            data = next((word for word in rest if isinstance(word, dict)), {})
            data = values.from_json(values.to_json(data))  # numbers as the engine has them
            refused = not self._try(kind, data, *(word for word in rest if not isinstance(word, dict)))
        open_, path, data = sorted(self.open.values()), list(self.path), dict(self.variables.seen())
        return Snapshot(open_, path, self.ended, refused, self.failed, data, list(self.outbox))

    def _advance(self, until: datetime) -> bool:
        refused = False
        while due := [t for t in self.timers.values() if t.due <= until and t.token not in self.parked]:
            first = min(due, key=lambda t: t.due)
            self.now = max(self.now, first.due)
            if not self._try("fire", {}, first.token):
                self.parked.add(first.token)
                refused = True
        self.now = until
        return refused

    def _try(self, kind: str, data: dict[str, Any], *what: Any) -> bool:
        """Do it, unless it is refused."""
        if self.fresh:
            process.cache_clear()
        seen = Situation(self.definition, self.variables, self.now, worktime.calendar(), self.processes)
        try:
            if step := self._do(kind, seen, data, *what):
                self._take(step)
        except EngineError:
            return False
        return True

    def _do(self, kind: str, seen: Situation, data: dict[str, Any], *what: Any) -> Step | None:
        if kind == "start":
            return spiff.start(seen, data)
        if kind == "message":
            return spiff.receive(seen, self.state, what[0], what[1] if len(what) > 1 else None, data)
        if kind == "signal":
            return spiff.signal(seen, self.state, what[0])
        if kind == "fire":
            return spiff.fire(seen, self.state, what[0])
        token = next((token for token, element in self.open.items() if element == what[0]), "none")
        if kind == "return":
            return spiff.throw(seen, self.state, token, what[1])
        return spiff.complete(seen, self.state, token, data)

    def _take(self, step: Step) -> None:
        self.state, self.ended, self.failed = step.state, step.finished, step.failure
        self.variables = step.variables
        self.open = {t: e for t, e in self.open.items() if t not in step.closed}
        self.open |= {o.token: _plain(o.element) for o in step.opened}
        self.timers = {t: e for t, e in self.timers.items() if t not in step.stopped}
        self.timers |= {e.token: e for e in step.timers}
        self.path += [_plain(moved.element) for moved in step.completed]
        self.outbox += [[message.name, message.key] for message in step.messages]


def _plain(element: str) -> str:
    return element.rpartition("|")[2]
