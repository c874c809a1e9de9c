"""The parts of a decision as plain values."""

from dataclasses import dataclass

from engine.feel import Expression, UnaryTests

POLICIES = {"UNIQUE": "U", "FIRST": "F", "ANY": "A", "COLLECT": "C", "RULE ORDER": "R"}
AGGREGATIONS = ("SUM", "COUNT", "MIN", "MAX")


@dataclass(frozen=True)
class Clause:
    """A column: what it asks for (an input) or is called (an output), of which type, with which values."""

    id: str
    name: str
    type: str | None = None
    expression: Expression | None = None  # of an input
    allowed: UnaryTests | None = None
    default: Expression | None = None  # of an output


@dataclass(frozen=True)
class Rule:
    """A row: its tests, and what it gives."""

    id: str
    tests: tuple[UnaryTests, ...]
    gives: tuple[Expression, ...]


@dataclass(frozen=True)
class Table:
    """A decision table."""

    policy: str  # U, F, A, C or R
    aggregation: str | None
    inputs: tuple[Clause, ...]
    outputs: tuple[Clause, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Decision:
    """A decision: a table, or one FEEL expression; and the decisions that it asks first."""

    key: str
    name: str
    variable: str  # under which a decision that asks it finds its answer
    logic: Table | Expression
    asks: tuple[str, ...] = ()
