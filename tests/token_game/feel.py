"""A tiny FEEL: literals, lists, names, comparisons, and/or/not, integer arithmetic, texts joined by +.

Anything else is Unsupported, loudly.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from .refusals import Refused, Unsupported

WORD = re.compile(
    r'\s*(?:(?P<number>\d+)|"(?P<text>[^"\\]*)"|(?P<name>[A-Za-z_]\w*)|(?P<sign><=|>=|!=|[=<>+\-*()\[\],]))'
)
LONGEST = 1000
LITERALS = {"true": True, "false": False, "null": None}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip
COUNT: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
}  # fmt: skip
Words = list[tuple[str, str]]


def evaluate(text: str, data: Mapping[str, Any]) -> Any:
    """The value of an expression. An unknown name is null."""
    if len(text) > LONGEST:
        raise Unsupported("FEEL: a long text")
    words = read(text.strip().removeprefix("="))
    value = _or(words, data)
    if words:
        raise Unsupported(f"FEEL: {text}")
    return value


def holds(text: str, data: Mapping[str, Any]) -> bool:
    """CONTRACT, Steps: "Null or a non-boolean counts as an error in gateway and flow conditions"."""
    value = evaluate(text, data)
    if not isinstance(value, bool):
        raise Refused(f"{text} is no boolean")
    return value


def holds_or_false(text: str, data: Mapping[str, Any]) -> bool:
    """CONTRACT, Steps: "as false in conditional events"."""
    return evaluate(text, data) is True


def read(text: str) -> Words:
    words, at = [], 0
    while text[at:].strip():
        if (match := WORD.match(text, at)) is None:
            raise Unsupported(f"FEEL: {text}")
        words.append((match.lastgroup or "", match.group(match.lastgroup or 0)))
        at = match.end()
    return words


def _take(words: Words, *texts: str) -> str | None:
    """The next word, if it is one of these signs or names."""
    if words and words[0][0] in ("sign", "name") and words[0][1] in texts:
        return words.pop(0)[1]
    return None


def _or(words: Words, data: Mapping[str, Any]) -> Any:
    values = [_and(words, data)]
    while _take(words, "or"):
        values.append(_and(words, data))
    return values[0] if len(values) == 1 else _ternary(values, True)


def _and(words: Words, data: Mapping[str, Any]) -> Any:
    values = [_comparison(words, data)]
    while _take(words, "and"):
        values.append(_comparison(words, data))
    return values[0] if len(values) == 1 else _ternary(values, False)


def _ternary(values: list[Any], wins: bool) -> Any:
    """DMN 1.3, 10.3.2.8: three-valued logic."""
    if any(value is wins for value in values):
        return wins
    return (not wins) if all(value is (not wins) for value in values) else None


def _comparison(words: Words, data: Mapping[str, Any]) -> Any:
    left = _sum(words, data)
    sign = _take(words, "=", "!=", *COMPARE)
    if sign is None:
        return left
    right = _sum(words, data)
    lists = [value for value in (left, right) if isinstance(value, list)]
    if len(lists) == 1 and len(lists[0]) == 1:
        raise Unsupported("FEEL: a list as its only item")  # DMN 1.3, 10.3.2.9.4
    if sign in ("=", "!="):
        if left is not None and right is not None and _kind(left) != _kind(right):
            return None
        return same(left, right) == (sign == "=")
    return COMPARE[sign](left, right) if _kind(left) == _kind(right) in ("number", "text") else None


def same(left: Any, right: Any) -> bool:
    """The same value: true is not 1."""
    return _kind(left) == _kind(right) and bool(left == right)


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, list):
        return "list"
    return "number" if isinstance(value, int | Decimal) else "text"


def _sum(words: Words, data: Mapping[str, Any]) -> Any:
    value = _product(words, data)
    while sign := _take(words, "+", "-"):
        more = _product(words, data)
        texts = sign == "+" and _kind(value) == _kind(more) == "text"  # DMN 1.3, 10.3.2.8: texts are joined
        value = value + more if texts else _number(sign, value, more)
    return value


def _product(words: Words, data: Mapping[str, Any]) -> Any:
    value = _single(words, data)
    while _take(words, "*"):
        value = _number("*", value, _single(words, data))
    return value


def _number(sign: str, left: Any, right: Any) -> Any:
    return COUNT[sign](left, right) if _kind(left) == _kind(right) == "number" else None


def _single(words: Words, data: Mapping[str, Any]) -> Any:
    if not words:
        raise Unsupported("FEEL: something is missing at the end")
    if _take(words, "-"):
        return _number("-", 0, _single(words, data))
    if _take(words, "not"):
        value = _single(words, data)
        return not value if isinstance(value, bool) else None
    if _take(words, "("):
        value = _or(words, data)
        if _take(words, ")") is None:
            raise Unsupported("FEEL: ) is missing")
        return value
    if _take(words, "["):
        return _list(words, data)
    kind, text = words.pop(0)
    if kind == "sign":
        raise Unsupported(f"FEEL: {text}")
    if kind == "name":
        return LITERALS[text] if text in LITERALS else data.get(text)
    return int(text) if kind == "number" else text


def _list(words: Words, data: Mapping[str, Any]) -> list[Any]:
    values: list[Any] = []
    while not _take(words, "]"):
        if values and _take(words, ",") is None:
            raise Unsupported("FEEL: ] is missing")
        values.append(_or(words, data))
    return values
