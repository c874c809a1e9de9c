"""Filling the places of a letter. What fills a place is text and stays text: it is looked at by nothing afterwards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from string import Formatter
from typing import Any

from engine.papers.spelling import spelled_day, spelled_rupiah
from engine.values import Value

DOTS = "." * 32  # to be filled by hand
DAY = ("hari", "tanggal", "bulan", "tahun")


@dataclass(frozen=True)
class Known:
    """What the case knows for a place: how people read it, and the value behind it."""

    text: str
    value: Value = None


def _money(known: Known | None) -> str:
    value = known.value if known else None
    return spelled_rupiah(value) if isinstance(value, Decimal) and value >= 0 else DOTS


def _day(known: Known | None) -> str:
    value = known.value if known else None
    return spelled_day(value) if isinstance(value, date) else " ".join(f"{word} {DOTS}" for word in DAY)[5:]


def _text(known: Known | None) -> str:
    return known.text if known and known.text else DOTS


FORMATS: dict[str, Callable[[Known | None], str]] = {
    "": _text,
    "terbilang": _money,
    "hari": _day,
    "bila_ada": lambda known: known.text if known and known.text else "-",
}


def filled(thing: Any, known: Mapping[str, Known], tables: Mapping[str, Sequence[Sequence[str]]]) -> Any:
    """A letter's blocks, or a part of them, with every place filled and every table that comes from the case."""
    if isinstance(thing, str):
        return _filled(thing, known)
    if isinstance(thing, dict):
        rows = {"rows": [list(row) for row in tables[thing["from"]]]} if "from" in thing else {}
        return {name: filled(one, known, tables) for name, one in thing.items() if name != "from"} | clean(rows)
    return [filled(one, known, tables) for one in thing] if isinstance(thing, list | tuple) else thing


def clean(thing: Any) -> Any:
    """The same without characters that no paper shows."""
    if isinstance(thing, str):
        return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in thing)
    if isinstance(thing, dict):
        return {name: clean(one) for name, one in thing.items()}
    return [clean(one) for one in thing] if isinstance(thing, list) else thing


def _filled(text: str, known: Mapping[str, Known]) -> str:
    parts = []
    for plain, name, form, _ in Formatter().parse(text):
        parts.append(plain)
        if name is not None:
            parts.append(clean(FORMATS[form or ""](known.get(name))))
    return "".join(parts)
