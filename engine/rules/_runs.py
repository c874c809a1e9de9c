"""Every run of a process without data: which steps can ever run, and whether a run can end (CONTRACT, Soundness).

A marking is where tokens are: on flows, in open tasks ("at"), and in waiting boundary events ("arm"). A place counts at
most two tokens, so that the search is finite. The tokens of one place cannot be disturbed from elsewhere (but by a
terminate end event), so one place's moves are explored at a time unless they only close a cycle of the search.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from engine.definition import EMBEDDED, Definition, Node
from engine.rules._tree import attached, outgoing

MOST_MARKINGS = 20_000
MOST_WORK = 5_000_000  # tokens copied, over all moves
UNKNOWN = EMBEDDED | {"inclusiveGateway", "eventBasedGateway"}
Place = tuple[str, str]  # ("on", flow), ("at", task), ("arm", boundary event)
Marking = frozenset[tuple[Place, int]]
Move = tuple[str, Marking]  # (the node that runs, where its tokens are then)


@dataclass(frozen=True)
class Runs:
    """What the search found; only where it is complete may anything be concluded from what is missing."""

    ran: frozenset[str]
    ends: bool
    complete: bool


@lru_cache(maxsize=16)
def runs(process: Definition) -> Runs:
    """What can happen in a process; one that has what the search does not know yet is not searched."""
    if any(node.tag in UNKNOWN or node.link for node in process.nodes.values()):
        return Runs(frozenset(process.nodes), ends=True, complete=False)
    return search(Net(process))


def search(net: "Net") -> Runs:
    """Search until every node has run and a run has ended, until nothing is left, or until the budget is spent."""
    seen: set[Marking] = set()
    path: set[Marking] = set()
    stack: list[tuple[str | None, Marking]] = [(start, _add(frozenset(), net.leaving(start))) for start in net.starts]
    ran, ends = set(net.starts), False
    while stack and len(seen) < MOST_MARKINGS and net.work < MOST_WORK:
        node, marking = stack.pop()
        if node is None:  # all that follows from it has been searched
            path.remove(marking)
            continue
        ran.add(node)
        ends = ends or not marking
        if ends and len(ran) == len(net.nodes):
            break
        if marking in seen:
            continue
        seen.add(marking)
        path.add(marking)
        stack += [(None, marking), *net.successors(marking, path)]
    return Runs(frozenset(ran), ends, complete=not stack or (ends and len(ran) == len(net.nodes)))


class Net:
    """The flows of a process as places, and what moves tokens between them."""

    def __init__(self, process: Definition) -> None:
        self.nodes, self.events, self.work = process.nodes, attached(process), 0
        self.out: dict[str, list[Place]] = {}
        self.into: dict[str, list[Place]] = {}
        self.target: dict[str, Node] = {}
        for source, flows in outgoing(process).items():
            for flow in flows:
                if flow.target in self.nodes and source in self.nodes:
                    self.out.setdefault(source, []).append(("on", flow.id))
                    self.into.setdefault(flow.target, []).append(("on", flow.id))
                    self.target[flow.id] = self.nodes[flow.target]
        self.rank = {name: rank for rank, name in enumerate([*self.nodes, *self.target])}
        self.starts = [node.id for node in self.nodes.values() if node.tag == "startEvent"]

    def leaving(self, node: str) -> list[Place]:
        """Where a node that completes puts its tokens."""
        return self.out.get(node, [])

    def successors(self, marking: Marking, path: set[Marking]) -> list[Move]:
        """The moves of one place, unless they only close a cycle: then those of all, so that no token is forgotten."""
        every: list[Move] = []
        self.work += 8 * len(marking)
        for place, count in sorted(marking, key=self._order):
            if count == 1:
                moves = self._affordable(self.moves(place, marking))
                if any(after not in path for _, after in moves) and not any(self.terminates(n) for n, _ in moves):
                    return moves
                every += moves
        return every

    def _affordable(self, moves: Iterator[Move]) -> list[Move]:
        """The moves as far as the budget goes; runs() then finds it spent."""
        found = []
        for move in moves:
            found.append(move)
            self.work += len(move[1]) + 10
            if self.work > MOST_WORK:
                break
        return found

    def _order(self, token: tuple[Place, int]) -> tuple[bool, int]:
        """What moves by itself first, then one open task at a time: its alternatives meet again before the next."""
        (kind, name), _ = token
        return kind == "at", self.rank[name]

    def terminates(self, node: str) -> bool:
        """Whether a node ends all tokens."""
        return self.nodes[node].event == "terminateEventDefinition"

    def moves(self, place: Place, marking: Marking) -> Iterator[Move]:
        """What the tokens of a place can do next."""
        kind, name = place
        if kind == "on":
            yield from self._arrive(self.target[name], place, marking)
        elif kind == "at":  # "arm" moves with its task, which ends it
            arms = [("arm", event.id) for event in self.events[name] if not event.interrupting]
            left = _remove(marking, [place, *arms])
            for arm in arms:
                if (arm, 1) in marking:
                    yield arm[1], _add(_remove(marking, [arm]), self.leaving(arm[1]))
            yield name, _add(left, self.leaving(name))
            for event in self.events[name]:
                if event.interrupting:
                    yield event.id, _add(left, self.leaving(event.id))

    def _arrive(self, node: Node, place: Place, marking: Marking) -> Iterator[Move]:
        if self.terminates(node.id):
            yield node.id, frozenset()
        elif node.tag == "parallelGateway":
            if all((flow, 1) in marking for flow in self.into[node.id]):
                yield node.id, _add(_remove(marking, self.into[node.id]), self.leaving(node.id))
        elif node.tag == "exclusiveGateway" and self.leaving(node.id):
            for flow in self.leaving(node.id):
                yield node.id, _add(_remove(marking, [place]), [flow])
        elif node.id in self.events:
            arms = [("arm", event.id) for event in self.events[node.id] if not event.interrupting]
            yield node.id, _add(_remove(marking, [place]), [("at", node.id), *arms])
        else:
            yield node.id, _add(_remove(marking, [place]), self.leaving(node.id))


def _add(marking: Marking, places: list[Place]) -> Marking:
    found = set(marking)
    for place in places:
        found.add((place, 2) if (place, 1) in found else (place, 1))
    return frozenset(found)


def _remove(marking: Marking, places: list[Place]) -> Marking:
    found = set(marking)
    for place in places:
        found.discard((place, 2) if (place, 2) in found else (place, 1))
    return frozenset(found)
