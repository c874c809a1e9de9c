"""The variables of a case in their scopes: the case, each called process, each item of a multi-instance activity.

A read looks outwards, innermost scope first, and never out of a called process; a write stays where it is made
(CONTRACT, Variables). Scopes have ids of the engine; the case's own is ROOT.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine import values
from engine.values import Value

ROOT = ""


@dataclass(frozen=True)
class Scope:
    """What a scope began with, what was written in it, and the scope seen through it (None: a wall)."""

    given: Mapping[str, Value] = field(default_factory=dict)
    written: Mapping[str, Value] = field(default_factory=dict)
    around: str | None = None


@dataclass(frozen=True)
class Variables:
    """All scopes of a case at one moment. Every change makes new ones, so a refused step leaves nothing behind."""

    scopes: Mapping[str, Scope] = field(default_factory=lambda: {ROOT: Scope()})

    def seen(self, scope: str = ROOT) -> Mapping[str, Value]:
        """Every variable that can be read in a scope."""
        here = self.scopes[scope]
        if here.around is None and not here.given:
            return here.written
        around = self.seen(here.around) if here.around is not None else {}
        return {**around, **here.given, **here.written}

    def write(self, data: Mapping[str, Value], scope: str = ROOT) -> "Variables":
        """With these written in a scope."""
        here = self.scopes[scope]
        return self._with(scope, replace(here, written={**here.written, **data})) if data else self

    def open(self, given: Mapping[str, Mapping[str, Value]], around: str | None) -> "Variables":
        """With some scopes more, each with what it begins with."""
        return Variables({**self.scopes, **{name: Scope(values_, {}, around) for name, values_ in given.items()}})

    def close(self, *gone: str) -> "Variables":
        """Without these scopes."""
        return Variables({name: scope for name, scope in self.scopes.items() if name not in gone})

    def changed(self, scope: str) -> dict[str, Value]:
        """What was written in a scope and is not as it was given."""
        here = self.scopes[scope]
        return {k: v for k, v in here.written.items() if k not in here.given or not same(here.given[k], v)}

    def _with(self, name: str, scope: Scope) -> "Variables":
        return Variables({**self.scopes, name: scope})


def same(one: Value, other: Value) -> bool:
    """Whether two values are one, kind and all: 1 is not true."""
    return bool(values.encode(one) == values.encode(other))


def encode(variables: Variables) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The case's own variables, tagged, and its other scopes if it has any. Raises BadValue."""
    others = {
        name: {"given": values.encode(scope.given), "written": values.encode(scope.written), "around": scope.around}
        for name, scope in variables.scopes.items()
        if name != ROOT
    }
    own: dict[str, Any] = values.encode(variables.scopes[ROOT].written)
    return own, others or None


def decode(own: dict[str, Any], others: dict[str, Any] | None) -> Variables:
    """The variables behind their tagged form."""
    scopes = {
        name: Scope(values.decode(kept["given"]), values.decode(kept["written"]), kept["around"])
        for name, kept in (others or {}).items()
    }
    return Variables({ROOT: Scope({}, values.decode(own)), **scopes})
