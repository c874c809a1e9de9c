"""Where an expression reads names, and the budget it spends. A chain of scopes belongs to one calculation."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from engine import clock
from engine.feel.errors import FeelError
from engine.values import Value

STEPS: Final = 100_000  # of one calculation: a loop's round costs the size of its body, a built-in the size of its data
LONGEST_TEXT: Final = 100_000  # characters of a text that a calculation makes
LONGEST_LIST: Final = 10_000  # items of a list that a calculation makes or walks through
DEEPEST_DATA: Final = 80  # levels of nesting that are compared, written or given
LETTERS_A_STEP: Final = 64
TESTED: Final = " tested"  # no name of the language begins with a blank
_MISSING: Final = object()


class Scope:
    """Names, the scope around them, what ? says, and (in the outermost) what is left of the budget and what now is."""

    __slots__ = ("cell", "left", "names", "now", "outer", "root")

    def __init__(self, names: Mapping[str, Any], now: datetime | None = None, outer: "Scope | None" = None) -> None:
        self.names = names
        self.outer = outer
        self.now = now
        self.left = STEPS
        self.root: Scope = outer.root if outer else self
        self.cell: Value = outer.cell if outer else None

    def inner(self, names: Mapping[str, Any]) -> "Scope":
        """A scope inside this one, in which these names come first."""
        return Scope(names, None, self)

    def testing(self, value: Value) -> "Scope":
        """A scope inside this one for a cell of a decision table: the value that it tests, also written "?"."""
        scope = self.inner({TESTED: value})
        scope.cell = value
        return scope

    def read(self, name: str) -> Value:
        """The innermost value of a name; null where nobody knows it."""
        value = self.names.get(name, _MISSING)
        scope = self.outer
        while value is _MISSING and scope is not None:
            value, scope = scope.names.get(name, _MISSING), scope.outer
        if value is _MISSING:
            return None
        return Decimal(value) if type(value) is int else value

    @property
    def spent(self) -> int:
        """The steps that this calculation took so far."""
        return STEPS - self.root.left

    def spend(self, steps: int) -> None:
        """Count steps. Raises FeelError when the budget is spent."""
        root = self.root
        root.left -= steps
        if root.left < 0:
            raise FeelError("Perhitungan melebihi {most} langkah.", most=str(STEPS))

    def made(self, value: Value) -> Value:
        """The same value, its size counted. Raises FeelError where a text or a list is too long."""
        if isinstance(value, str):
            if len(value) > LONGEST_TEXT:
                raise FeelError("Perhitungan menghasilkan teks lebih dari {most} huruf.", most=str(LONGEST_TEXT))
            self.spend(len(value) // LETTERS_A_STEP + 1)
        elif isinstance(value, list | dict):
            self.sized(len(value))
        return value

    def sized(self, items: int) -> None:
        """Count a walk through so many items. Raises FeelError where they are too many."""
        if items > LONGEST_LIST:
            raise FeelError("Perhitungan memakai daftar lebih dari {most} butir.", most=str(LONGEST_LIST))
        self.spend(items + 1)

    def given(self, value: Value) -> Value:
        """The same value, everything inside it counted, as often as it stands there. Raises FeelError over the budget.

        {a: [1, 1], b: [a, a], c: [b, b]} is small in memory and doubles with each entry where it is written out.
        """
        waiting = [(value, 0)]
        while waiting:
            part, depth = waiting.pop()
            if isinstance(part, str):
                self.spend(len(part) // LETTERS_A_STEP)
            elif isinstance(part, list | dict):
                if depth > DEEPEST_DATA:
                    raise FeelError("Data bersarang terlalu dalam.")
                self.spend(len(part))
                waiting += [(inner, depth + 1) for inner in (part.values() if isinstance(part, dict) else part)]
        return value

    def instant(self) -> datetime:
        """Now, the same in all of one calculation."""
        root = self.root
        if root.now is None:
            root.now = clock.business()
        return root.now
