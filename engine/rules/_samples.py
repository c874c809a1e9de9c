"""Values to try FEEL texts with: the literals that they name, and what lies beside and between those."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice

from engine import feel
from engine.values import Value

LITERAL = re.compile(r'(?:date\(\s*|@)?"(?:\\.|[^"\\\n])*"\s*\)?|(?<!\w)(?<!\d\.)-?\d+(?:\.\d+)?')
CLOCK = re.compile(r"\b(?:now|today)\s*\(")
NOW = datetime(2026, 1, 5, tzinfo=UTC)
MOST = 200  # literals


def beside(texts: Iterable[str]) -> list[Value]:
    """The texts, numbers and dates that some FEEL texts name; for numbers and dates also their neighbours."""
    literals = (text for text_ in texts for text in LITERAL.findall(text_))
    found = [value for value in map(_literal, islice(literals, MOST)) if isinstance(value, (str, Decimal, date))]
    numbers = sorted({value for value in found if isinstance(value, Decimal)})
    days = sorted({value for value in found if isinstance(value, date) and not isinstance(value, datetime)})
    near: list[Value] = [number + step for number in numbers for step in (-1, 1)]
    near += [(low + high) / 2 for low, high in zip(numbers, numbers[1:], strict=False)]
    near += [day + timedelta(step) for day in days if date.min < day < date.max for step in (-1, 1)]
    values: list[Value] = [*found, *near]
    return list({(type(value), value): value for value in values}.values())


def shown(value: Value) -> str:
    """A value as FEEL writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"'[:80] if isinstance(value, (str, date)) else f"{value:f}" if isinstance(value, Decimal) else "?"


def _literal(text: str) -> Value:
    try:
        return feel.compile(text).evaluate({}, NOW)
    except feel.FeelError:
        return None
