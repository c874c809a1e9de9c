"""The table of built-ins: name, what it takes, what it does. What is called with other kinds than it takes is null."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from engine.feel.operators import KINDS, single
from engine.feel.scope import LETTERS_A_STEP, Scope
from engine.values import Months, Value

TAKES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "number": (Decimal,),
    "boolean": (bool,),
    "list": (list,),
    "context": (dict,),
    "date": (date,),
    "moment": (date, datetime),
    "date-time": (datetime,),
    "time": (time,),
    "duration": (timedelta, Months),
    "any": tuple(KINDS),
}
MOST: Final = 100  # arguments of a built-in that takes any number of them
TABLE: Final[dict[str, "Builtin"]] = {}


@dataclass(frozen=True)
class Builtin:
    """One built-in: its name, the kinds it takes as written in the table, one sentence, and what it does."""

    name: str
    takes: tuple[str, ...]
    says: str
    run: Callable[..., Value]

    @property
    def least(self) -> int:
        """The fewest arguments."""
        return sum(1 for kind in self.takes if kind[-1] not in "?*")

    @property
    def most(self) -> int:
        """The most arguments."""
        return MOST if self.takes and self.takes[-1].endswith("*") else len(self.takes)

    @property
    def signature(self) -> str:
        """name(kind, kind?, kind*): ? may be left out, ?? may be null too, * as many as one likes."""
        return f"{self.name}({', '.join(self.takes)})"


def builtin(name: str, takes: str = "") -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Enter a function into the table; its docstring is what the page says about it."""

    def enter(function: Callable[..., Value]) -> Callable[..., Value]:
        kinds = tuple(takes.split())
        says = " ".join((function.__doc__ or "").split())
        TABLE[name] = Builtin(name, kinds, says, _guarded(function, kinds))
        return function

    return enter


def _guarded(function: Callable[..., Value], kinds: tuple[str, ...]) -> Callable[..., Value]:
    takes = [(kind.rstrip("?*"), kind.endswith("??")) for kind in kinds]

    def guarded(scope: Scope, *given: Value) -> Value:
        scope.spend(1)
        values: list[Value] = []
        for place, value in enumerate(given):
            kind, maybe = takes[min(place, len(takes) - 1)]
            value = _converted(value, kind)
            if type(value) not in TAKES[kind] and not (maybe and value is None):
                return None
            if isinstance(value, list):
                scope.sized(len(value))
            elif isinstance(value, str):
                scope.spend(len(value) // LETTERS_A_STEP)
            values.append(value)
        try:
            made = function(scope, *values)
        except (ArithmeticError, ValueError, TypeError):  # no such date, too many digits, an offset and none
            return None
        return scope.made(made) if isinstance(made, str | list) else made

    return guarded


def _converted(value: Value, kind: str) -> Value:
    """The implicit conversions of DMN 1.5, 10.3.2.9.4: to a list of one, and from it."""
    if kind == "list":
        return value if value is None or type(value) is list else [value]
    return value if type(value) in TAKES[kind] else single(value)
