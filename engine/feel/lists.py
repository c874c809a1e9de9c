"""Built-ins on lists and contexts."""

from collections.abc import Callable, Hashable
from decimal import Decimal

from engine.feel.builtins import builtin
from engine.feel.errors import FeelError
from engine.feel.operators import DIVIDED, ORDERS, PLUS, equal, every, ordered, reckon, single, some
from engine.feel.scope import DEEPEST_DATA, Scope
from engine.values import Value


def _spread(values: tuple[Value, ...]) -> list[Value] | None:
    """f(list) and f(a, b, c) are the same."""
    if len(values) == 1:
        return values[0] if isinstance(values[0], list) else None if values[0] is None else [values[0]]
    return [single(value) for value in values]


@builtin("count", "list")
def count(scope: Scope, items: list[Value]) -> Value:
    """How many items a list has."""
    return Decimal(len(items))


@builtin("list contains", "list any")
def list_contains(scope: Scope, items: list[Value], wanted: Value) -> Value:
    """Whether a value is among the items."""
    return any(equal(item, wanted, scope) is True for item in items)


@builtin("index of", "list any")
def index_of(scope: Scope, items: list[Value], wanted: Value) -> Value:
    """The places (from 1) at which a value stands in a list."""
    return [Decimal(place) for place, item in enumerate(items, 1) if equal(item, wanted, scope) is True]


def _extreme(scope: Scope, values: tuple[Value, ...], sign: str) -> Value:
    items = _spread(values)
    if not items:
        return None
    scope.sized(len(items))
    best = items[0]
    for item in items:
        truth = ordered(ORDERS[sign], item, best, scope)
        if truth is None:
            return None
        best = item if truth else best
    return best


@builtin("min", "any any*")
def least(scope: Scope, *values: Value) -> Value:
    """The least of numbers, texts, dates, times or durations; null of none."""
    return _extreme(scope, values, "<")


@builtin("max", "any any*")
def greatest(scope: Scope, *values: Value) -> Value:
    """The greatest of numbers, texts, dates, times or durations; null of none."""
    return _extreme(scope, values, ">")


@builtin("sum", "any any*")
def total(scope: Scope, *values: Value) -> Value:
    """The sum of numbers or durations; null of none."""
    items = _spread(values)
    if not items or isinstance(items[0], str):
        return None
    scope.sized(len(items))
    result = items[0] if type(items[0]) in {left for left, right in PLUS if left is right} else None
    for item in items[1:]:
        result = reckon(PLUS, result, item, scope) if type(item) is type(result) else None
    return result


@builtin("mean", "any any*")
def mean(scope: Scope, *values: Value) -> Value:
    """The arithmetic mean of numbers; null of none."""
    items = _spread(values)
    return reckon(DIVIDED, total(scope, items), Decimal(len(items)), scope) if items else None


def _judged(values: tuple[Value, ...], judge: Callable[[list[Value]], bool | None]) -> Value:
    items = _spread(values)
    return None if items is None else judge(items)


@builtin("all", "any any*")
def every_item(scope: Scope, *values: Value) -> Value:
    """Whether all items are true (three-valued; true of an empty list)."""
    return _judged(values, every)


@builtin("any", "any any*")
def some_item(scope: Scope, *values: Value) -> Value:
    """Whether one item is true (three-valued; false of an empty list)."""
    return _judged(values, some)


@builtin("append", "list any any*")
def append(scope: Scope, items: list[Value], *more: Value) -> Value:
    """The list with values added at its end."""
    return [*items, *more]


@builtin("concatenate", "list list*")
def concatenate(scope: Scope, *lists: list[Value]) -> Value:
    """One list of the items of all lists."""
    return [item for items in lists for item in items]


@builtin("reverse", "list")
def reverse(scope: Scope, items: list[Value]) -> Value:
    """The list from its end to its beginning."""
    return items[::-1]


@builtin("distinct values", "list")
def distinct_values(scope: Scope, items: list[Value]) -> Value:
    """The list without repetitions, each value at its first place."""
    found: dict[Hashable, Value] = {}
    for item in items:
        found.setdefault(_identity(item, scope), item)
    return list(found.values())


def _identity(value: Value, scope: Scope, depth: int = 0) -> Hashable:
    if depth > DEEPEST_DATA:
        raise FeelError("Data bersarang terlalu dalam.")
    scope.spend(1)
    if isinstance(value, list):
        return "list", tuple(_identity(item, scope, depth + 1) for item in value)
    if isinstance(value, dict):
        return "context", frozenset((key, _identity(item, scope, depth + 1)) for key, item in value.items())
    return type(value), value


@builtin("flatten", "list")
def flatten(scope: Scope, items: list[Value]) -> Value:
    """One list of all items, those of lists in lists too."""
    flat: list[Value] = []
    waiting = [iter(items)]
    while waiting:
        for item in waiting[-1]:
            scope.spend(1)
            if isinstance(item, list):
                waiting.append(iter(item))
                break
            flat.append(item)
        else:
            waiting.pop()
    return flat


@builtin("get value", "context string")
def get_value(scope: Scope, source: dict[str, Value], key: str) -> Value:
    """What a context has under a name."""
    return source.get(key)


@builtin("get entries", "context")
def get_entries(scope: Scope, source: dict[str, Value]) -> Value:
    """The entries of a context as a list of {key, value}."""
    return [{"key": key, "value": value} for key, value in source.items()]
