"""The engine behind the steps of the token game, decoded from its state with an empty cache at each of them."""

from datetime import datetime
from typing import Any

from token_game import Snapshot

from engine import definition, spiff, worktime
from engine.errors import EngineError
from engine.people import ZONE
from engine.spiff import Situation, Step
from engine.spiff.process import process
from engine.variables import Variables


class Engine:
    """The engine behind the same steps, decoded from its state with an empty cache at each."""

    def __init__(self, xml: bytes) -> None:
        self.definition, *others = definition.read(xml, "m.bpmn")
        self.processes = {other.key: other for other in [self.definition, *others]}
        self.now = datetime(2026, 1, 5, 8, tzinfo=ZONE)
        self.variables = Variables()
        self.state, self.ended, self.failed = b"", False, None
        self.open: dict[str, str] = {}
        self.timers: dict[str, spiff.Expiry] = {}
        self.parked: set[str] = set()
        self.path: list[str] = []

    def step(self, step: tuple[Any, ...]) -> Snapshot:
        kind, *rest = step
        advance = kind == "advance"
        refused = self._advance(self.now + rest[0]) if advance else not self._try(kind, rest[-1], *rest[:-1])
        return Snapshot(sorted(self.open.values()), list(self.path), self.ended, refused, self.failed)

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

    def _try(self, kind: str, data: dict[str, Any], *what: str) -> bool:
        """Do it, unless it is refused."""
        process.cache_clear()
        seen = Situation(self.definition, self.variables, self.now, worktime.calendar(), self.processes)
        try:
            self._take(self._do(kind, seen, data, *what))
        except EngineError:
            return False
        return True

    def _do(self, kind: str, seen: Situation, data: dict[str, Any], *what: str) -> Step:
        if kind == "start":
            return spiff.start(seen, data)
        if kind == "message":
            return spiff.receive(seen, self.state, what[0], None, data)
        if kind == "fire":
            return spiff.fire(seen, self.state, what[0])
        token = next((token for token, element in self.open.items() if element == what[0]), "none")
        return spiff.complete(seen, self.state, token, data)

    def _take(self, step: Step) -> None:
        self.state, self.ended, self.failed = step.state, step.finished, step.failure
        self.variables = step.variables
        self.open = {t: e for t, e in self.open.items() if t not in step.closed}
        self.open |= {o.token: o.element for o in step.opened}
        self.timers = {t: e for t, e in self.timers.items() if t not in step.stopped}
        self.timers |= {e.token: e for e in step.timers}
        self.path += [moved.element for moved in step.completed]
