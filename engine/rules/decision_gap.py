"""A table without a default answers null where no rule matches: values for which none does are told."""

from collections.abc import Iterator

from engine.dmn import Decision, Table
from engine.rules._cells import Column, columns
from engine.rules._samples import shown
from engine.values import Value

SEVERITY = "warning"
MOST_LOOKS = 20_000  # combinations of a table


def check(decision: Decision) -> Iterator[tuple[str | None, str]]:
    """One combination of values that no rule accepts. Lists and counts have an answer for it: they are left alone."""
    found, table = columns(decision), decision.logic
    if not found or not isinstance(table, Table) or _answers(table):
        return
    looks = [MOST_LOOKS]
    values = _gap(found, (1 << len(table.rules)) - 1, looks)
    if values is not None:
        told = ", ".join(f"{column.name} = {shown(value)}" for column, value in zip(found, values, strict=True))
        text = f"Bila {told}, tidak ada aturan yang berlaku dan jawabannya null. Tambahkan aturan atau nilai bawaan."
        yield decision.key, text


def _answers(table: Table) -> bool:
    lists = table.policy in ("COLLECT", "RULE ORDER")
    return lists or any(output.default for output in table.outputs)


def _gap(left: list[Column], rules: int, looks: list[int]) -> list[Value] | None:
    """Values for the columns that are left, with which none of these rules (as bits) matches; None if none is found."""
    looks[0] -= 1
    if not rules:
        return [column.samples[0] for column in left]
    if not left or looks[0] < 0:
        return None
    tried = set[int]()
    for number, sample in enumerate(left[0].samples):
        matching = sum(1 << rule for rule, bits in enumerate(left[0].possibly) if bits >> number & 1) & rules
        if matching not in tried:
            tried.add(matching)
            rest = _gap(left[1:], matching, looks)
            if rest is not None:
                return [sample, *rest]
    return None
