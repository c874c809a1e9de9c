"""The flows of a process as places with tokens, and what moves them: what engine/rules/_runs.py explores.

A marking is where tokens are: on flows, in open activities ("at"), in open scopes ("in", the process too), in boundary
events that may still fire and in event sub-processes that may still start ("arm"). A place counts at most three tokens,
so that the search is finite. What moves by itself moves first (CONTRACT, Steps): tokens on flows, automatic tasks,
scopes with nothing left in them; then inclusive joins; then what persons and events do.
"""

from collections.abc import Container, Iterator
from itertools import chain, combinations

from engine.definition import AUTOMATIC, Definition, Node
from engine.rules._marking import Marking, Move, Place, add, has, remove
from engine.rules._tree import attached, outgoing

MOST_WORK = 5_000_000  # tokens copied, over all moves
ROOT = "\0"  # the process itself, among the scopes
TASKS = AUTOMATIC | {"callActivity"}
AT_ONCE = AUTOMATIC - {"receiveTask"}
CATCHES = frozenset({"intermediateCatchEvent", "receiveTask"})
ENDING = frozenset({"terminateEventDefinition", "errorEventDefinition"})
WITHIN = frozenset({"errorEventDefinition", "escalationEventDefinition"})  # what a scope itself throws
KINDS = ("on", "arm", "at", "in")


class Net:
    """The flows of a process as places, and what moves tokens between them."""

    def __init__(self, process: Definition, lenient: bool = False) -> None:
        self.nodes, self.events, self.work = process.nodes, attached(process), 0
        self.lenient = lenient  # an error may also just end its token: what lies behind is not called unreachable
        found = {node: [event for event in events if not event.interrupting] for node, events in self.events.items()}
        self.armed = {node: events for node, events in found.items() if events}
        self.out: dict[str, list[Place]] = {}
        self.into: dict[str, list[Place]] = {}
        self.target: dict[str, Node] = {}
        self.free: set[str] = set()  # the flows that a condition may leave without a token
        self.default: dict[str, Place] = {}
        for source, flows in outgoing(process).items():
            for flow in flows:
                if flow.target in self.nodes and source in self.nodes:
                    self._join(source, flow.id, self.nodes[flow.target])
                    self.free |= {flow.id} if flow.condition else set()
                    if self.nodes[source].default == flow.id:
                        self.default[source] = ("on", flow.id)
        for node in self.nodes.values():
            for catch in process.linked(node.id):
                self._join(node.id, f"~{node.id}", catch)
        self._scopes(process)
        races = [node.id for node in self.nodes.values() if node.tag == "eventBasedGateway"]
        self.raced = {name for race in races for _, name in self.out.get(race, ())}
        self.rank = {name: rank for rank, name in enumerate([ROOT, *self.nodes, *self.target])}

    def _join(self, source: str, name: str, target: Node) -> None:
        self.out.setdefault(source, []).append(("on", name))
        self.into.setdefault(target.id, []).append(("on", name))
        self.target[name] = target

    def _scopes(self, process: Definition) -> None:
        """Where a scope begins, what starts its event sub-processes, and the scopes around each node."""
        self.begins: dict[str, list[Place]] = {}
        self.handlers: dict[str, list[tuple[str, Node]]] = {}  # scope -> its event sub-processes with their start
        for node in self.nodes.values():
            if node.tag == "startEvent" and node.parent in self.nodes:
                self.target[f"~{node.id}"] = node
                self.begins.setdefault(node.parent, []).append(("on", f"~{node.id}"))
            if node.triggered and (starts := process.starts(node.id)):
                self.handlers.setdefault(node.parent or ROOT, []).append((node.id, starts[0]))
        self.starts = [node.id for node in self.nodes.values() if node.tag == "startEvent" and node.parent is None]
        self.around = {node: (*self._outwards(node), ROOT) for node in self.nodes} | {ROOT: ()}

    def _outwards(self, node: str) -> Iterator[str]:
        """The sub-processes around a node, the innermost first."""
        parent = self.nodes[node].parent
        while parent in self.nodes:
            yield parent
            parent = self.nodes[parent].parent

    def begin(self, start: str) -> Marking:
        """Where the tokens are when a case begins."""
        return add(frozenset(), [*self._opened(ROOT), *self.leaving(start)])

    def _opened(self, scope: str) -> list[Place]:
        """A scope that opens, with what may fire at its border and start in it."""
        arms = [("arm", event.id) for event in self.armed.get(scope, ())]
        return [("in", scope), *arms, *(("arm", handler) for handler, _ in self.handlers.get(scope, ()))]

    def leaving(self, node: str) -> list[Place]:
        """Every flow out of a node."""
        return self.out.get(node, [])

    def sent(self, node: Node) -> Iterator[list[Place]]:
        """The ways in which a node that completes can put its tokens: each condition is a free choice."""
        flows = self.leaving(node.id)
        if node.tag == "exclusiveGateway" and flows:
            yield from ([flow] for flow in flows)
            return
        default = self.default.get(node.id)
        free = [flow for flow in flows if flow[1] in self.free and flow != default]
        if node.tag == "parallelGateway" or not (free or default):
            yield flows
            return
        always = [flow for flow in flows if flow not in free and flow != default]
        for taken in chain.from_iterable(combinations(free, size) for size in range(len(free), -1, -1)):
            if taken or always:
                yield [*always, *taken]
            elif default:
                yield [default]
        if self.lenient and always and default:  # never taken; but what lies behind it is no reason to refuse
            yield [default]

    def where(self, place: Place) -> str:
        """The node that a place belongs to: where its token waits, or would arrive."""
        kind, name = place
        return self.target[name].id if kind == "on" else name

    def joins(self, node: Node) -> bool:
        """Whether a gateway waits for tokens on several flows."""
        return node.tag in ("parallelGateway", "inclusiveGateway") and len(self.into.get(node.id, ())) > 1

    def terminates(self, node: str) -> bool:
        """Whether a node ends the tokens beside it."""
        return self.nodes[node].tag == "endEvent" and self.nodes[node].event in ENDING

    def order(self, token: tuple[Place, int]) -> tuple[int, int, int]:
        """One open task at a time: its alternatives meet again before the next. Inner scopes end before outer ones."""
        (kind, name), _ = token
        depth = -len(self.around[name]) if kind == "in" else 0
        return KINDS.index(kind), depth, self.rank[name]

    def by_itself(self, place: Place, marking: Marking) -> list[Move]:
        """What a place does at once."""
        kind, name = place
        if kind == "on" and not (self.target[name].tag == "inclusiveGateway" and self.joins(self.target[name])):
            return self._affordable(self._arrive(self.target[name], place, marking))
        if kind == "at" and self.nodes[name].tag in AT_ONCE or kind == "in" and self._idle(name, marking):
            return self._affordable(self._waited(place, marking))
        return []

    def asked(self, place: Place, marking: Marking) -> list[Move]:
        """What persons and events do at a place where a token rests."""
        return self._affordable(self._waited(place, marking)) if place[0] in ("at", "in") else []

    def joined(self, marking: Marking) -> list[Move]:
        """What the inclusive joins do that need not wait any more: BPMN 2.0.2, 13.4.3."""
        found = []
        for (kind, name), _ in marking:
            join = self.target[name] if kind == "on" else None
            if join is not None and join.tag == "inclusiveGateway" and self._may_join(join, marking):
                full = [flow for flow in self.into[join.id] if has(marking, flow)]
                if full[0] == (kind, name):
                    found += [(join.id, add(remove(marking, full), flows)) for flows in self.sent(join)]
        return self._affordable(iter(found))

    def _may_join(self, join: Node, marking: Marking) -> bool:
        """No token of its scope can reach an empty flow of the join unless it can reach one that has a token."""
        full = {flow[1] for flow in self.into[join.id] if has(marking, flow)}
        for place, _ in marking:
            node = self.where(place)
            if place[0] == "arm" or node == ROOT or node == join.id or self.nodes[node].parent != join.parent:
                continue
            reached = {name for name in self.ahead(place, frozenset({join.id})) if self.target[name].id == join.id}
            if reached - full and not reached & full:
                return False
        return True

    def ahead(self, place: Place, stops: Container[str] = frozenset()) -> frozenset[str]:
        """The flows that a token at a place can take, its own included, by ways that end at some nodes."""
        kind, name = place
        found = {name} if kind == "on" else set[str]()
        agenda = [self.target[name].id] if kind == "on" and self.target[name].id not in stops else []
        agenda += [name] if kind != "on" else []
        while agenda:
            here = agenda.pop()
            for source in (here, *(event.id for event in self.events.get(here, ()))):
                for _, flow in self.leaving(source):
                    if flow not in found:
                        found.add(flow)
                        agenda += [self.target[flow].id] if self.target[flow].id not in stops else []
        self.work += len(found) + 1
        return frozenset(found)

    def _affordable(self, moves: Iterator[Move]) -> list[Move]:
        """The moves as far as the budget goes; the search then finds it spent."""
        found = []
        for move in moves:
            found.append(move)
            self.work += len(move[1]) + 10
            if self.work > MOST_WORK:
                break
        return found

    def _arrive(self, node: Node, place: Place, marking: Marking) -> Iterator[Move]:
        rest = remove(marking, [place])
        if self.terminates(node.id):
            yield from self._ended(node, place, marking)
        elif node.tag == "parallelGateway":
            if all(has(marking, flow) for flow in self.into[node.id]):
                yield node.id, add(remove(marking, self.into[node.id]), self.leaving(node.id))
        elif node.is_scope:
            yield node.id, add(rest, [*self._opened(node.id), *self.begins.get(node.id, [])])
        elif self._rests(node) and place[1] not in self.raced:
            arms = [("arm", event.id) for event in self.armed.get(node.id, ())]
            yield node.id, add(rest, [("at", node.id), *arms])
        else:
            yield from ((node.id, add(rest, flows)) for flows in self.sent(node))

    def _rests(self, node: Node) -> bool:
        """Whether a token stays at a node: until somebody does something, or for its boundary events."""
        if node.tag == "eventBasedGateway":
            return bool(self.leaving(node.id))
        return node.is_work_item or node.tag in TASKS or (node.tag in CATCHES and not node.link)

    def _waited(self, place: Place, marking: Marking) -> Iterator[Move]:
        """An open activity completes, a race is decided, an idle scope closes; or what stands at its border fires."""
        kind, name = place
        idle = kind == "in" and self._idle(name, marking)
        yield from self._fired(name, marking, idle)
        if kind == "in" and not idle:
            return
        rest = self._closed(name, marking)
        if name == ROOT:
            yield name, frozenset()
        elif self.nodes[name].tag == "eventBasedGateway":
            yield from ((name, add(rest, [flow])) for flow in self.leaving(name))
        else:
            yield from ((name, add(rest, flows)) for flows in self.sent(self.nodes[name]))

    def _fired(self, activity: str, marking: Marking, idle: bool) -> Iterator[Move]:
        """The boundary events of an open activity, the starts in an open scope: each at most once while it is open; of
        an idle one only what comes from within."""
        for event in self.events.get(activity, ()):
            if idle and event.event not in WITHIN:
                continue
            if event.interrupting:
                yield event.id, add(self._closed(activity, marking), self.leaving(event.id))
            elif has(marking, ("arm", event.id)):
                yield event.id, add(remove(marking, [("arm", event.id)]), self.leaving(event.id))
        for handler, start in self.handlers.get(activity, ()):
            if has(marking, ("arm", handler)) and not (idle and start.event not in WITHIN):
                yield self._started(handler, start, activity, marking)

    def _started(self, handler: str, start: Node, scope: str, marking: Marking) -> Move:
        """BPMN 13.5.4: an interrupting start cancels what runs in the scope, and no other can start in it any more."""
        rest = self._emptied(scope, marking) if start.interrupting else remove(marking, [("arm", handler)])
        return start.id, add(rest, [*self._opened(handler), *self.leaving(start.id)])

    def _idle(self, scope: str, marking: Marking) -> bool:
        """Whether nothing runs in a scope; what could still start in it does not hold it open."""
        own = {("arm", handler) for handler, _ in self.handlers.get(scope, ())}
        return not any(self.within(scope, place) and place not in own for place, _ in marking)

    def _closed(self, activity: str, marking: Marking) -> Marking:
        """A marking without an activity, its boundary events and all that is in it; another at the same place stays."""
        arms = {("arm", event.id) for event in self.armed.get(activity, ())}
        if not arms and has(marking, ("at", activity)):
            return remove(marking, [("at", activity)])
        gone = arms | {("at", activity), ("in", activity)}
        return frozenset(t for t in self._emptied(activity, marking) if t[0] not in gone)

    def _emptied(self, scope: str, marking: Marking) -> Marking:
        return frozenset(token for token in marking if not self.within(scope, token[0]))

    def within(self, scope: str, place: Place) -> bool:
        """Whether a place is somewhere in a scope."""
        return scope in self.around[self.where(place)]

    def _ended(self, node: Node, place: Place, marking: Marking) -> Iterator[Move]:
        """A terminate event ends the scope it stands in; an error goes on where it is caught, or ends everything."""
        if node.event == "terminateEventDefinition":
            yield node.id, self._emptied(self.around[node.id][0], marking)
            return
        if self.lenient:
            yield node.id, remove(marking, [place])
        yield node.id, self._thrown(node, marking)

    def _thrown(self, node: Node, marking: Marking) -> Marking:
        """The nearest scope that catches an error, its event sub-processes first."""
        for scope in self.around[node.id]:
            for handler, start in self.handlers.get(scope, ()):
                if catches(start, node) and has(marking, ("arm", handler)):
                    name = self._caught(start)
                    return add(self._emptied(scope, marking), [*self._opened(handler), ("on", name)])
            for event in self.events.get(scope, ()):
                if catches(event, node):
                    return add(self._closed(scope, marking), [("on", self._caught(event))])
        return frozenset()

    def _caught(self, event: Node) -> str:
        """The place from which an event runs that an error has reached."""
        name = f"~{event.id}"
        self.target.setdefault(name, event)
        self.rank.setdefault(name, len(self.rank))
        return name


def catches(event: Node, thrown: Node) -> bool:
    """Whether an event waits for the error that an end event throws."""
    return event.event == thrown.event and event.code in (None, thrown.code)
