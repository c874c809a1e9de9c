"""The answers of both FEELs in one form, compared round by round; what differs is a Case."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import isodate
from feel_drafts import Draft

from engine import feel
from engine.values import Months, encode

CLOSE = Decimal("1e-9")  # feelin reckons with floats


@dataclass(frozen=True)
class Odd:
    """An answer that is no value of ours: an error, a range, a duration of months and days."""

    text: str


@dataclass(frozen=True)
class Case:
    """One round in which the answers differ, though all parts agree: what both say, the parts' values and texts."""

    rule: str
    ours: Any
    theirs: Any
    parts: tuple[Any, ...]
    texts: tuple[str, ...]


def ours(text: str, data: dict[str, Any]) -> Any:
    """What our FEEL says, in the tagged form; a refusal as an error."""
    try:
        return encode(feel.compile(text).evaluate(data))
    except feel.FeelError as error:
        return {"$error": f"refused: {error}"}


def read(answer: Any) -> Any:
    """A tagged answer as a value; without any code of ours, so that no mistake of ours hides."""
    if isinstance(answer, list):
        return [read(item) for item in answer]
    if not isinstance(answer, dict):
        return answer
    tag, text = next(iter(answer.items()), ("", ""))
    match tag:
        case "$n":
            return Decimal(text.replace("Infinity", "Inf"))
        case "$d":
            return date.fromisoformat(text)
        case "$t":
            return time.fromisoformat(text)
        case "$dt":
            return datetime.fromisoformat(text)
        case "$p":
            return _duration(text)
        case "$error" | "$other":
            return Odd(text)
    return {key: read(item) for key, item in answer.items()}


def _duration(text: str) -> Any:
    months = re.fullmatch(r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?", text)
    if months:
        count = int(months[2] or 0) * 12 + int(months[3] or 0)
        return Months(-count if months[1] else count) if count else timedelta(0)
    span = isodate.parse_duration(text)
    return span if isinstance(span, timedelta) else Odd(text)


def same(one: Any, other: Any) -> bool:
    """Equal, numbers as near as floats allow. No duration at all has no kind: feelin writes P0M as PT0S."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one.is_finite() and other.is_finite() and abs(one - other) <= CLOSE * max(1, abs(one))
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and bool(one == other)


def cases(draft: Draft, mine: dict[str, Any], theirs: dict[str, Any]) -> list[Case]:
    """The rounds of a draft in which the answers differ; all of them where feelin gave one error for all."""
    levels, answer = len(draft.around), theirs[draft.alone]
    rounds = _flat(mine[draft.alone], levels)
    columns = [rounds, [answer] * len(rounds) if isinstance(answer, Odd) else _flat(answer, levels)]
    parts = [_flat(mine[part.alone], levels) for part in draft.parts if part.alone in mine]
    texts = tuple(part.text for part in draft.parts)
    rows = [Case(draft.rule, row[0], row[1], row[2:], texts) for row in zip(*columns, *parts, strict=False)]
    differing = [row for row in rows if not same(row.ours, row.theirs)]
    return differing or [Case(draft.rule, *columns, tuple(parts), texts)]


def _flat(value: Any, levels: int) -> list[Any]:
    items = [value]
    for _ in range(levels):
        items = [inner for item in items if isinstance(item, list) for inner in item]
    return items
