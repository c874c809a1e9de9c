"""The instances of a scenario, in memory: the same door as the real engine, rows replaced by values."""

import time
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime

from engine import forms, spiff, worktime
from engine.definition import Definition
from engine.errors import NotFound, NotReady, Refused
from engine.forms import Form
from engine.spiff import Expiry, Situation, Step
from engine.values import Value


@dataclass(frozen=True)
class Item:
    """An open work item; `age` says which opened first."""

    token: str
    element: str
    name: str
    age: int


@dataclass
class Run:
    """One instance."""

    definition: Definition
    state: bytes = b""
    variables: dict[str, Value] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    timers: list[Expiry] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    ended: bool = False


class World:
    """Every instance, the clock, and the limits of a scenario."""

    def __init__(self, models: Mapping[str, Definition], known: Mapping[str, Form], now: datetime) -> None:
        self.models, self.forms, self.now = models, known, now
        self.runs: dict[str, Run] = {}
        self.steps, self.age = 0, 0
        self.most_steps, self.deadline = 100_000, time.monotonic() + 10

    def start(self, key: str, data: Mapping[str, Value], name: str) -> None:
        """Start an instance. Raises NotFound, Refused, BadForm."""
        if key not in self.models:
            raise NotFound("Proses {key} tidak ada dalam skenario ini.", key=key)
        if name in self.runs:
            raise Refused("Nama {name} sudah dipakai berkas lain.", name=name)
        run = Run(self.models[key])
        fields = self._checked(run, run.definition.start().form, data)
        self._take(run, spiff.start(self._at(run, fields)), fields)
        self.runs[name] = run

    def complete(self, what: str, data: Mapping[str, Value], name: str | None = None) -> None:
        """Complete the oldest open work item with this element id or name. Raises NotReady, Refused, BadForm."""
        found = [(i.age, r, i) for r in self._runs(name) for i in r.items if what in ("*", i.element, i.name)]
        if not found:
            raise NotReady(f"Tidak ada tugas terbuka bernama {what}.")
        _, run, item = min(found, key=lambda entry: entry[0])
        fields = self._checked(run, run.definition.nodes[item.element].form, data)
        self._take(run, spiff.complete(self._at(run, fields), run.state, item.token), fields)

    def complete_all(self, data: Mapping[str, Value], name: str | None = None) -> None:
        """Complete every open work item, the oldest first, until none opens."""
        while any(run.items for run in self._runs(name)):
            self.complete("*", data, name)

    def advance(self, to: datetime) -> None:
        """Move the clock, firing what falls due on the way, each at its own time. Raises Refused."""
        if to < self.now:
            raise Refused("Jam skenario hanya dapat maju.")
        while due := [
            (t.due, n, run, t) for run in self.runs.values() for n, t in enumerate(run.timers) if t.due <= to
        ]:
            at, _, run, timer = min(due, key=lambda entry: entry[:2])  # at one instant: the earlier set
            self.now = max(self.now, at)
            self._take(run, spiff.fire(self._at(run, {}), run.state, timer.token), {})
        self.now = to

    def receive(self, message: str, data: Mapping[str, Value], key: Value) -> None:
        """Deliver a message from outside. Raises NotReady if nobody awaits it, Refused if several instances do."""
        running = [run for run in self.runs.values() if not run.ended]
        awaiting = [run for run in running if spiff.waiting(self._at(run, {}), run.state, message, key)]
        if not awaiting:
            raise NotReady(f"Tidak ada yang menunggu pesan {message}.")
        if len(awaiting) > 1:
            raise Refused("Beberapa berkas menunggu pesan {name}.", name=message)
        run = awaiting[0]
        self._take(run, spiff.receive(self._at(run, data), run.state, message, key), data)

    def signal(self, name: str, but: Run | None = None) -> None:
        """Deliver a signal to every instance that waits for it; without listeners nothing happens."""
        for run in list(self.runs.values()):
            if run is but or run.ended:
                continue
            step = spiff.signal(self._at(run, {}), run.state, name)
            if step is not None:
                self._take(run, step, {})

    def snapshot(self) -> tuple[dict[str, Run], datetime, int]:
        """What `restore` brings back."""
        copies = {n: Run(**(vars(r) | {k: deepcopy(vars(r)[k]) for k in _LISTS})) for n, r in self.runs.items()}
        return copies, self.now, self.age

    def restore(self, before: tuple[dict[str, Run], datetime, int]) -> None:
        """Undo everything since a snapshot."""
        self.runs, self.now, self.age = before

    def _runs(self, name: str | None) -> list[Run]:
        if name is not None and name not in self.runs:
            raise NotFound("Berkas {name} tidak ada dalam skenario ini.", name=name)
        return [self.runs[name]] if name is not None else list(self.runs.values())

    def _at(self, run: Run, new: Mapping[str, Value]) -> Situation:
        return Situation(run.definition, run.variables | dict(new), self.now, worktime.calendar())

    def _checked(self, run: Run, form: str | None, data: Mapping[str, Value]) -> dict[str, Value]:
        """With forms, the form's check; without, any data is accepted."""
        known = self.forms.get(form or "")
        return forms.check_data(known, data, run.variables) if known else dict(data)

    def _take(self, run: Run, step: Step, new: Mapping[str, Value]) -> None:
        self.steps += 1 + len(step.completed)
        if self.steps > self.most_steps:
            raise LimitReached(f"Skenario melewati {self.most_steps} langkah.")
        if time.monotonic() > self.deadline:
            raise LimitReached("Skenario melewati batas waktunya.")
        run.state, run.ended = step.state, step.finished
        run.variables = run.variables | dict(new)
        run.items = [item for item in run.items if item.token not in step.closed]
        for opened in step.opened:
            self.age += 1
            name = run.definition.nodes[opened.element].name
            run.items.append(Item(opened.token, opened.element, name, self.age))
        run.timers = [t for t in run.timers if t.token not in step.stopped] + list(step.timers)
        run.path += [moved.element for moved in step.completed]
        for name in step.signals:
            self.signal(name, but=run)


class LimitReached(Refused):
    """The scenario passed its limit of steps or of time."""


_LISTS = ("variables", "items", "timers", "path")
