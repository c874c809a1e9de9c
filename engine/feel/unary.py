"""Unary tests: what stands in a cell of a decision table (DMN 1.5, 7.3.3 and 10.3.1.5)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from engine.feel.expression import Expression, compile, holds_or_false
from engine.values import Value

INPUT: Final = "_input_"  # the value under test, which a cell calls "?"
_ASKS: Final = re.compile(r'"(?:\\.|[^"\\])*"|\?')
_RANGE: Final = re.compile(r'"(?:\\.|[^"\\])*"|([\[\](])([^\[\]()"]*\.\.[^\[\]()"]*)([\[\])])')  # ]1..5[ is (1..5)
_NOT: Final = re.compile(r"not\s*\((.*)\)", re.DOTALL)


@dataclass(frozen=True)
class UnaryTests:
    """One cell, compiled."""

    text: str
    expression: Expression | None  # None: "-", any value
    negated: bool = False

    def met(self, value: Value, lookup: Mapping[str, Value], now: datetime | None = None) -> bool:
        """Whether a value passes; null and what is no boolean count as no. Raises FeelError over the budget."""
        if self.expression is None:
            return True
        return holds_or_false(self.expression.text, {**lookup, INPUT: value}, now) != self.negated


@lru_cache(maxsize=2048)
def unary(text: str) -> UnaryTests:
    """The tests that a cell means: a value, a comparison, a range, several of them, not(...), or FEEL with "?".

    Raises FeelError.
    """
    body = text.strip()
    if body in ("", "-"):
        return UnaryTests(text, None)
    body = _RANGE.sub(_plain_range, body)
    asks = _ASKS.sub(lambda found: INPUT if found[0] == "?" else found[0], body)
    if asks != body:
        return UnaryTests(text, compile(asks))
    inside = _NOT.fullmatch(body)
    tests = compile(f"{INPUT} in ({inside[1] if inside else body})")
    return UnaryTests(text, tests, inside is not None)


def _plain_range(found: re.Match[str]) -> str:
    """A range with the brackets that the grammar reads: an open end may be written as a bracket turned outwards."""
    if found[2] is None:
        return found[0]  # a text
    return f"{'[' if found[1] == '[' else '('}{found[2]}{']' if found[3] == ']' else ')'}"
