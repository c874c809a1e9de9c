"""When a timer of the model is due: the model's words, the case's variables and clocks, and a calendar."""

from collections.abc import Collection, Mapping
from datetime import datetime, time

from SpiffWorkflow.task import Task

from engine import feel, worktime
from engine.definition import Node, Timer
from engine.errors import BadTime, Refused
from engine.spiff.events import awaited
from engine.spiff.situation import Situation
from engine.spiff.state import Memory
from engine.spiff.step import Expiry
from engine.spiff.workflow import Workflow
from engine.values import Value, duration_text
from engine.worktime import Calendar, Deadline

SHARED = "bersama:"
UNREADABLE = "Batas waktu {element} tidak dapat dihitung: {why}"


def expiries(workflow: Workflow, memory: Memory, known: Collection[str]) -> list[Expiry]:
    """The timers that have begun to wait since the last look, in the order they began. Raises Refused."""
    found = []
    for task in workflow.live():
        node = awaited(task)
        if node is None or node.timer is None or task.id.hex in known:
            continue
        try:
            found.append(_expiry(workflow, memory, task, node, node.timer))
        except (BadTime, feel.FeelError, TypeError, ValueError) as error:
            raise Refused(UNREADABLE, element=node.id, why=str(error)) from error
    return found


def start_timer(at: Situation, start: Node) -> tuple[Deadline, int | None]:
    """When a timer start event next begins a case, counted from `at.now`, and how often it does; None: for ever.

    Raises Refused.
    """
    timer, seen = start.timer, at.variables.seen()
    assert timer is not None
    try:
        value = _value(timer.text, seen, at.now)
        count: int | None = 1
        if timer.kind == "date":
            return Deadline(_instant(value, at.calendar), None, (), ""), 1
        if timer.kind == "cycle":
            count, value = worktime.read_cycle(value)
        return worktime.deadline(_span(timer, value), at.now, at.calendar), count
    except (BadTime, feel.FeelError, TypeError, ValueError) as error:
        raise Refused(UNREADABLE, element=start.id, why=str(error)) from error


def _span(timer: Timer, value: Value) -> worktime.Span:
    return worktime.read_iso(_text(value), timer.unit, timer.warn)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else duration_text(value)


def _expiry(workflow: Workflow, memory: Memory, task: Task, node: Node, timer: Timer) -> Expiry:
    at, seen, name = workflow.at, workflow.seen(task), workflow.name_of(task)
    token, host = task.id.hex, task.internal_data.get("host")
    value = _value(timer.text, seen, at.now)
    if timer.kind == "date":
        return Expiry(token, name, host, _instant(value, at.calendar))
    if timer.kind == "cycle":
        count, value = worktime.read_cycle(value)
        task.internal_data.setdefault("ticks", count)
    begin = _begin(timer, at.now, at.calendar, memory, seen)
    deadline = worktime.deadline(_span(timer, value), begin, at.calendar)
    own = task.task_spec.definition
    whole = own.limit() if own == at.definition else None
    limit = node == whole or bool(node.attached_to and timer == own.sla(node.attached_to))
    warn, why = deadline.warn if limit else None, tuple(deadline.why)
    span = (
        " ".join(filter(None, (_text(value), timer.unit or "plain", timer.warn))) if timer.kind == "duration" else None
    )
    clock = timer.clock.removeprefix(SHARED) if timer.clock.startswith(SHARED) else ""
    return Expiry(token, name, host, deadline.due, limit, warn, why, deadline.calendar, begin, span, clock)


def _begin(timer: Timer, now: datetime, calendar: Calendar, memory: Memory, variables: Mapping[str, Value]) -> datetime:
    """Now; a shared clock begins once, at the date its variable names or else at the first item that it times."""
    if not timer.clock.startswith(SHARED):
        return now
    name = timer.clock.removeprefix(SHARED)
    if name not in memory.clocks:
        begins = variables.get(timer.begins or "")
        memory.clocks[name] = now if begins is None else _instant(begins, calendar)
    return memory.clocks[name]


def _value(text: str, variables: Mapping[str, Value], now: datetime) -> Value:
    return feel.compile(text).evaluate(variables, now) if text.startswith("=") else text


def _instant(value: Value, calendar: Calendar) -> datetime:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):  # a date: its first moment
        value = datetime.combine(value, time.min)
    at: datetime = value
    return at if at.tzinfo else at.replace(tzinfo=calendar.zone)
