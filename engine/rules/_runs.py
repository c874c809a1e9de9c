"""Every run of a process without data: which steps can ever run, and whether a run can end (CONTRACT, Soundness).

A marking is where tokens are: on flows, in open tasks ("at"), and in waiting boundary events ("arm"). A place counts at
most two tokens, so that the search is finite. The tokens of one place cannot be disturbed from elsewhere (but by a
terminate end event), so one place's moves are explored at a time unless they only close a cycle of the search.
"""

from collections import deque
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache

from engine.definition import AUTOMATIC, CALL, EMBEDDED, Definition, Node
from engine.rules._tree import attached, outgoing

MOST_MARKINGS = 20_000
MOST_TOLD = 40  # nodes of a run that a message names
MOST_WORK = 5_000_000  # tokens copied, over all moves
UNKNOWN = EMBEDDED | {"inclusiveGateway", "eventBasedGateway"}
WAITS = AUTOMATIC | {CALL}  # a called process is explored alone
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


@dataclass(frozen=True)
class Flaw:
    """What some run can come to, by the shortest way: the element where, and the nodes that ran before."""

    element: str
    run: tuple[str, ...]

    def told(self, process: Definition) -> str:
        """The run in the analyst's words."""
        return " > ".join((process.nodes[node].name or node)[:60] for node in self.run[-MOST_TOLD:])


@lru_cache(maxsize=16)
def flaws(process: Definition) -> tuple[Flaw | None, Flaw | None]:
    """(a run that gets stuck, a run that brings a second token where one is), each the shortest found, or None.

    Breadth first over the same reduced moves; all moves of a marking are tried where one place's only lead back.
    """
    if any(node.tag in UNKNOWN or node.link for node in process.nodes.values()):
        return None, None
    net, stuck, double = Net(process), None, None
    came: dict[Marking, tuple[Marking | None, str]] = {}
    agenda: deque[Marking] = deque()
    for start in net.starts:
        first = _add(frozenset(), net.leaving(start))
        came[first] = (None, start)
        agenda.append(first)
    while agenda and len(came) < MOST_MARKINGS and net.work < MOST_WORK and not (stuck and double):
        marking = agenda.popleft()
        twice = [place for place, count in marking if count > 1]
        if twice:
            double = double or Flaw(net.where(twice[0]), _run(came, marking))
            continue
        following = net.successors(marking, came.keys())
        if marking and not following:
            stuck = stuck or Flaw(net.where(min(place for place, _ in marking)), _run(came, marking))
        for node, after in following:
            if after not in came:
                came[after] = (marking, node)
                agenda.append(after)
    return stuck, double


def _run(came: dict[Marking, tuple[Marking | None, str]], marking: Marking) -> tuple[str, ...]:
    """The nodes that completed on the way to a marking; that a task opened is not told apart from that it was done."""
    found: list[str] = []
    here: Marking | None = marking
    while here is not None:
        before, node = came[here]
        if (("at", node), 1) not in here - (before or frozenset()):
            found.append(node)
        here = before
    return tuple(reversed(found))


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

    def successors(self, marking: Marking, path: Container[Marking]) -> list[Move]:
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

    def where(self, place: Place) -> str:
        """The node that a place belongs to: where its token waits, or would arrive."""
        kind, name = place
        return self.target[name].id if kind == "on" else name

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
        elif node.is_work_item or node.tag in WAITS:
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
