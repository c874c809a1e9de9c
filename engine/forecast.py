"""How long a case takes if nothing is done twice: from the time limits of its model, along its straight way.

For the question "does it fit in this budget year?" that a start asks. A limit is what the SOP's Waktu column says, or
else its timer: the fastest way takes every minimum, the slowest every maximum. Parallel branches wait for each other.
Of several ends the one that is reached last is the normal one; the fastest way leads there too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from engine import worktime
from engine.definition import Definition, Node
from engine.errors import BadTime
from engine.worktime import Calendar, Span

WAITS_FOR_ALL = frozenset({"parallelGateway", "inclusiveGateway"})
Times = dict[str, datetime]


@dataclass(frozen=True)
class Forecast:
    """When a case that starts now ends: at the earliest with every minimum, at the latest with every maximum."""

    earliest: datetime
    latest: datetime
    timeless: tuple[str, ...]  # the names of steps without a time limit, which count as nothing


def forecast(process: Definition, start: datetime, calendar: Calendar) -> Forecast | None:
    """What the limits say of a case that starts at an instant; None for a process that no straight way ends.

    Raises BadTime beyond the calendar's years.
    """
    order = list(_order(process))
    slow, fast = (_walk(process, order, start, calendar, fastest) for fastest in (False, True))
    ends = [node for node in order if process.nodes[node].tag == "endEvent" and node in slow]
    if not ends:
        return None
    end = max(ends, key=lambda node: slow[node])
    timeless = (n for n in order if process.nodes[n].is_work_item and _limit(process, process.nodes[n]) is None)
    return Forecast(fast[end], slow[end], tuple(process.nodes[n].name or n for n in timeless))


def _order(process: Definition) -> Iterator[str]:
    """The nodes from the start on, each after those before it; what leads back (rework) is left out."""
    start = process.start()
    done: list[str] = []
    seen: set[str] = set()
    ahead = [(start.id, False)] if start else []
    while ahead:
        node, finished = ahead.pop()
        if finished:
            done.append(node)
        elif node not in seen:
            seen.add(node)
            ahead += [(node, True), *((target, False) for target in _after(process, node))]
    yield from reversed(done)


def _after(process: Definition, node: str) -> list[str]:
    flows = [flow.target for flow in process.outgoing(node)]
    return flows + [catch.id for catch in process.linked(node)]


def _walk(process: Definition, order: list[str], start: datetime, calendar: Calendar, fastest: bool) -> Times:
    """When each node is passed. A node with several ways in takes the first of them, or the last; a join all."""
    arrivals: dict[str, list[datetime]] = {order[0]: [start]} if order else {}
    rank = {node: number for number, node in enumerate(order)}
    passed: Times = {}
    for name in order:
        node = process.nodes[name]
        choose = min if fastest and node.tag not in WAITS_FOR_ALL else max
        passed[name] = _done(process, node, choose(arrivals[name]), start, passed, calendar, fastest)
        for target in _after(process, name):
            if rank[target] > rank[name]:
                arrivals.setdefault(target, []).append(passed[name])
    return passed


def _done(
    process: Definition, node: Node, at: datetime, start: datetime, passed: Times, calendar: Calendar, fastest: bool
) -> datetime:
    """When a step that begins at an instant is done; one on a shared clock with the first on that clock."""
    span = _limit(process, node)
    if span is None:
        return at
    limit = process.sla(node.id)
    if limit is not None and limit.clock != "sendiri":
        first = next((n for n in passed if (t := process.sla(n)) is not None and t.clock == limit.clock), None)
        if first is not None:
            return max(at, passed[first])
    return worktime.deadline(replace(span, maximum=_least(span)) if fastest else span, at, calendar).due


def _least(span: Span) -> worktime.Amount:
    return span.maximum if span.minimum is None else span.minimum


def _limit(process: Definition, node: Node) -> Span | None:
    """How long a step may take, as the SOP says it or else its timer; None if neither can be read."""
    timer = process.sla(node.id)
    try:
        return worktime.read_sop(node.time)
    except BadTime:
        if timer is None or timer.text.startswith("="):
            return None
    return worktime.read_iso(timer.text, timer.unit, timer.warn)
