"""Every run of a process without data: which steps can ever run, and whether a run can end (CONTRACT, Soundness)."""

from collections import deque
from dataclasses import dataclass
from functools import lru_cache

from engine.definition import Definition
from engine.rules._net import MOST_WORK, Marking, Net, Place, add

MOST_MARKINGS = 20_000
MOST_TOLD = 40  # nodes of a run that a message names
UNKNOWN = frozenset({"inclusiveGateway", "complexGateway", "adHocSubProcess"})
OPEN = frozenset({"at", "in"})


@dataclass(frozen=True)
class Runs:
    """What the search found; only where it is complete may anything be concluded from what is missing."""

    ran: frozenset[str]
    ends: bool
    complete: bool
    markings: int = 0  # seen
    doubled: bool = False  # some place had a second token


@lru_cache(maxsize=16)
def runs(process: Definition) -> Runs:
    """What can happen in a process; one that has what the search does not know yet is not searched.

    The reduction holds where no place ever has two tokens; else every move is tried before anything is called missing.
    """
    if not _known(process):
        return Runs(frozenset(process.nodes), ends=True, complete=False)
    found = search(Net(process, lenient=True))
    if found.doubled and not (found.ends and len(found.ran) == len(process.nodes)):
        found = search(Net(process, lenient=True, reduced=False), MOST_MARKINGS - found.markings)
    return found


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
    if not _known(process):
        return None, None
    net, stuck, double = Net(process), None, None
    came: dict[Marking, tuple[Marking | None, str]] = {}
    agenda: deque[Marking] = deque()
    for start in net.starts:
        first = add(frozenset(), net.leaving(start))
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
            stuck = stuck or Flaw(net.where(_stuck(marking)), _run(came, marking))
        for node, after in following:
            if after not in came:
                came[after] = (marking, node)
                agenda.append(after)
    return stuck, double


def _known(process: Definition) -> bool:
    """Whether the search knows everything in a process: no inclusive gateways, no event sub-processes yet."""
    return not any(node.tag in UNKNOWN or node.triggered for node in process.nodes.values())


def _stuck(marking: Marking) -> Place:
    """Where a run that cannot go on waits: on a flow, not in the sub-process around it."""
    return min((place for place, _ in marking), key=lambda place: (place[0] != "on", place))


def _run(came: dict[Marking, tuple[Marking | None, str]], marking: Marking) -> tuple[str, ...]:
    """The nodes that completed on the way to a marking; that a task opened is not told apart from that it was done."""
    found: list[str] = []
    here: Marking | None = marking
    while here is not None:
        before, node = came[here]
        opened = {name for (kind, name), _ in here - (before or frozenset()) if kind in OPEN}
        if node not in opened:
            found.append(node)
        here = before
    return tuple(reversed(found))


def search(net: Net, most: int = MOST_MARKINGS) -> Runs:
    """Search until every node has run and a run has ended, until nothing is left, or until the budget is spent."""
    seen: set[Marking] = set()
    path: set[Marking] = set()
    stack: list[tuple[str | None, Marking]] = [(start, add(frozenset(), net.leaving(start))) for start in net.starts]
    ran, ends, doubled = set(net.starts), False, False
    while stack and len(seen) < most and net.work < MOST_WORK:
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
        doubled = doubled or any(count > 1 for _, count in marking)
        seen.add(marking)
        path.add(marking)
        stack += [(None, marking), *net.successors(marking, path)]
    complete = not stack or (ends and len(ran) == len(net.nodes))
    return Runs(frozenset(ran), ends, complete, len(seen), doubled)
