"""The flows of a process as places with tokens, and what moves them: what engine/rules/_runs.py explores.

A marking is where tokens are: on flows, in open activities ("at"), in open sub-processes ("in") and in waiting boundary
events ("arm"). A place counts at most two tokens, so that the search is finite.
"""

from collections.abc import Container, Iterator

from engine.definition import AUTOMATIC, Definition, Node
from engine.rules._tree import attached, outgoing

MOST_WORK = 5_000_000  # tokens copied, over all moves
TASKS = AUTOMATIC | {"callActivity"}
CHOOSES = frozenset({"exclusiveGateway", "eventBasedGateway"})
ENDING = frozenset({"terminateEventDefinition", "errorEventDefinition"})
KINDS = ("on", "arm", "at", "in")  # what moves by itself first; a sub-process last, when nothing in it can move
Place = tuple[str, str]  # ("on", flow), ("at", activity), ("in", sub-process), ("arm", boundary event)
Marking = frozenset[tuple[Place, int]]
Move = tuple[str, Marking]  # (the node that runs, where its tokens are then)


class Net:
    """The flows of a process as places, and what moves tokens between them.

    The tokens of one place cannot be disturbed from elsewhere but by what ends a whole scope. That may wait: it leaves
    the same marking whenever it happens. So one place's moves are explored at a time unless they only close a cycle.
    """

    def __init__(self, process: Definition, lenient: bool = False, reduced: bool = True) -> None:
        self.nodes, self.events, self.work = process.nodes, attached(process), 0
        self.reduced = reduced
        self.lenient = lenient  # an error may also just end its token: what lies behind is not called unreachable
        self.out: dict[str, list[Place]] = {}
        self.into: dict[str, list[Place]] = {}
        self.target: dict[str, Node] = {}
        for source, flows in outgoing(process).items():
            for flow in flows:
                if flow.target in self.nodes and source in self.nodes:
                    self._join(source, flow.id, self.nodes[flow.target])
        for node in self.nodes.values():
            for catch in process.linked(node.id):
                self._join(node.id, f"~{node.id}", catch)
        self.begins: dict[str | None, list[Place]] = {}
        for node in self.nodes.values():
            if node.tag == "startEvent":
                self.target[f"~{node.id}"] = node
                self.begins.setdefault(node.parent, []).append(("on", f"~{node.id}"))
        self.starts = [node.id for node in self.nodes.values() if node.tag == "startEvent" and node.parent is None]
        self.rank = {name: rank for rank, name in enumerate([*self.nodes, *self.target])}
        self.around = {node: tuple(self._scopes(node)) for node in self.nodes}

    def _join(self, source: str, name: str, target: Node) -> None:
        self.out.setdefault(source, []).append(("on", name))
        self.into.setdefault(target.id, []).append(("on", name))
        self.target[name] = target

    def _scopes(self, node: str) -> Iterator[str]:
        """The sub-processes around a node, the innermost first."""
        parent = self.nodes[node].parent
        while parent in self.nodes:
            yield parent
            parent = self.nodes[parent].parent

    def leaving(self, node: str) -> list[Place]:
        """Where a node that completes puts its tokens."""
        return self.out.get(node, [])

    def successors(self, marking: Marking, path: Container[Marking]) -> list[Move]:
        """The moves of one place, unless they only close a cycle: then those of all, so that no token is forgotten."""
        every: list[Move] = []
        self.work += 8 * len(marking)
        for place, count in sorted(marking, key=self._order):
            if count == 1:
                moves = self._affordable(self.moves(place, marking))
                alone = (
                    self.reduced
                    and not (place[0] == "in" and every)
                    and not any(self.terminates(node) for node, _ in moves)
                )
                if alone and any(after not in path for _, after in moves):
                    return moves
                every += moves
        return every

    def _affordable(self, moves: Iterator[Move]) -> list[Move]:
        """The moves as far as the budget goes; the search then finds it spent."""
        found = []
        for move in moves:
            found.append(move)
            self.work += len(move[1]) + 10
            if self.work > MOST_WORK:
                break
        return found

    def _order(self, token: tuple[Place, int]) -> tuple[int, int, int]:
        """One open task at a time: its alternatives meet again before the next. Inner scopes end before outer ones."""
        (kind, name), _ = token
        depth = -len(self.around[name]) if kind == "in" else 0
        return KINDS.index(kind), depth, self.rank[name]

    def where(self, place: Place) -> str:
        """The node that a place belongs to: where its token waits, or would arrive."""
        kind, name = place
        return self.target[name].id if kind == "on" else name

    def terminates(self, node: str) -> bool:
        """Whether a node ends the tokens beside it."""
        return self.nodes[node].tag == "endEvent" and self.nodes[node].event in ENDING

    def moves(self, place: Place, marking: Marking) -> Iterator[Move]:
        """What the tokens of a place can do next."""
        kind, name = place
        if kind == "on":
            yield from self._arrive(self.target[name], place, marking)
        elif kind == "at" or kind == "in":  # "arm" moves with its activity, which ends it
            yield from self._fired(name, marking)
            if kind == "at" or not any(self._within(name, other) for other, _ in marking):
                yield name, add(self._closed(name, marking), self.leaving(name))

    def _fired(self, activity: str, marking: Marking) -> Iterator[Move]:
        """The boundary events of an open activity, each at most once while it is open."""
        for event in self.events.get(activity, ()):
            if event.interrupting:
                yield event.id, add(self._closed(activity, marking), self.leaving(event.id))
            elif (("arm", event.id), 1) in marking:
                yield event.id, add(remove(marking, [("arm", event.id)]), self.leaving(event.id))

    def _closed(self, activity: str, marking: Marking) -> Marking:
        """A marking without an activity, its boundary events and all that is in it."""
        arms = {("arm", event.id) for event in self.events.get(activity, ())}
        gone = arms | {("at", activity), ("in", activity)}
        return frozenset(t for t in marking if t[0] not in gone and not self._within(activity, t[0]))

    def _within(self, scope: str, place: Place) -> bool:
        return scope in self.around[self.where(place)]

    def _arrive(self, node: Node, place: Place, marking: Marking) -> Iterator[Move]:
        arms: list[Place] = [("arm", event.id) for event in self.events.get(node.id, ()) if not event.interrupting]
        if self.terminates(node.id):
            yield from self._ended(node, place, marking)
        elif node.tag == "parallelGateway":
            if all((flow, 1) in marking for flow in self.into[node.id]):
                yield node.id, add(remove(marking, self.into[node.id]), self.leaving(node.id))
        elif node.tag in CHOOSES and self.leaving(node.id):
            for flow in self.leaving(node.id):
                yield node.id, add(remove(marking, [place]), [flow])
        elif node.is_scope:
            inside = self.begins.get(node.id, [])
            yield node.id, add(remove(marking, [place]), [("in", node.id), *inside, *arms])
        elif node.is_work_item or node.tag in TASKS:
            yield node.id, add(remove(marking, [place]), [("at", node.id), *arms])
        else:
            yield node.id, add(remove(marking, [place]), self.leaving(node.id))

    def _ended(self, node: Node, place: Place, marking: Marking) -> Iterator[Move]:
        """A terminate event ends the scope it stands in; an error goes on where it is caught, or ends everything."""
        if node.event == "terminateEventDefinition":
            scope = node.parent
            yield node.id, frozenset(t for t in marking if scope is not None and not self._within(scope, t[0]))
            return
        if self.lenient:
            yield node.id, remove(marking, [place])
        for scope in self.around[node.id]:
            yield from self._fired(scope, marking)  # whatever else could end the scope could do so before the error
            for event in self.events.get(scope, ()):
                if event.event == node.event and event.code in (None, node.code):
                    left = add(self._closed(scope, marking), [("on", self._caught(event))])
                    yield node.id, left
                    return
        yield node.id, frozenset()

    def _caught(self, event: Node) -> str:
        """The place from which a boundary event runs that an error has reached."""
        name = f"~{event.id}"
        if name not in self.target:
            self.target[name] = event
            self.rank[name] = len(self.rank)
        return name


def add(marking: Marking, places: list[Place]) -> Marking:
    """A marking with a token more in each of some places."""
    found = set(marking)
    for place in places:
        found.add((place, 2) if (place, 1) in found else (place, 1))
    return frozenset(found)


def remove(marking: Marking, places: list[Place]) -> Marking:
    """A marking with a token less in each of some places."""
    found = set(marking)
    for place in places:
        found.discard((place, 2) if (place, 2) in found else (place, 1))
    return frozenset(found)
