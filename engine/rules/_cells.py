"""The rules of a decision table as sets of sample values: which samples of a column meet which cell."""

from dataclasses import dataclass
from decimal import Decimal

from engine.dmn import Decision, Table
from engine.feel import FeelError, Scope, Tests
from engine.rules._samples import CLOCK, NOW, beside
from engine.values import NAME, Value

MOST_RULES = 200  # of a table that is looked at; all are looked at when it runs
TRUTHS: tuple[Value, ...] = (True, False)


@dataclass(frozen=True)
class Column:
    """The samples of an input, and for each rule the set of those that its cell surely or possibly accepts, as bits."""

    name: str
    samples: tuple[Value, ...]
    surely: tuple[int, ...]
    possibly: tuple[int, ...]

    @property
    def all(self) -> int:
        return (1 << len(self.samples)) - 1


def columns(decision: Decision) -> list[Column]:
    """The columns of a table; none where it is not a table, is too long, or its columns are not variables apart."""
    table = decision.logic
    names = [column.expression.text.strip() for column in table.inputs] if isinstance(table, Table) else []
    apart = len(set(names)) == len(names) and all(NAME.fullmatch(name) for name in names)
    if not isinstance(table, Table) or not apart or len(table.rules) > MOST_RULES:
        return []
    return [_column(table, number, name) for number, name in enumerate(names)]


def _column(table: Table, number: int, name: str) -> Column:
    column, cells = table.inputs[number], [rule.tests[number] for rule in table.rules]
    texts = [cell.text for cell in cells] + ([column.allowed.text] if column.allowed else [])
    samples = tuple(s for s in _samples(texts, column.kind) if column.allowed is None or _met(column.allowed, s))
    open_ = [bool(cell.names) or CLOCK.search(cell.text) is not None for cell in cells]
    bits = [sum(1 << n for n, sample in enumerate(samples) if _met(cell, sample)) for cell in cells]
    everything = (1 << len(samples)) - 1
    surely = tuple(0 if unknown else found for unknown, found in zip(open_, bits, strict=True))
    possibly = tuple(everything if unknown else found for unknown, found in zip(open_, bits, strict=True))
    return Column(name, samples, surely, possibly)


def _samples(texts: list[str], kind: str | None) -> list[Value]:
    """The values beside the literals of a column, of the kinds that it names; one of any kind where it names none."""
    found: list[Value] = list(beside(texts))
    if any(isinstance(value, str) for value in found):
        found.append("lainnya")
    if kind == "boolean" or any(word in text.replace(",", " ").split() for text in texts for word in ("true", "false")):
        found += TRUTHS
    return found or ["lainnya" if kind == "string" else Decimal(0)]


def _met(cell: Tests, value: Value) -> bool:
    try:
        return cell.met(value, Scope({}, NOW))
    except FeelError:
        return False
