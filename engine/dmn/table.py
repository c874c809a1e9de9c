"""The parts of a decision as plain values: a table with its columns and rules, or an expression."""

from dataclasses import dataclass, field

from engine.feel import Expression, Tests

SINGLE = frozenset({"UNIQUE", "ANY", "FIRST"})  # hit policies that give one rule's output
POLICIES = SINGLE | {"COLLECT", "RULE ORDER"}
AGGREGATIONS = frozenset({"SUM", "MIN", "MAX", "COUNT"})


@dataclass(frozen=True)
class Input:
    """A column that is tested: what it reads, of which type, and what it may be."""

    label: str
    expression: Expression
    kind: str | None = None  # a typeRef; None: any
    allowed: Tests | None = None


@dataclass(frozen=True)
class Output:
    """A column that is given: its name in a context, its type, what it may be, and its value where no rule matches."""

    name: str
    label: str
    kind: str | None = None
    allowed: Tests | None = None
    default: Expression | None = None


@dataclass(frozen=True)
class Rule:
    """A row, counted from 1."""

    number: int
    tests: tuple[Tests, ...]
    outputs: tuple[Expression, ...]
    id: str = ""


@dataclass(frozen=True)
class Table:
    """A decision table."""

    policy: str
    aggregation: str | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Decision:
    """One decision of a file, with everything that it needs."""

    key: str
    name: str
    file: str
    result: str  # the name under which decisions that require it read its result
    kind: str | None = None  # a typeRef of the result; None: any
    logic: Table | Expression = field(kw_only=True, compare=False)
    requires: tuple[str, ...] = ()  # the keys of the decisions whose results it reads
    before: tuple["Decision", ...] = field(default=(), compare=False, repr=False)  # all it needs, in their order
