"""Which tokens have to be explored together, and which may wait: the reduction behind engine/rules/_runs.py.

Every token leaves its place alone or at a join, so two tokens disturb each other only where both can come to the same
step or join by the same flow, or where one ends the scope of the other. A set of tokens that no other token can disturb
is explored before all others (a persistent set): every run that gets stuck or doubles a token is found in some order.
What comes to a whole scope may wait, as it leaves the same marking whenever it comes: until the last step inside.
"""

from collections.abc import Container
from heapq import heapify, heappop, heappush
from itertools import combinations, count

from engine.definition import Node
from engine.rules._marking import MOST_TOKENS, Marking, Move, Place
from engine.rules._net import AT_ONCE, CATCHES, MOST_WORK, ROOT, TASKS, Net

MOST_MARKINGS = 20_000
OPEN = frozenset({"at", "in"})
Run = tuple["Run | None", str]  # the nodes that completed, the last first
Step = tuple[int, Run | None, Marking]  # (how many nodes completed, which, where the tokens rest then)


class Clusters:
    """The steps worth exploring from each marking of a net; all of them where `reduced` is false.

    A step is what happens until all tokens rest again or, unless `beyond`, until one comes where another is.
    """

    def __init__(self, net: Net, reduced: bool = True, most: int = MOST_MARKINGS, beyond: bool = False) -> None:
        self.net, self.reduced, self.most, self.beyond = net, reduced, most, beyond
        self.markings, self.ran, self.lost = 0, set[str](), False
        self._ahead: dict[tuple[Place, frozenset[str]], frozenset[str]] = {}
        self._meetings: dict[tuple[Place, Place], bool] = {}
        self._deadly: dict[str, bool] = {}
        self._loose: dict[str, bool] = {}

    @property
    def spent(self) -> bool:
        """Whether the budget is used up; then nothing may be concluded from what was not found."""
        return self.markings >= self.most or self.net.work > MOST_WORK

    def begin(self) -> list[Step]:
        """How a case can begin."""
        self.ran.update(self.net.starts)
        return self._settled([(1, (None, start), self.net.begin(start)) for start in self.net.starts])

    def successors(self, step: Step, path: Container[Marking]) -> list[Step]:
        """What can follow when all tokens rest: the steps of one cluster, unless they only close a cycle (path)."""
        marking = step[2]
        places = [place for place, _ in sorted(marking, key=self.net.order)]
        asked = {place: moves for place in places if (moves := self.net.asked(place, marking))}
        rest, tried = [place for place in places if place[0] != "arm"], set[Place]()
        for seed in asked if self.reduced else ():
            if seed[0] == "at" and seed not in tried:
                cluster = self._cluster(seed, rest)
                tried |= cluster
                if not any(self.deadly(place) for place in cluster):
                    now = [place for place in asked if place in cluster or self._may_close(place, cluster, marking)]
                    moves = [move for place in now for move in asked[place]]
                    steps = self._settled([self._moved(step, *move) for move in moves])
                    if any(after not in path for _, _, after in steps):
                        return steps
        return self._settled([self._moved(step, *move) for moves in asked.values() for move in moves])

    def stuck(self, marking: Marking) -> bool:
        """Whether nobody can do anything more, though a token is left; tokens that go round for ever are not stuck."""
        return bool(marking) and not any(self.net.asked(place, marking) for place, _ in marking)

    def _moved(self, step: Step, node: str, after: Marking) -> Step:
        length, run, before = step
        self.ran |= {node} - {ROOT}
        if node == ROOT or opened(node, after, before):
            return length, run, after
        return length + 1, (run, node), after

    def _settled(self, steps: list[Step]) -> list[Step]:
        """What moves by itself has moved; the shortest way to each marking where all rest or a second token came."""
        found, seen, number = list[Step](), set[Marking](), count()
        agenda = [(length, next(number), run, marking) for length, run, marking in steps]
        heapify(agenda)
        while agenda and not self.spent:
            length, _, run, marking = heappop(agenda)
            if marking in seen:
                continue
            seen.add(marking)
            self._look(marking)
            moves = self._at_once(marking, seen) if self.beyond or not doubled(marking, rest=False) else []
            if not moves:
                found.append((length, run, marking))
            for move in moves:
                moved = self._moved((length, run, marking), *move)
                heappush(agenda, (moved[0], next(number), moved[1], moved[2]))
        return found

    def _look(self, marking: Marking) -> None:
        self.markings += 1
        self.net.work += 8 * len(marking)
        for (kind, name), tokens in marking:
            self.ran |= {name} if kind == "in" and name != ROOT else set()
            self.lost = self.lost or tokens == MOST_TOKENS or (tokens > 1 and (kind == "in" or name in self.net.armed))

    def _at_once(self, marking: Marking, seen: Container[Marking]) -> list[Move]:
        """What moves by itself: of one place, as such tokens do not disturb each other, unless one ends the others.

        For the shortest run only what opens comes first; else nodes would be told that had no need to run yet.
        """
        places = [place for place, _ in sorted(marking, key=self.net.order)]
        groups = [moves for place in places if (moves := self.net.by_itself(place, marking))]
        if not groups:
            return [] if doubled(marking, rest=True) and not self.beyond else self.net.joined(marking)
        every = [move for moves in groups for move in moves]
        if any(node != ROOT and self.net.terminates(node) for node, _ in every):
            return every
        alone = groups if self.reduced else [moves for moves in groups if opened(*moves[0], marking)]
        return next((moves for moves in alone if any(after not in seen for _, after in moves)), every)

    def _may_close(self, place: Place, cluster: set[Place], marking: Marking) -> bool:
        """Whether a place is a scope that a step of a cluster may leave with nothing open in it."""
        kind, scope = place
        return kind == "in" and all(p in cluster for p, _ in marking if p[0] == "at" and self.net.within(scope, p))

    def _cluster(self, seed: Place, rest: list[Place]) -> set[Place]:
        """The tokens that can disturb each other, beginning with one."""
        found, agenda = {seed}, [seed]
        while agenda:
            here = agenda.pop()
            self.net.work += len(rest)
            met = [place for place in rest if place not in found and self.meet(here, place)]
            found.update(met)
            agenda += met
        return found

    def meet(self, one: Place, other: Place) -> bool:
        """Whether two tokens can disturb each other: compared where their scopes stand side by side."""
        if (one, other) not in self._meetings:
            sides = zip(self._inward(one), self._inward(other), strict=False)
            here, there = next(((here, there) for here, there in sides if here != there), (one, one))
            inside = here == there  # one stands within the other
            met = not inside and bool(self._common(here, there, self._loose_at(here)))
            self._meetings[one, other] = self._meetings[other, one] = met
        return self._meetings[one, other]

    def _inward(self, place: Place) -> list[Place]:
        """The scopes around a place, the outermost first, and the place itself."""
        return [*(("in", scope) for scope in reversed(self.net.around[self.net.where(place)])), place]

    def _common(self, one: Place, other: Place, loose: bool) -> set[str]:
        """The steps and joins where two tokens of a scope can meet, but for joins they come to by different flows."""
        if self.net.work > MOST_WORK:
            return {ROOT}
        first, second = self._nodes(one), self._nodes(other)
        common = first & second
        joins = [node for node in common if self.net.joins(self.net.nodes[node])]
        apart = frozenset(j for j in joins if not loose and not self._into(one, j) & self._into(other, j))
        if apart:
            common = self._nodes(one, apart) & self._nodes(other, apart) - apart
        return common

    def _into(self, place: Place, join: str) -> frozenset[str]:
        """The flows by which a token can come to a join."""
        flows = self._flows(place, frozenset({join}))
        return frozenset(flow for flow in flows if self.net.target[flow].id == join)

    def _nodes(self, place: Place, stops: frozenset[str] = frozenset()) -> set[str]:
        """The steps and joins that a token can come to, its own step included."""
        own = {place[1]} if place[0] != "on" else set()
        reached = {self.net.target[flow].id for flow in self._flows(place, stops)} | own
        return {node for node in reached if node in own or self._matters(self.net.nodes[node])}

    def _matters(self, node: Node) -> bool:
        return rests(node) or node.is_scope or self.net.joins(node)

    def _flows(self, place: Place, stops: frozenset[str]) -> frozenset[str]:
        if (place, stops) not in self._ahead:
            self._ahead[place, stops] = self.net.ahead(place, stops)
        return self._ahead[place, stops]

    def _loose_at(self, place: Place) -> bool:
        """Whether some node of the scope makes several tokens that can meet: then no join keeps tokens apart."""
        scope = self.net.around[self.net.where(place)][0]
        if scope not in self._loose:
            inside = [node for node in self.net.nodes if self.net.around[node][0] == scope]
            self._loose[scope] = any(self._multiplies(node) for node in inside)
        return self._loose[scope]

    def _multiplies(self, node: str) -> bool:
        places = [] if self.net.nodes[node].tag in ("exclusiveGateway", "eventBasedGateway") else self.net.leaving(node)
        pairs = list(combinations(places, 2)) if len(places) < 1000 else [(places[0], places[0])]
        for event in self.net.armed.get(node, ()):
            pairs += [(("at", node), flow) for flow in self.net.leaving(event.id)]
            pairs += [(flow, flow) for flow in self.net.leaving(event.id)[1:]]
        return any(self._common(one, other, loose=False) for one, other in pairs)

    def deadly(self, place: Place) -> bool:
        """Whether what a token does next can end a scope, with what else is in it."""
        kind, name = place
        if kind == "on":
            return False  # it rests at a join, and another moves it on
        if name not in self._deadly:
            self._deadly[name] = name != ROOT and self._ends(name)
        return self._deadly[name]

    def _ends(self, name: str) -> bool:
        seen, agenda = {name}, self._next(name)
        while agenda:
            node = agenda.pop()
            if self.net.terminates(node):
                return True
            if node not in seen and not self._stops(node):
                seen.add(node)
                agenda += self._next(node)
        return False

    def _stops(self, node: str) -> bool:
        """Whether a token that comes to a node stays there; not where a race has been decided for it."""
        raced = any(flow in self.net.raced for _, flow in self.net.into.get(node, ()))
        return rests(self.net.nodes[node]) and self.net.nodes[node].tag not in AT_ONCE and not raced

    def _next(self, node: str) -> list[str]:
        """What runs by itself after a node: behind it and its events, in it, behind the scope that it is last in."""
        net = self.net
        places = [*net.leaving(node), *net.begins.get(node, ())]
        for event in net.events.get(node, ()):
            places += net.leaving(event.id)
        if not net.leaving(node):
            places += [flow for scope in net.around[node] for flow in net.leaving(scope)]
        return [net.where(flow) for flow in places]


def opened(node: str, after: Marking, before: Marking) -> bool:
    """Whether a move opened an activity, which completes later."""
    tokens = dict(before)
    return any(kind in OPEN and name == node and n > tokens.get((kind, name), 0) for (kind, name), n in after)


def doubled(marking: Marking, rest: bool) -> Place | None:
    """Where a second token came: to an open step or scope, or to where one waits when all have come to rest."""
    found = [place for place, tokens in marking if tokens > 1 and (place[0] in OPEN or (rest and place[0] == "on"))]
    return min(found, default=None, key=lambda place: (place[0] == "on", place))


def rests(node: Node) -> bool:
    """Whether a token can stay at a node until somebody does something."""
    return node.is_work_item or node.tag in TASKS | CATCHES | {"eventBasedGateway"}
