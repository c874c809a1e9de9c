"""Every run of a model without data, by brute force: no reduction, every order, tokens one by one in scopes.

The second opinion on engine/rules/_runs.py, from CONTRACT (*Soundness*, *Steps*) and the clauses alone. It reads the
file as the token game does and imports nothing of ours.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import chain, combinations, count
from typing import Any

from token_game.choices import reach
from token_game.reading import CATCHES, SCOPES, TASKS, Model, Node

AT_ONCE, JOINS, ASKED = 0, 1, 2  # what moves by itself goes first, then inclusive joins, then persons and events
WITHIN = ("error", "escalation")  # what a scope itself throws; all else comes when everything rests
MOST_STATES = 600
MOST_TOKENS = 7
# a scope: (id, armed event sub-processes, what is in it): ("on", flow) or ("at", node, armed events, scope inside)
Scope = Any
Move = tuple[int, tuple[str, ...], tuple[str, ...], Any]  # (phase, nodes completed, nodes that ran, scope or Thrown)


@dataclass(frozen=True)
class Thrown:
    """An error that leaves a scope."""

    code: str | None


@dataclass
class Verdict:
    """What brute force found; lengths of the shortest runs, in nodes completed."""

    stuck: int | None = None
    double: int | None = None
    ran: set[str] = field(default_factory=set)
    ends: bool = False
    complete: bool = True
    states: int = 0


def opened(model: Model, scope: str, items: tuple[Any, ...]) -> Scope:
    return (scope, tuple(sorted(start.parent for start in model.handlers(scope))), tuple(sorted(items, key=repr)))


def activity(model: Model, node: Node) -> Any:
    arms = tuple(sorted(event.id for event in model.attached(node.id) if not event.interrupting))
    if node.tag not in SCOPES:
        return ("at", node.id, arms, None)
    start = model.start(node.id)
    return ("at", node.id, arms, opened(model, node.id, (("on", f"~{start.id}"),)))


def sent(model: Model, node: Node) -> Iterator[tuple[Any, ...]]:
    """Each way to leave a node."""
    flows = model.outgoing(node.id)
    links = [n.id for n in model.nodes.values() if n.event == "link" and n.tag == "intermediateCatchEvent"]
    if node.event == "link" and node.tag == "intermediateThrowEvent":
        yield tuple(("on", f"~{n}") for n in links if model.nodes[n].detail == node.detail)
    elif node.tag == "exclusiveGateway" and flows:
        yield from ((("on", flow.id),) for flow in flows)
    elif node.tag == "parallelGateway":
        yield tuple(("on", flow.id) for flow in flows)
    else:
        free = [f.id for f in flows if f.condition is not None and f.id != node.default]
        always = [f.id for f in flows if f.condition is None and f.id != node.default]
        subsets = chain.from_iterable(combinations(free, size) for size in range(len(free) + 1))
        for subset in subsets:
            names = [*always, *subset] or [f.id for f in flows if f.id == node.default]
            if names or not flows:
                yield tuple(("on", name) for name in names)


def target(model: Model, name: str) -> Node:
    if name.startswith("~"):
        return model.nodes[name[1:]]
    return model.nodes[next(flow.target for flow in model.flows if flow.id == name)]


def raced(model: Model, name: str) -> bool:
    return any(f.id == name and model.nodes[f.source].tag == "eventBasedGateway" for f in model.flows)


def moves(model: Model, scope: Scope) -> Iterator[Move]:
    """What can happen in a scope, as (..., the scope then)."""
    name, armed, items = scope
    for index, item in enumerate(items):
        rest = items[:index] + items[index + 1 :]
        found = arrivals(model, scope, item, rest) if item[0] == "on" else activities(model, scope, item, rest)
        for phase, told, ran, after in found:
            yield phase, told, ran, caught(model, scope, after) if isinstance(after, Thrown) else after
    for start in model.handlers(name):
        if start.parent in armed:
            inner = next(sent(model, start))
            phase = AT_ONCE if start.event in WITHIN and not items else ASKED
            yield phase, (start.id,), (start.id,), started(model, scope, start, inner)


def started(model: Model, scope: Scope, start: Node, inside: tuple[Any, ...]) -> Scope:
    name, armed, items = scope
    handler = ("at", start.parent, (), opened(model, start.parent, inside))
    if start.interrupting:
        return (name, (), (handler,))
    return put((name, tuple(a for a in armed if a != start.parent), items), handler)


def put(scope: Scope, *items: Any) -> Scope:
    return (*scope[:2], tuple(sorted((*scope[2], *items), key=repr)))


def caught(model: Model, scope: Scope, thrown: Thrown) -> Any:
    """An event sub-process of the scope that catches an error, or the error."""
    for start in model.handlers(scope[0]):
        if start.event == "error" and start.detail in (None, thrown.code) and start.parent in scope[1]:
            return started(model, scope, start, (("on", f"~{start.id}"),))
    return thrown


def arrivals(model: Model, scope: Scope, item: Any, rest: tuple[Any, ...]) -> Iterator[Move]:
    name, armed, items = scope
    node, left = target(model, item[1]), (name, armed, rest)
    entries = [flow.id for flow in model.incoming(node.id)]
    if node.tag == "endEvent" and node.event == "terminate":
        yield AT_ONCE, (node.id,), (node.id,), (name, (), ())
    elif node.tag == "endEvent" and node.event == "error":
        yield AT_ONCE, (node.id,), (node.id,), Thrown(node.detail)
    elif node.tag in ("parallelGateway", "inclusiveGateway") and len(entries) > 1:
        full = {entry for entry in entries if ("on", entry) in items}
        phase = AT_ONCE if node.tag == "parallelGateway" else JOINS
        ready = full == set(entries) if node.tag == "parallelGateway" else may_join(model, items, node, full)
        if ready:
            others = list(items)
            for entry in full:
                others.remove(("on", entry))
            for out in sent(model, node):
                yield phase, (node.id,), (node.id,), put((name, armed, tuple(others)), *out)
    elif node.tag in SCOPES or (waits(model, node) and not raced(model, item[1])):
        yield AT_ONCE, (), (node.id,), put(left, activity(model, node))
    else:
        yield from ((AT_ONCE, (node.id,), (node.id,), put(left, *out)) for out in sent(model, node))


def waits(model: Model, node: Node) -> bool:
    if node.tag == "eventBasedGateway":
        return bool(model.outgoing(node.id))
    return node.tag in TASKS or (node.tag in CATCHES and node.event != "link")


def may_join(model: Model, items: tuple[Any, ...], join: Node, full: set[str]) -> bool:
    """BPMN 2.0.2, 13.4.3."""
    empty = {flow.id for flow in model.incoming(join.id)} - full
    for item in items:
        place = item[1] if item[0] == "at" else target(model, item[1]).id
        if place != join.id:
            reached = reach(model, place, join.id)
            if reached & empty and not reached & full:
                return False
    return True


def activities(model: Model, scope: Scope, item: Any, rest: tuple[Any, ...]) -> Iterator[Move]:
    name, armed, _ = scope
    _, node_id, arms, inner = item
    node, left = model.nodes[node_id], (name, armed, rest)
    idle = AT_ONCE if inner is not None and not inner[2] else ASKED
    for event in model.attached(node_id):
        phase, out = idle if event.event in WITHIN else ASKED, next(sent(model, event))
        if event.interrupting:
            yield phase, (event.id,), (event.id,), put(left, *out)
        elif event.id in arms:
            fewer = ("at", node_id, tuple(a for a in arms if a != event.id), inner)
            yield phase, (event.id,), (event.id,), put(left, *out, fewer)
    if inner is None or not inner[2]:
        outs = [(("on", f.id),) for f in model.outgoing(node_id)] if node.tag == "eventBasedGateway" else None
        for out in outs or sent(model, node):
            yield idle, (node_id,), (node_id,), put(left, *out)
    if inner is None:
        return
    for inside, told, ran, after in moves(model, inner):
        if isinstance(after, Thrown):
            events = [e for e in model.attached(node_id) if e.event == "error" and e.detail in (None, after.code)]
            yield inside, told, ran, put(left, ("on", f"~{events[0].id}")) if events else after
        else:
            yield inside, told, ran, put(left, ("at", node_id, arms, after))


def everything(scope: Scope) -> Iterator[Any]:
    """What is in a scope and in the scopes inside it."""
    for item in scope[2]:
        yield item
        if item[0] == "at" and item[3] is not None:
            yield from everything(item[3])


def doubled(scope: Scope, rest: bool) -> bool:
    counts = Counter(item[:2] for item in everything(scope))
    return any(number > 1 and (kind == "at" or rest) for (kind, _), number in counts.items())


def explore(xml: bytes) -> Verdict:
    """All runs, the shortest first."""
    model, found, number = Model(xml), Verdict(), count()
    start = model.start(model.processes[0])
    first = opened(model, model.processes[0], next(sent(model, start)))
    found.ran.add(start.id)
    agenda: list[Any] = [(1, next(number), False, first)]
    done: set[Any] = set()
    while agenda:
        length, _, beyond, state = heappop(agenda)
        if (beyond, state) in done:
            continue
        done.add((beyond, state))
        if len(done) > MOST_STATES:
            found.complete = False
            break
        if state is None or isinstance(state, Thrown):
            found.ends = True
            continue
        every = list(moves(model, state))
        every += [(AT_ONCE, (), (), None)] if not state[2] else []
        phase = min((move[0] for move in every), default=ASKED)
        if not beyond and doubled(state, rest=phase > AT_ONCE):
            found.double, beyond = length if found.double is None else found.double, True
        if not every and not beyond and found.stuck is None:
            found.stuck = length
        for rank, told, ran, after in every:
            if rank == phase:
                found.ran.update(ran)
                if isinstance(after, tuple) and len(list(everything(after))) > MOST_TOKENS:
                    found.complete = False
                    continue
                heappush(agenda, (length + len(told), next(number), beyond, after))
    found.states = len(done)
    return found
