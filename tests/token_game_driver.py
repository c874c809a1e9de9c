"""The engine behind the steps of the token game, decoded from its state with an empty cache at each of them."""

from datetime import datetime
from typing import Any

from token_game import Snapshot

from engine import definition, spiff, worktime
from engine.errors import EngineError
from engine.people import ZONE
from engine.spiff import Situation, Step
from engine.spiff.process import process

# The groups of tests/test_token_game_more.py that the engine runs.
# To come: "loop", "before", "many", "call", "message", "endless"
RUNS = ("signal",)


class Engine:
    """The engine behind the same steps, decoded from its state; `fresh`: with an empty cache at each of them."""

    def __init__(self, xml: bytes, fresh: bool = True) -> None:
        self.definition, *_ = definition.read(xml, "m.bpmn")
        self.fresh = fresh
        self.now = datetime(2026, 1, 5, 8, tzinfo=ZONE)
        self.data: dict[str, Any] = {}
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
            refused = not self._try(kind, data, *(word for word in rest if not isinstance(word, dict)))
        open_, path, data = sorted(self.open.values()), list(self.path), dict(self.data)
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
        seen = Situation(self.definition, self.data | data, self.now, worktime.calendar())
        try:
            if step := self._do(kind, seen, *what):
                self._take(step)
        except EngineError:
            return False
        self.data |= data
        return True

    def _do(self, kind: str, seen: Situation, *what: Any) -> Step | None:
        if kind == "start":
            return spiff.start(seen)
        if kind == "message":
            return spiff.receive(seen, self.state, what[0], what[1] if len(what) > 1 else None)
        if kind == "signal":
            return spiff.signal(seen, self.state, what[0])
        if kind == "fire":
            return spiff.fire(seen, self.state, what[0])
        token = next((token for token, element in self.open.items() if element == what[0]), "none")
        return spiff.complete(seen, self.state, token)

    def _take(self, step: Step) -> None:
        self.state, self.ended, self.failed = step.state, step.finished, step.failure
        self.open = {t: e for t, e in self.open.items() if t not in step.closed}
        self.open |= {o.token: o.element for o in step.opened}
        self.timers = {t: e for t, e in self.timers.items() if t not in step.stopped}
        self.timers |= {e.token: e for e in step.timers}
        self.path += [moved.element for moved in step.completed]
