"""Two rules of a UNIQUE table should not match together: values with which both do are told."""

from collections.abc import Iterator

from engine.dmn import Decision, Table
from engine.rules._cells import columns
from engine.rules._samples import shown

SEVERITY = "warning"


def check(decision: Decision) -> Iterator[tuple[str | None, str]]:
    """The first earlier rule that each rule overlaps, where the columns are variables and the cells read no other."""
    found, table = columns(decision), decision.logic
    if not found or not isinstance(table, Table) or table.policy != "UNIQUE":
        return
    for number, rule in enumerate(table.rules):
        for other in range(number):
            shared = [column.surely[number] & column.surely[other] for column in found]
            if all(shared):
                values = (f"{c.name} = {shown(c.samples[_first(bits)])}" for c, bits in zip(found, shared, strict=True))
                text = f"Bila {', '.join(values)}, aturan {rule.number} dan aturan {other + 1} sama-sama berlaku, "
                yield rule.id or decision.key, f"{text}padahal tabelnya UNIQUE. Persempit salah satunya."
                break


def _first(bits: int) -> int:
    return (bits & -bits).bit_length() - 1
