"""Every run of a process without data: which steps can ever run, and whether a run can end (CONTRACT, Soundness)."""

from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import heapify, heappop, heappush
from itertools import count

from engine.definition import Definition
from engine.rules._clusters import MOST_MARKINGS, Clusters, Run, Step, doubled
from engine.rules._marking import Marking, Place
from engine.rules._net import Net

MOST_TOLD = 40  # nodes of a run that a message names
UNKNOWN = frozenset({"complexGateway", "adHocSubProcess"})  # refused: nothing is said about what they do


@dataclass(frozen=True)
class Flaw:
    """What some run can come to: the element where, and the nodes that completed before."""

    element: str
    run: tuple[str, ...]

    def told(self, process: Definition) -> str:
        """The run in the analyst's words."""
        return " > ".join((process.nodes[node].name or node)[:60] for node in self.run[-MOST_TOLD:])


@dataclass(frozen=True)
class Flaws:
    """A run that gets stuck and one that brings a second token, each or None."""

    stuck: Flaw | None = None
    double: Flaw | None = None
    complete: bool = True  # else there may be others
    markings: int = 0


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
    """What can happen in a process; one that has what does not run here is not searched.

    The reduction holds where no place ever has two tokens; else every move is tried before anything is called missing.
    """
    if not _known(process):
        return Runs(frozenset(process.nodes), ends=True, complete=False)
    found = search(Net(process, lenient=True))
    if found.doubled and not (found.ends and len(found.ran) == len(process.nodes)):
        found = search(Net(process, lenient=True), MOST_MARKINGS - found.markings, reduced=False)
    return found


@lru_cache(maxsize=16)
def flaws(process: Definition) -> Flaws:
    """What the reduced search finds, each by the shortest run: of every order as far as that comes, else reduced."""
    if not _known(process):
        return Flaws(complete=False)
    found = flawed(Net(process))
    wanted = (found.stuck is not None, found.double is not None)
    for reduced in (False, True) if any(wanted) else ():
        shortest = shortest_flaws(Net(process), wanted, reduced)
        if not (missing(wanted, shortest) and not reduced):
            return Flaws(shortest.stuck or found.stuck, shortest.double or found.double, found.complete, found.markings)
    return found


def missing(wanted: tuple[bool, bool], found: Flaws) -> bool:
    """Whether something that is wanted was not found."""
    return (wanted[0] and not found.stuck) or (wanted[1] and not found.double)


def shortest_flaws(net: Net, wanted: tuple[bool, bool], reduced: bool = False) -> Flaws:
    """The shortest runs first, until what is wanted is found; a marking with a second token is not followed further."""
    clusters, found, number = Clusters(net, reduced), Flaws(), count()
    agenda = [(length, next(number), run, marking) for length, run, marking in clusters.begin()]
    heapify(agenda)
    done: set[Marking] = set()
    while agenda and not clusters.spent and missing(wanted, found):
        length, _, run, marking = heappop(agenda)
        if marking in done:
            continue
        done.add(marking)
        following = clusters.successors((length, run, marking), ()) if not doubled(marking, rest=True) else []
        found = _judged(found, clusters, (length, run, marking))
        for step in following:
            heappush(agenda, (step[0], next(number), step[1], step[2]))
    return replace(found, complete=not clusters.spent, markings=clusters.markings)


def _judged(found: Flaws, clusters: Clusters, step: Step) -> Flaws:
    """What was found before, or what is wrong where the tokens rest after a step."""
    _, run, marking = step
    if twice := doubled(marking, rest=True):
        return replace(found, double=found.double or Flaw(clusters.net.where(twice), _told(run)))
    if clusters.stuck(marking):
        return replace(found, stuck=found.stuck or Flaw(clusters.net.where(_stuck(marking)), _told(run)))
    return found


def _known(process: Definition) -> bool:
    return not any(node.tag in UNKNOWN for node in process.nodes.values())


def _stuck(marking: Marking) -> Place:
    """Where a run that cannot go on waits: on a flow, not in the sub-process around it."""
    return min((place for place, _ in marking), key=lambda place: (place[0] != "on", place))


def _told(run: Run | None) -> tuple[str, ...]:
    """The nodes that completed, the first first."""
    found: list[str] = []
    while run is not None:
        run, node = run
        found.append(node)
    return tuple(reversed(found))


class Deep:
    """A search that goes deep first, to each marking once; `path`: the markings on the way to the present one."""

    def __init__(self, begin: list[Step]) -> None:
        self.seen, self.path = set[Marking](), set[Marking]()
        self.stack = [(step, True) for step in begin]

    def next(self) -> Step | None:
        """The next step that leads to a marking not seen before; None: there is none left."""
        while self.stack:
            step, down = self.stack.pop()
            if not down:  # all that follows from it has been searched
                self.path.remove(step[2])
            elif step[2] not in self.seen:
                self.seen.add(step[2])
                self.path.add(step[2])
                self.stack.append((step, False))
                return step
        return None

    def follow(self, steps: list[Step]) -> None:
        """Steps from the present marking, to be taken in turn."""
        self.stack += [(step, True) for step in steps]


def flawed(net: Net, most: int = MOST_MARKINGS, reduced: bool = True) -> Flaws:
    """Whether some run gets stuck, whether some run brings a second token; by any way, until both are found."""
    clusters, found = Clusters(net, reduced, most), Flaws()
    deep = Deep(clusters.begin())
    while not clusters.spent and not (found.stuck and found.double) and (step := deep.next()) is not None:
        following = [] if doubled(step[2], rest=True) else clusters.successors(step, deep.path)
        found = _judged(found, clusters, step)
        deep.follow(following)
    return replace(found, complete=not clusters.spent, markings=clusters.markings)


def search(net: Net, most: int = MOST_MARKINGS, reduced: bool = True) -> Runs:
    """Search until every node has run and a run has ended, until nothing is left, or until the budget is spent."""
    clusters, ends, twice = Clusters(net, reduced, most, beyond=True), False, False
    deep = Deep(clusters.begin())
    while not (clusters.spent or (ends and len(clusters.ran) == len(net.nodes))):
        step = deep.next()
        if step is None:
            break
        ends, twice = ends or not step[2], twice or doubled(step[2], rest=True) is not None
        deep.follow(clusters.successors(step, deep.path))
    ran = frozenset(clusters.ran)
    complete = (ends and len(ran) == len(net.nodes)) or not (clusters.spent or clusters.lost)
    return Runs(ran, ends, complete, clusters.markings, twice)
