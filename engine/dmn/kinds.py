"""The types that a typeRef can name, and whether a value is of one. Nothing is converted; null is of every type."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from engine import feel
from engine.values import Months, Value


def _of(kind: type) -> Callable[[Value], bool]:
    return lambda value: type(value) is kind


def _whole(value: Value) -> bool:
    return type(value) is Decimal and value == value.to_integral_value()


_NUMBER, _MOMENT, _SPAN, _MONTHS = _of(Decimal), _of(datetime), _of(timedelta), _of(Months)
ANY: Final = frozenset({"Any", "any"})
KINDS: Final[dict[str, Callable[[Value], bool]]] = {
    "string": _of(str),
    "number": _NUMBER,
    "boolean": _of(bool),
    "date": _of(date),
    "time": _of(time),
    "dateTime": _MOMENT,
    "date and time": _MOMENT,
    "dayTimeDuration": _SPAN,
    "days and time duration": _SPAN,
    "yearMonthDuration": _MONTHS,
    "years and months duration": _MONTHS,
    "integer": _whole,
    "long": _whole,
    "double": _NUMBER,
}


def misfit(value: Value, kind: str | None) -> str | None:
    """What a value is that is not of a type; None where it is."""
    if value is None or kind is None or KINDS[kind](value):
        return None
    return feel.KINDS.get(type(value), type(value).__name__)
