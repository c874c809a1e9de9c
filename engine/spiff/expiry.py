"""When a timer of the model is due: the model's words, the case's variables and clocks, and a calendar."""

from datetime import datetime, time

from engine import feel, worktime
from engine.definition import Node, Timer
from engine.errors import BadTime, Refused
from engine.spiff.state import Memory
from engine.spiff.step import Expiry
from engine.values import Value, duration_text
from engine.worktime import Calendar

SHARED = "bersama:"


def expiry(
    token: str,
    host: str | None,
    node: Node,
    now: datetime,
    calendar: Calendar,
    memory: Memory,
    variables: dict[str, Value],
) -> Expiry:
    """The expiry of a waiting timer event. Raises Refused where its time cannot be read with these variables."""
    timer = node.timer
    assert timer is not None
    try:
        value = _value(timer.text, variables, now)
        if timer.kind == "date":
            return Expiry(token, node.id, host, _instant(value, calendar))
        if timer.kind == "cycle":
            _, value = worktime.read_cycle(value)
        span = worktime.read_iso(value if isinstance(value, str) else duration_text(value), timer.unit, timer.warn)
        deadline = worktime.deadline(span, _begin(timer, now, calendar, memory, variables), calendar)
    except (BadTime, feel.FeelError, TypeError, ValueError) as error:
        raise Refused("Batas waktu {element} tidak dapat dihitung: {why}", element=node.id, why=str(error)) from error
    sla = node.attached_to and not node.interrupting and timer.kind == "duration"
    warn = deadline.warn if sla else None
    return Expiry(token, node.id, host, deadline.due, warn, tuple(deadline.why), deadline.calendar)


def ticks(timer: Timer, variables: dict[str, Value], now: datetime) -> int | None:
    """How often a cycle fires; None: for ever. Raises Refused."""
    try:
        return worktime.read_cycle(_value(timer.text, variables, now))[0]
    except (BadTime, feel.FeelError) as error:
        raise Refused("Pengulangan tidak dapat dibaca: {why}", why=str(error)) from error


def _begin(timer: Timer, now: datetime, calendar: Calendar, memory: Memory, variables: dict[str, Value]) -> datetime:
    """Now; a shared clock begins once, at the date its variable names or else at the first item that it times."""
    if not timer.clock.startswith(SHARED):
        return now
    name = timer.clock.removeprefix(SHARED)
    if name not in memory.clocks:
        begins = variables.get(timer.begins or "")
        memory.clocks[name] = now if begins is None else _instant(begins, calendar)
    return memory.clocks[name]


def _value(text: str, variables: dict[str, Value], now: datetime) -> Value:
    return feel.compile(text).evaluate(variables, now) if text.startswith("=") else text


def _instant(value: Value, calendar: Calendar) -> datetime:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):  # a date: its first moment
        value = datetime.combine(value, time.min)
    at: datetime = value
    return at if at.tzinfo else at.replace(tzinfo=calendar.zone)
