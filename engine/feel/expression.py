"""A compiled expression, and its two readings as a condition."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from engine.feel.errors import FeelError
from engine.feel.nodes import CELL, Run
from engine.feel.operators import KINDS
from engine.feel.parser import parse, parse_cell
from engine.feel.scope import TESTED, Scope
from engine.values import Value


@dataclass(frozen=True)
class Expression:
    """A FEEL text, the free names that it reads, and what it does."""

    text: str
    names: frozenset[str]
    run: Run = field(repr=False, compare=False)

    def evaluate(self, lookup: Mapping[str, Value], now: datetime | None = None) -> Value:
        """The value with these variables; unknown names are null, and so is what cannot be calculated.

        What comes out is counted too, as large as it looks to whoever writes it out. now is what now() and today() say
        (default: the business clock). Raises FeelError over the budget.
        """
        scope = Scope(lookup, now)
        return scope.given(self.run(scope))


@lru_cache(maxsize=2048)
def compile(text: str) -> Expression:
    """The expression that a text means; a leading "=" is accepted. Raises FeelError."""
    begins = len(text) - len(text.lstrip())
    body = text[:begins] + " " + text[begins + 1 :] if text.startswith("=", begins) else text
    part = parse(body)
    return Expression(text, part.names, part.run)


@dataclass(frozen=True)
class Tests:
    """A cell of a decision table: its text, the free names that it reads, and whether a value meets it."""

    text: str
    names: frozenset[str]
    run: Run = field(repr=False, compare=False)

    def met(self, value: Value, scope: Scope) -> bool:
        """Whether a value meets the cell; null counts as no. Raises FeelError."""
        return self.run(scope.testing(value)) is True


@lru_cache(maxsize=2048)
def compile_tests(text: str) -> Tests:
    """The unary tests that a cell's text means; an empty cell is "-", which everything meets. Raises FeelError."""
    part = parse_cell(text)
    return Tests(text, part.names - {CELL, TESTED}, part.run)


def holds(text: str, lookup: Mapping[str, Value], now: datetime | None = None) -> bool:
    """Whether a condition is true: the strict reading, of gateways. Raises FeelError where it is not a boolean."""
    value = compile(text).evaluate(lookup, now)
    if isinstance(value, bool):
        return value
    kind = KINDS.get(type(value), type(value).__name__)
    raise FeelError("{text} menghasilkan {kind}, bukan true atau false.", text=text[:200], kind=kind)


def holds_or_false(text: str, lookup: Mapping[str, Value], now: datetime | None = None) -> bool:
    """Whether a condition is true: the lenient reading of forms and events, for which null and the rest are false.

    Raises FeelError only for a text that is not FEEL and over the budget.
    """
    return compile(text).evaluate(lookup, now) is True
