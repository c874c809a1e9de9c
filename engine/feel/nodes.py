"""Parts of a compiled expression, and how closures are made of closures: names, paths, operators, choices."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from engine.feel.errors import FeelError
from engine.feel.moments import COMPONENTS
from engine.feel.operators import (
    ARITHMETIC,
    KINDS,
    ORDERS,
    denied,
    equal,
    matched,
    negative,
    ordered,
    reckon,
    single,
)
from engine.feel.scope import TESTED, Scope
from engine.values import Value

DEEPEST: Final = 50  # levels of nesting of an expression
CELL: Final = " cell"  # the name of what reads "?"
_PLAIN: Final = (str, bool, Decimal)
Run = Callable[[Scope], Value]


@dataclass(frozen=True)
class Node:
    """A compiled part: what it does, the free names it reads, its levels of nesting, and the steps of one run."""

    run: Run
    names: frozenset[str] = frozenset()
    depth: int = 1
    cost: int = 1
    constant: Value = None  # what a literal says


def node(run: Run, parts: Sequence[Node] = (), names: frozenset[str] | None = None) -> Node:
    """A part made of parts. Raises FeelError where they nest too deep."""
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > DEEPEST:
        raise FeelError("Ungkapan bersarang lebih dari {most} tingkat.", most=str(DEEPEST))
    if names is None:
        names = frozenset[str]().union(*(part.names for part in parts))
    return Node(run, names, depth, 1 + sum(part.cost for part in parts))


def literal(value: Value) -> Node:
    """A value that stands in the text."""
    return Node(lambda scope: value, constant=value)


def variable(name: str) -> Node:
    """A name that is read from the scopes, innermost first."""
    return Node(lambda scope: scope.read(name), frozenset({name}))


def path(base: Node, name: str) -> Node:
    """The entry of a context, the component of a moment, or the list of what a list's items have there."""
    run = base.run
    return node(lambda scope: entry(run(scope), name, scope), [base])


def entry(value: Value, name: str, scope: Scope) -> Value:
    """What a value has under a name; null where it has nothing."""
    kind = type(value)
    if kind is dict:
        found = value.get(name)
        return Decimal(found) if type(found) is int else found
    if kind is list:
        scope.sized(len(value))
        return [entry(item, name, scope) if type(item) is not list else None for item in value]
    read = COMPONENTS.get(kind, {}).get(name)
    return read(value) if read else None


def comparison(left: Node, sign: str, right: Node) -> Node:
    """left sign right, three-valued."""
    one, other = left.run, right.run
    if sign in ORDERS:
        compare = ORDERS[sign]
        return node(lambda scope: ordered(compare, one(scope), other(scope), scope), [left, right])
    if type(right.constant) in _PLAIN:
        return node(_same_as(one, right.constant, sign == "="), [left, right])
    if sign == "=":
        return node(lambda scope: matched(one(scope), other(scope), scope), [left, right])
    return node(lambda scope: denied(matched(one(scope), other(scope), scope)), [left, right])


def _same_as(run: Run, wanted: Value, same: bool) -> Run:
    """The commonest comparison, made quick: something with a plain literal."""
    kind = type(wanted)

    def compare(scope: Scope) -> Value:
        value = single(run(scope))
        if type(value) is kind:
            return (value == wanted) is same
        return not same if value is None else None

    return compare


def between(value: Node, low: Node, high: Node) -> Node:
    """low <= value <= high, three-valued."""
    return within(value, span(low, high, True, True))


def within(value: Node, test: Node) -> Node:
    """value in test: the test finds the value in the innermost scope, under a name that nobody can write."""
    if CELL in test.names:
        raise FeelError("Tanda ? tidak dapat dipakai sesudah in.")
    run, check = value.run, test.run
    names = value.names | (test.names - {TESTED})
    return node(lambda scope: check(scope.inner({TESTED: run(scope)})), [value, test], names)


def either(tests: Sequence[Node]) -> Node:
    """The test that one of several tests meets."""
    return gathered(tests, True)


def span(low: Node, high: Node, with_low: bool, with_high: bool) -> Node:
    """The test whether a value lies in a range."""
    above, below = ORDERS[">=" if with_low else ">"], ORDERS["<=" if with_high else "<"]

    def run(scope: Scope) -> Value:
        value = scope.names[TESTED]
        begins = ordered(above, value, low.run(scope), scope)
        ends = ordered(below, value, high.run(scope), scope)
        return False if begins is False or ends is False else None if begins is None or ends is None else True

    return node(run, [low, high])


def same(wanted: Node) -> Node:
    """The test whether a value equals another, or is among its items."""

    run = wanted.run
    return node(lambda scope: _same(scope.names[TESTED], run(scope), scope), [wanted])


def _same(value: Value, other: Value, scope: Scope) -> Value:
    if type(other) is not list:
        return matched(value, other, scope)
    scope.sized(len(other))
    return any(equal(value, item, scope) is True for item in other) or equal(value, other, scope) is True


def against(sign: str, wanted: Node) -> Node:
    """The test that a sign begins: < 5."""
    return comparison(variable(TESTED), sign, wanted)


def tested() -> Node:
    """What "?" says in a cell: the value that the cell tests."""
    return Node(lambda scope: scope.cell, frozenset({CELL}))


def anything() -> Node:
    """The test that every value meets."""
    return Node(lambda scope: True)


def denied_test(test: Node) -> Node:
    """The test that a value meets which does not meet another."""
    run = test.run
    return node(lambda scope: denied(run(scope)), [test])


def cell_test(part: Node) -> Node:
    """The test of an expression in a cell: with ? it must be true, without it is a value to equal or a list of them."""
    if CELL in part.names:
        return _truth(part)
    if type(part.constant) in _PLAIN:
        return comparison(variable(TESTED), "=", part)
    run = part.run

    def test(scope: Scope) -> Value:
        value, other = scope.names[TESTED], run(scope)
        if type(other) is bool and type(value) is not bool:
            raise FeelError("Sel ini menghasilkan true atau false tanpa menyebut nilai yang diuji. Tulis ? untuknya.")
        return _same(value, other, scope)

    return node(test, [part])


def _truth(part: Node) -> Node:
    run = part.run

    def test(scope: Scope) -> Value:
        value = run(scope)
        if value is None or type(value) is bool:
            return value
        raise FeelError("Sel dengan ? menghasilkan {kind}, bukan true atau false.", kind=KINDS[type(value)])

    return node(test, [part])


def gathered(parts: Sequence[Node], decisive: bool) -> Node:
    """Three-valued and / or: the decisive value wins, then null. Parts after a decisive one are not evaluated."""
    runs = tuple(part.run for part in parts)

    def run(scope: Scope) -> Value:
        result: Value = not decisive
        for part in runs:
            value = part(scope)
            if value is decisive:
                return decisive
            if not isinstance(value, bool):
                result = None
        return result

    return node(run, parts)


def calculation(first: Node, rest: Sequence[tuple[str, Node]]) -> Node:
    """first sign part sign part ..., from left to right."""
    begin, steps = first.run, tuple((ARITHMETIC[sign], part.run) for sign, part in rest)

    def run(scope: Scope) -> Value:
        value = begin(scope)
        for table, part in steps:
            value = reckon(table, value, part(scope), scope)
        return value

    return node(run, [first, *(part for _, part in rest)])


def negation(part: Node) -> Node:
    """-part"""
    if type(part.constant) is Decimal:
        return literal(negative(part.constant))
    run = part.run
    return node(lambda scope: negative(run(scope)), [part])


def choice(test: Node, then: Node, other: Node) -> Node:
    """if test then ... else ...: what is not true is else."""
    check, yes, no = test.run, then.run, other.run
    return node(lambda scope: yes(scope) if check(scope) is True else no(scope), [test, then, other])


def listing(parts: Sequence[Node]) -> Node:
    """A list of what its parts say."""
    runs = tuple(part.run for part in parts)
    return node(lambda scope: [run(scope) for run in runs], parts)


def call(function: Callable[..., Any], parts: Sequence[Node]) -> Node:
    """A built-in applied to its arguments."""
    runs = tuple(part.run for part in parts)
    return node(lambda scope: function(scope, *[run(scope) for run in runs]), parts)


def grouped(part: Node) -> Node:
    """A part in brackets: the same, one level deeper."""
    inner = node(part.run, [part])
    return Node(inner.run, inner.names, inner.depth, part.cost, part.constant)
