"""The instances of a scenario, in memory: the same door as the real engine, rows replaced by values."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from engine import forms, spiff, worktime
from engine.definition import Definition, Node, found_at
from engine.dmn import Decision
from engine.errors import NotFound, NotReady, Refused
from engine.forms import Form
from engine.spiff import Expiry, Message, Situation, Step
from engine.values import Value
from engine.variables import Variables

Data = Mapping[str, Value]
DEEPEST = 150  # steps that one step's signals and messages cause, each by the one before


@dataclass(frozen=True)
class Item:
    """An open work item; `age` says which opened first, `scope` which variables it sees."""

    token: str
    node: Node
    scope: str
    age: int

    @property
    def element(self) -> str:
        return self.node.id

    @property
    def name(self) -> str:
        return self.node.name


@dataclass(frozen=True)
class Run:
    """One instance at one moment."""

    definition: Definition
    state: bytes = b""
    variables: Variables = field(default_factory=Variables)
    items: tuple[Item, ...] = ()
    timers: tuple[Expiry, ...] = ()
    path: tuple[str, ...] = ()
    ended: bool = False


@dataclass(frozen=True)
class Alarm:
    """A timer start event that waits: when it next begins an instance, and how often it still does."""

    key: str
    start: Node
    due: datetime
    left: int | None


@dataclass(frozen=True)
class Standing:
    """All that a step of a scenario can change, so that a refused one is forgotten whole."""

    now: datetime
    runs: Mapping[str, Run] = field(default_factory=dict)
    alarms: tuple[Alarm, ...] = ()
    outbox: tuple[Message, ...] = ()
    age: int = 0


class World:
    """Every instance, the clock, and the limits of a scenario."""

    def __init__(
        self,
        models: Mapping[str, Definition],
        known: Mapping[str, Form],
        decisions: Mapping[str, Decision],
        now: datetime,
    ) -> None:
        self.models, self.forms, self.decisions = models, known, decisions
        self.standing, self.steps, self.depth = Standing(now), 0, 0
        self.most_steps, self.deadline = 100_000, time.monotonic() + 10
        alarms = (
            _alarm(key, start, self._new(model))
            for key, model in models.items()
            for start in model.starts()
            if start.timer
        )
        self.standing = replace(self.standing, alarms=tuple(alarms))

    @property
    def runs(self) -> Mapping[str, Run]:
        """The instances by name, the oldest first."""
        return self.standing.runs

    @property
    def now(self) -> datetime:
        """What the stopped clock says."""
        return self.standing.now

    def start(self, key: str, data: Data, name: str | None = None, start: Node | None = None) -> None:
        """Start an instance, at its none start event or another. Raises NotFound, NotReady, Refused, BadForm."""
        if key not in self.models:
            raise NotFound("Proses {key} tidak ada dalam skenario ini.", key=key)
        if name in self.runs:
            raise Refused("Nama {name} sudah dipakai berkas lain.", name=str(name))
        model = self.models[key]
        begins = start or model.start()
        fields = self._checked(begins.form if begins else None, data, {})
        step = spiff.start(self._new(model), fields, start.id if start else None)
        self._take(name or next(n for n in map(str, count(len(self.runs) + 1)) if n not in self.runs), Run(model), step)

    def complete(self, what: str, data: Data, name: str | None = None) -> None:
        """Complete the oldest open work item with this element id or name. Raises NotReady, Refused, BadForm."""
        name, item = self._oldest(what, name)
        run = self.runs[name]
        fields = self._checked(item.node.form, data, run.variables.seen(item.scope))
        self._take(name, run, spiff.complete(self._at(run), run.state, item.token, fields))

    def send_back(self, what: str, by: str | None, name: str | None = None) -> None:
        """Return the oldest open work item with this element id or name through an error event at its border, by the
        event's id or name; without one, through the only one. Raises NotReady, Refused."""
        name, item = self._oldest(what, name)
        home = next(model for model in self.models.values() if model.nodes.get(item.element) is item.node)
        found = [way for way in home.returns(item.element) if by in (None, way.id, way.name)]
        if len(found) != 1:
            raise NotReady(f"{what} tidak dapat dikembalikan lewat {by or 'satu-satunya jalan'}.")
        run = self.runs[name]
        self._take(name, run, spiff.throw(self._at(run), run.state, item.token, found[0].id))

    def complete_all(self, data: Data, name: str | None = None) -> None:
        """Complete every open work item, the oldest first, until none opens."""
        while any(self.runs[n].items for n in self._names(name)):
            self.complete("*", data, name)

    def advance(self, to: datetime) -> None:
        """Move the clock, firing what falls due on the way, each at its own time. Raises Refused."""
        if to < self.now:
            raise Refused("Jam skenario hanya dapat maju.")
        while due := [(at, order, what) for at, order, what in self._dues() if at <= to]:
            at, _, what = min(due, key=lambda entry: entry[:2])  # at one instant: the earlier set
            self.standing = replace(self.standing, now=max(self.now, at))
            if isinstance(what, Alarm):
                self._ring(what)
            else:
                name, timer = what
                run = self.runs[name]
                self._take(name, run, spiff.fire(self._at(run), run.state, timer.token))
        self.standing = replace(self.standing, now=to)

    def receive(self, message: str, data: Data, key: Value) -> None:
        """Deliver a message from outside to who awaits it, or start an instance with it.

        Raises NotReady if nobody awaits it, Refused if several do.
        """
        awaiting = list(self._awaiting(message, key))
        starts = [] if awaiting else list(self._starting(message, key, data))
        if len(awaiting) + len(starts) > 1:
            raise Refused("Beberapa berkas menunggu pesan {name}.", name=message)
        if not awaiting and not starts:
            raise NotReady(f"Tidak ada yang menunggu pesan {message}.")
        self._deliver(message, data, key, awaiting, starts)

    def signal(self, name: str, but: str | None = None) -> None:
        """Deliver a signal to every instance that waits for it, and start what it starts; else nothing happens."""
        for other in [n for n in self.runs if n != but]:
            run = self.runs[other]
            step = None if run.ended else spiff.signal(self._at(run), run.state, name)
            if step is not None:
                self._take(other, run, step)
        for key, model in self.models.items():
            for start in model.starts():
                if start.signal == name:
                    self.start(key, {}, None, start)

    def _awaiting(self, message: str, key: Value) -> Iterator[str]:
        for name, run in self.runs.items():
            if not run.ended and spiff.waiting(self._at(run), run.state, message, key):
                yield name

    def _starting(self, message: str, key: Value, data: Data) -> Iterator[tuple[str, Node]]:
        for process, model in self.models.items():
            for start in model.starts():
                if start.message == message and spiff.key_of(start, data, self.now) == key:
                    yield process, start

    def _deliver(
        self, message: str, data: Data, key: Value, awaiting: list[str], starts: list[tuple[str, Node]]
    ) -> None:
        if awaiting:
            run = self.runs[awaiting[0]]
            self._take(awaiting[0], run, spiff.receive(self._at(run), run.state, message, key, data))
        else:
            self.start(starts[0][0], data, None, starts[0][1])

    def _send(self, message: Message) -> None:
        """A message that a model threw: to the oldest who awaits it, else to what it starts, else to the outbox."""
        awaiting = list(self._awaiting(message.name, message.key))
        starts = [] if awaiting else list(self._starting(message.name, message.key, {}))
        if awaiting or starts:
            self._deliver(message.name, {}, message.key, awaiting, starts)
        else:
            self.standing = replace(self.standing, outbox=(*self.standing.outbox, message))

    def _dues(self) -> Iterator[tuple[datetime, int, Alarm | tuple[str, Expiry]]]:
        for order, alarm in enumerate(self.standing.alarms):
            yield alarm.due, order, alarm
        for name, run in self.runs.items():
            for order, timer in enumerate(run.timers, len(self.standing.alarms)):
                yield timer.due, order, (name, timer)

    def _ring(self, alarm: Alarm) -> None:
        """A timer start event begins an instance; one that repeats waits for its next time."""
        rest = tuple(other for other in self.standing.alarms if other is not alarm)
        if alarm.left != 1:
            again = _alarm(alarm.key, alarm.start, replace(self._new(self.models[alarm.key]), now=alarm.due))
            rest = (*rest, replace(again, left=alarm.left and alarm.left - 1))
        self.standing = replace(self.standing, alarms=rest)
        self.start(alarm.key, {}, None, alarm.start)

    def _oldest(self, what: str, name: str | None) -> tuple[str, Item]:
        items = ((n, i) for n in self._names(name) for i in self.runs[n].items)
        found = [(n, i) for n, i in items if what in ("*", i.element, i.name)]
        if not found:
            raise NotReady(f"Tidak ada tugas terbuka bernama {what}.")
        return min(found, key=lambda entry: entry[1].age)

    def _names(self, name: str | None) -> list[str]:
        if name is not None and name not in self.runs:
            raise NotFound("Berkas {name} tidak ada dalam skenario ini.", name=name)
        return [name] if name is not None else list(self.runs)

    def _at(self, run: Run) -> Situation:
        return Situation(run.definition, run.variables, self.now, worktime.calendar(), self.models, self.decisions)

    def _new(self, model: Definition) -> Situation:
        return self._at(Run(model))

    def _checked(self, form: str | None, data: Data, seen: Data) -> Data:
        """With forms, the form's check; without, any data is accepted."""
        known = self.forms.get(form or "")
        return forms.check_data(known, data, seen) if known else data

    def _take(self, name: str, run: Run, step: Step) -> None:
        """The instance after a step, and what the step throws."""
        self.steps += 1 + len(step.completed)
        if self.steps > self.most_steps:
            raise LimitReached(f"Skenario melewati {self.most_steps} langkah.")
        if time.monotonic() > self.deadline:
            raise LimitReached("Skenario melewati batas waktunya.")
        age = self.standing.age
        opened = (
            Item(o.token, found_at(o.element, run.definition, self.models), o.scope, age + number)
            for number, o in enumerate(step.opened)
        )
        after = Run(
            definition=run.definition,
            state=step.state,
            variables=step.variables,
            items=(*(item for item in run.items if item.token not in step.closed), *opened),
            timers=(*(timer for timer in run.timers if timer.token not in step.stopped), *step.timers),
            path=(*run.path, *(moved.element.rpartition("|")[2] for moved in step.completed)),
            ended=step.finished,
        )
        self.standing = replace(self.standing, runs={**self.runs, name: after}, age=age + len(step.opened))
        self._throw(name, step)

    def _throw(self, name: str, step: Step) -> None:
        """What a step throws reaches others, whose steps may throw too, but not without end."""
        if self.depth >= DEEPEST:
            raise LimitReached(f"Isyarat dan pesan memicu satu sama lain lebih dari {DEEPEST} kali berturut-turut.")
        self.depth += 1
        try:
            for signal in step.signals:
                self.signal(signal, but=name)
            for message in step.messages:
                self._send(message)
        finally:
            self.depth -= 1


class LimitReached(Refused):
    """The scenario passed its limit of steps or of time."""


def _alarm(key: str, start: Node, at: Situation) -> Alarm:
    found, left = spiff.start_timer(at, start)
    return Alarm(key, start, found.due, left)
