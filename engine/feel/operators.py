"""What the operators mean: tables from the kinds of both sides to what is done. What no table has is null."""

import operator
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any, Final

from engine.feel.errors import FeelError
from engine.feel.moments import add_months, add_span, midnight, ticks, turn
from engine.feel.scope import DEEPEST_DATA, LETTERS_A_STEP, Scope
from engine.values import NUMBERS, Months, Value

RECKONING: Final = Context(  # decimal128: 34 digits, exponents to 6144
    prec=NUMBERS.prec, Emax=6144, Emin=-6143, traps=[InvalidOperation, DivisionByZero, Overflow]
)
LARGEST_POWER: Final = 10_000
POWER_STEPS: Final = 10  # the dearest operator: up to 0.1 ms
KINDS: Final[dict[type, str]] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    Months: "years and months duration",
    list: "list",
    dict: "context",
}
_ORDERED: Final = frozenset(KINDS) - {type(None), bool, list, dict}
_SPANS = (timedelta, Months)
Table = dict[tuple[type, type], Callable[[Any, Any], Any]]


def equal(left: Value, right: Value, scope: Scope, depth: int = 0) -> bool | None:
    """Whether two values are the same; null where they are of different kinds and neither is null."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right) or kind not in KINDS:
        return None
    if kind not in (list, dict):
        if kind is str:
            scope.spend(len(left) // LETTERS_A_STEP)
        return bool(left == right)
    if depth > DEEPEST_DATA:
        raise FeelError("Data bersarang terlalu dalam.")
    scope.sized(len(left))
    if len(left) != len(right) or (kind is dict and left.keys() != right.keys()):
        return False
    pairs = [(left[key], right[key]) for key in left] if kind is dict else zip(left, right, strict=True)
    return every(equal(one, other, scope, depth + 1) for one, other in pairs)


def single(value: Value) -> Value:
    """The item of a list of one, where an operator takes no list (DMN 1.5, 10.3.2.9.4); else the value itself."""
    return value[0] if type(value) is list and len(value) == 1 else value


def matched(left: Value, right: Value, scope: Scope) -> bool | None:
    """left = right, the operator: a list of one and something that is no list are compared as items."""
    if (type(left) is list) is not (type(right) is list) and left is not None and right is not None:
        left, right = single(left), single(right)
    return equal(left, right, scope)


def every(truths: Any) -> bool | None:
    """Three-valued and: false wins, then null."""
    result: bool | None = True
    for truth in truths:
        if truth is False:
            return False
        if truth is not True:
            result = None
    return result


def some(truths: Any) -> bool | None:
    """Three-valued or: true wins, then null."""
    result: bool | None = False
    for truth in truths:
        if truth is True:
            return True
        if truth is not False:
            result = None
    return result


def denied(truth: Value) -> bool | None:
    """Three-valued not."""
    return not truth if isinstance(truth, bool) else None


def ordered(compare: Callable[[Any, Any], bool], left: Value, right: Value, scope: Scope) -> bool | None:
    """A comparison of two values of one kind that has an order; otherwise null."""
    if type(left) is list or type(right) is list:
        left, right = single(left), single(right)
    if type(left) is not type(right) or type(left) not in _ORDERED:
        return None
    if type(left) is str:
        scope.spend(min(len(left), len(right)) // LETTERS_A_STEP)
    try:
        return bool(compare(left, right))
    except TypeError:  # a time with an offset and one without
        return None


ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """A power. Raises FeelError where the exponent is too large to be worth waiting for."""
    if abs(exponent) > LARGEST_POWER:
        raise FeelError("Pangkat lebih dari {most}.", most=str(LARGEST_POWER))
    value = RECKONING.power(base, exponent)
    if not value.is_finite():  # 0 ** -1
        raise OverflowError
    return value


def _scaled(span: timedelta, factor: Decimal) -> timedelta:
    return timedelta(microseconds=int(RECKONING.multiply(ticks(span), factor).to_integral_value()))


def _shared(span: timedelta, divisor: Decimal) -> timedelta:
    return timedelta(microseconds=int(RECKONING.divide(ticks(span), divisor).to_integral_value()))


def _months(count: Decimal) -> Months:
    if abs(count) > 10**9:
        raise OverflowError
    return Months(int(count.to_integral_value(ROUND_DOWN)))


def _sum(left: Months, right: Months) -> Months:
    return _months(Decimal(left.count + right.count))


def _times(months: Months, factor: Decimal) -> Months:
    return _months(RECKONING.multiply(Decimal(months.count), factor))


PLUS: Final[Table] = {
    (Decimal, Decimal): RECKONING.add,
    (str, str): operator.add,
    (timedelta, timedelta): operator.add,
    (Months, Months): _sum,
    (date, timedelta): add_span,
    (date, Months): add_months,
    (datetime, timedelta): operator.add,
    (datetime, Months): add_months,
    (time, timedelta): turn,
}
PLUS.update(
    {(right, left): lambda one, other, add=add: add(other, one)  # type: ignore[misc]
     for (left, right), add in list(PLUS.items()) if left is not right}
)  # fmt: skip
MINUS: Final[Table] = {
    (Decimal, Decimal): RECKONING.subtract,
    (timedelta, timedelta): operator.sub,
    (Months, Months): lambda one, other: _sum(one, Months(-other.count)),
    (date, date): operator.sub,
    (datetime, datetime): operator.sub,
    (date, datetime): lambda day, moment: midnight(day) - moment,
    (datetime, date): lambda moment, day: moment - midnight(day),
    (date, timedelta): lambda day, span: add_span(day, -span),
    (date, Months): lambda day, months: add_months(day, Months(-months.count)),
    (datetime, timedelta): operator.sub,
    (datetime, Months): lambda day, months: add_months(day, Months(-months.count)),
    (time, timedelta): lambda moment, span: turn(moment, -span),
    (time, time): lambda one, other: (
        None if (one.tzinfo is None) is not (other.tzinfo is None)
        else datetime.combine(date(2000, 1, 2), one) - datetime.combine(date(2000, 1, 2), other)
    ),
}  # fmt: skip
TIMES: Final[Table] = {
    (Decimal, Decimal): RECKONING.multiply,
    (timedelta, Decimal): _scaled,
    (Decimal, timedelta): lambda factor, span: _scaled(span, factor),
    (Months, Decimal): _times,
    (Decimal, Months): lambda factor, months: _times(months, factor),
}
DIVIDED: Final[Table] = {
    (Decimal, Decimal): RECKONING.divide,
    (timedelta, timedelta): lambda one, other: RECKONING.divide(ticks(one), ticks(other)),
    (timedelta, Decimal): _shared,
    (Months, Months): lambda one, other: RECKONING.divide(Decimal(one.count), Decimal(other.count)),
    (Months, Decimal): lambda months, divisor: _months(RECKONING.divide(Decimal(months.count), divisor)),
}
RAISED: Final[Table] = {(Decimal, Decimal): power}
ARITHMETIC: Final[dict[str, Table]] = {"+": PLUS, "-": MINUS, "*": TIMES, "/": DIVIDED, "**": RAISED}


def reckon(table: Table, left: Value, right: Value, scope: Scope) -> Value:
    """What an operator makes of two values; null where it does not go."""
    if type(left) is list or type(right) is list:
        left, right = single(left), single(right)
    apply = table.get((type(left), type(right)))
    if apply is None:
        return None
    if apply is power:
        scope.spend(POWER_STEPS)
    try:
        value = apply(left, right)
    except (ArithmeticError, ValueError, TypeError):  # TypeError: a moment with an offset and one without
        return None
    return scope.made(value) if type(value) is str else value


def negative(value: Value) -> Value:
    """A number or a duration with its sign turned; otherwise null."""
    match single(value):
        case Decimal() as value:
            return RECKONING.minus(value)
        case timedelta() as value:
            return -value if value <= -timedelta.min else None
        case Months() as value:
            return Months(-value.count)
    return None
