"""Two conditions of an exclusive gateway that hold together: the first in the file wins, which the diagram hides."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from engine import feel
from engine.definition import Definition, Flow
from engine.rules._expressions import names
from engine.rules._tree import named, outgoing
from engine.values import Value

SEVERITY = "warning"
LITERAL = re.compile(r'(?:date\(\s*|@)?"(?:\\.|[^"\\\n])*"\s*\)?|(?<!\w)(?<!\d\.)-?\d+(?:\.\d+)?')
CLOCK = re.compile(r"\b(?:now|today)\s*\(")
NOW = datetime(2026, 1, 5, tzinfo=UTC)
MOST_FLOWS, MOST_VALUES = 60, 200


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Conditions over one variable are tried with the values beside the literals that they name."""
    flows = outgoing(process)
    for node in process.nodes.values():
        if node.tag != "exclusiveGateway":
            continue
        groups: dict[str, list[Flow]] = defaultdict(list)
        for flow in flows.get(node.id, [])[:MOST_FLOWS]:
            read = names(flow.condition)
            if flow.id != node.default and len(read) == 1 and not CLOCK.search(flow.condition or ""):
                groups[next(iter(read))].append(flow)
        for name, group in groups.items():
            yield from _overlaps(name, group)


def _overlaps(name: str, flows: list[Flow]) -> Iterator[tuple[str | None, str]]:
    """For each flow the first one before it that holds with it, and a value with which both do."""
    told: set[str] = set()
    for value in _values([flow.condition or "" for flow in flows]):
        holding = [flow for flow in flows if _holds(flow.condition or "", name, value)]
        for first, flow in zip(holding[:1] * len(holding), holding[1:], strict=False):
            if flow.id not in told:
                told.add(flow.id)
                text = (
                    "Bila {name} = {value}, syarat ini dan syarat alur {other} sama-sama benar; yang diambil {other}, "
                )
                text += "karena lebih dahulu dalam berkas. Persempit salah satunya."
                yield named(flow), text.format(name=name, value=_shown(value), other=first.name or named(first))


def _holds(condition: str, name: str, value: Value) -> bool:
    try:
        return feel.compile(condition).evaluate({name: value}, NOW) is True
    except feel.FeelError:
        return False


def _values(conditions: list[str]) -> list[Value]:
    """The literals of some conditions, and for numbers and dates what lies beside and between them."""
    texts = [text for condition in conditions for text in LITERAL.findall(condition)]
    found = [value for value in map(_literal, texts[:MOST_VALUES]) if isinstance(value, (str, Decimal, date))]
    numbers = sorted({value for value in found if isinstance(value, Decimal)})
    days = sorted({value for value in found if isinstance(value, date) and not isinstance(value, datetime)})
    near: list[Value] = [number + step for number in numbers for step in (-1, 1)]
    near += [(low + high) / 2 for low, high in zip(numbers, numbers[1:], strict=False)]
    near += [day + timedelta(step) for day in days if date.min < day < date.max for step in (-1, 1)]
    values: list[Value] = [*found, *near, True, False, "lainnya"]
    return [value for value in {(type(value), value): value for value in values}.values() if value is not None]


def _literal(text: str) -> Value:
    try:
        return feel.compile(text).evaluate({}, NOW)
    except feel.FeelError:
        return None


def _shown(value: Value) -> str:
    """A value as FEEL writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"'[:80] if isinstance(value, (str, date)) else f"{value:f}" if isinstance(value, Decimal) else "?"
