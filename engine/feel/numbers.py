"""Built-ins on numbers and on whether something is so."""

import re
from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from engine.errors import BadValue
from engine.feel.builtins import builtin
from engine.feel.operators import RECKONING, denied, single
from engine.feel.scope import Scope
from engine.values import Months, Value
from engine.values import number as read_number

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_ROUNDINGS = (  # name, how, whether the scale may be left out, what the page says
    ("decimal", ROUND_HALF_EVEN, "number number", "The number with so many decimals; halves go to the even digit."),
    ("floor", ROUND_FLOOR, "number number?", "The number rounded down (towards minus infinity)."),
    ("ceiling", ROUND_CEILING, "number number?", "The number rounded up (towards plus infinity)."),
    ("round half up", ROUND_HALF_UP, "number number", "The number with so many decimals; halves go away from 0."),
    ("round half down", ROUND_HALF_DOWN, "number number", "The number with so many decimals; halves go towards 0."),
    ("round up", ROUND_UP, "number number", "The number with so many decimals, away from 0."),
    ("round down", ROUND_DOWN, "number number", "The number with so many decimals, towards 0."),
)


def _enter(name: str, how: str, takes: str, says: str) -> None:
    def rounded(scope: Scope, value: Decimal, scale: Decimal = Decimal(0)) -> Value:
        if not -6111 <= scale <= 6176 or scale != scale.to_integral_value():
            return None
        if value.is_zero() or value.as_tuple().exponent >= -scale:  # type: ignore[operator]  # always finite
            return value
        return value.quantize(Decimal(1).scaleb(-int(scale), RECKONING), how, RECKONING)

    rounded.__doc__ = says
    builtin(name, takes)(rounded)


for _rounding in _ROUNDINGS:
    _enter(*_rounding)


@builtin("number", "string string?? string??")
def number(scope: Scope, text: str, grouping: str | None = None, point: str | None = None) -> Value:
    """The number that a text says; "1.500,25" is read with number(x, ".", ",")."""
    grouping, point = grouping or "", point or "."
    if grouping not in ("", " ", ".", ",") or point not in (".", ",") or grouping == point or len(text) > 400:
        return None
    plain = text.replace(grouping, "").replace(point, ".") if grouping else text.replace(point, ".")
    if (point == "," and "." in text and grouping != ".") or not _NUMBER.fullmatch(plain):
        return None
    try:
        return read_number(plain)
    except BadValue:
        return None


@builtin("abs", "any")
def absolute(scope: Scope, value: Value) -> Value:
    """The number or duration without its sign."""
    match single(value):
        case Decimal() as value:
            return RECKONING.abs(value)
        case timedelta() as value:
            return abs(value)
        case Months() as value:
            return Months(abs(value.count))
    return None


@builtin("modulo", "number number")
def modulo(scope: Scope, dividend: Decimal, divisor: Decimal) -> Value:
    """The rest of a division, with the sign of the divisor."""
    rest = RECKONING.remainder(dividend, divisor)
    return RECKONING.add(rest, divisor) if rest and (rest < 0) is not (divisor < 0) else rest


@builtin("even", "number")
def even(scope: Scope, value: Decimal) -> Value:
    """Whether a whole number is even."""
    return RECKONING.remainder(value, Decimal(2)) == 0


@builtin("odd", "number")
def odd(scope: Scope, value: Decimal) -> Value:
    """Whether a whole number is odd."""
    return abs(RECKONING.remainder(value, Decimal(2))) == 1


@builtin("not", "any")
def negated(scope: Scope, value: Value) -> Value:
    """The opposite of a boolean; null of anything else."""
    return denied(single(value))


@builtin("is defined", "any")
def is_defined(scope: Scope, value: Value) -> Value:
    """Whether a value is there, that is, not null."""
    return value is not None
