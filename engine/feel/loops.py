"""Parts that run over items: filters, for, some and every, contexts. Every round costs the size of its body."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from engine.feel.errors import FeelError
from engine.feel.nodes import Node, node
from engine.feel.operators import every, some
from engine.feel.scope import LONGEST_LIST, Scope
from engine.values import Value

MOST_LOOPS: Final = 4  # names that one for, some or every runs through
_ITEM = frozenset({"item"})


@dataclass(frozen=True)
class Each:
    """name in items, or name in first..last."""

    name: str
    items: Node
    last: Node | None = None


def filtered(base: Node, test: Node) -> Node:
    """base[number] is an item (from 1; from the end if negative), base[condition] the list of items that meet it.

    Nothing has no items: null[...] is null (DMN 1.5, table 68).
    """

    def run(scope: Scope) -> Value:
        value = base.run(scope)
        if value is None:
            return None
        items = value if type(value) is list else [value]
        probe = test.run(_inside(items[0], scope, test.cost) if items else scope)
        if type(probe) is Decimal:
            return _at(items, probe)
        scope.sized(len(items))
        return [item for item in items if test.run(_inside(item, scope, test.cost)) is True]

    return node(run, [base, test], base.names | (test.names - _ITEM))


def _inside(item: Value, scope: Scope, cost: int) -> Scope:
    names = {**item, "item": item} if type(item) is dict else {"item": item}
    scope.spend(len(names) + cost)
    return scope.inner(names)


def _at(items: list[Value], place: Decimal) -> Value:
    if place != place.to_integral_value() or not 1 <= abs(place) <= len(items):
        return None
    return items[int(place) - 1 if place > 0 else int(place)]


def _items(each: Each, scope: Scope) -> list[Value] | None:
    """What a loop runs over; None where it is no list and no whole numbers."""
    value = each.items.run(scope)
    if each.last is None:
        if type(value) is not list:
            return None
        scope.sized(len(value))
        return value
    last = each.last.run(scope)
    ends = [end for end in (value, last) if type(end) is Decimal and end == end.to_integral_value()]
    if len(ends) != 2:
        return None
    if abs(last - value) >= LONGEST_LIST or max(abs(last), abs(value)) > 10**30:
        raise FeelError("Perhitungan memakai daftar lebih dari {most} butir.", most=str(LONGEST_LIST))
    step = 1 if last >= value else -1
    numbers = range(int(value), int(last) + step, step)
    scope.sized(len(numbers))
    return [Decimal(number) for number in numbers]


def _rounds(loops: Sequence[Each], body: Node, scope: Scope, noted: list[Value]) -> Iterator[Value]:
    """What the body says in each round; a loop that cannot run is noted as null."""
    if not loops:
        scope.spend(body.cost)
        yield body.run(scope)
        return
    items = _items(loops[0], scope)
    if items is None:
        noted.append(None)
        return
    for item in items:
        scope.spend(1)
        yield from _rounds(loops[1:], body, scope.inner({loops[0].name: item}), noted)


def _bound(loops: Sequence[Each], body: Node, gather: Callable[[Iterator[Value], Scope], Value]) -> Node:
    if len(loops) > MOST_LOOPS:
        raise FeelError("Lebih dari {most} nama dalam satu pengulangan.", most=str(MOST_LOOPS))
    names, parts = body.names, [body]
    for each in reversed(loops):
        ends = [each.items] if each.last is None else [each.items, each.last]
        parts += ends
        names = (names - {each.name}).union(*(end.names for end in ends))

    def run(scope: Scope) -> Value:
        noted: list[Value] = []
        value = gather(_rounds(loops, body, scope, noted), scope)
        return None if noted else value

    return node(run, parts, names)


def loop(loops: Sequence[Each], body: Node) -> Node:
    """for ... return body"""

    def gather(values: Iterator[Value], scope: Scope) -> Value:
        gathered: list[Value] = []
        for value in values:
            gathered.append(value)
            if len(gathered) > LONGEST_LIST:
                scope.sized(len(gathered))
        return gathered

    return _bound(loops, body, gather)


def quantified(word: str, loops: Sequence[Each], body: Node) -> Node:
    """some / every ... satisfies body, three-valued"""
    judge = some if word == "some" else every
    return _bound(loops, body, lambda values, scope: judge(values))


def context(entries: Sequence[tuple[str, Node]]) -> Node:
    """A context; an entry may read those before it. Raises FeelError where a name stands twice."""
    known: set[str] = set()
    names: set[str] = set()
    for key, part in entries:
        if key in known:
            raise FeelError("Nama {name} tertulis dua kali.", name=key)
        names |= part.names - known
        known.add(key)

    def run(scope: Scope) -> Value:
        made: dict[str, Value] = {}
        inner = scope.inner(made)
        for key, part in entries:
            made[key] = part.run(inner)
        return made

    return node(run, [part for _, part in entries], frozenset(names))
