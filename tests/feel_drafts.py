"""Typed FEEL expressions by chance, grown from feel_templates.txt, every part of them known.

A template is a text with holes: <kind 4> is a part of that kind that binds at least as tightly as level 4, and
<kind 4 x:0=number> one in which x, a number, stands for each item of hole 0 (x@0=number: for its value).
Levels: 0 if and loops, 1 or, 2 and, 3 comparison, 4 sum, 5 product, 6 power, 7 sign, 8 path and filter, 9 the rest.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

HOLE = re.compile(r"<([a-z ]+) (\d)((?: \w+[:@]\d=\w+)*)>")
BOUND = re.compile(r"(\w+)([:@])(\d)=(\w+)")
STRANGE = 0.02  # how often a part is of another kind than its place asks for
BRACKETS = 0.05  # how often a part stands in brackets that it does not need
CONTEXT = """{harga: 150, jumlah: 3, pecahan: 1.25, hasil: "diterima", kosong: null, lulus: true,
 tgl: date("2026-01-31"), lama: duration("P5D"), daftar: [3, 1, 2, 3], paket: {nama: "Budi", nilai: 90},
 peserta: [{nama: "Ani", nilai: 70}, {nama: "Budi", nilai: 90}, {nama: "Cici", nilai: null}]}"""
NAMES = {
    "number": ["harga", "jumlah", "pecahan"],
    "string": ["hasil"],
    "boolean": ["lulus"],
    "date": ["tgl"],
    "days": ["lama"],
    "numbers": ["daftar"],
    "context": ["paket"],
    "contexts": ["peserta"],
    "null": ["kosong", "entah"],
}


def _read() -> dict[str, list[tuple[int, str]]]:
    kinds: dict[str, list[tuple[int, str]]] = {}
    text = (Path(__file__).parent / "feel_templates.txt").read_text(encoding="utf-8")
    for block in text.strip().split("\n\n"):
        kind, *lines = block.splitlines()
        kinds[kind] = [(int(line[0]), line[2:]) for line in lines]
        kinds[kind] += [(9, name) for name in NAMES.get(kind, [])]
    return kinds


TEMPLATES = _read()


@dataclass(frozen=True)
class Binder:
    """A name that stands for each item of a list in turn, or for one value."""

    name: str
    kind: str
    source: "Draft"
    each: bool


@dataclass(frozen=True)
class Draft:
    """An expression: its text and level, the kind and template that it came from, its parts, the names around it."""

    text: str
    level: int
    kind: str
    rule: str
    parts: tuple["Draft", ...] = ()
    around: tuple[Binder, ...] = ()

    @property
    def alone(self) -> str:
        """The expression by itself: what it gives in each round of the loops around it."""
        text = f"({self.text})" if self.around else self.text
        for binder in reversed(self.around):
            source = binder.source.text if binder.each else f"[{binder.source.text}]"
            text = f"for {binder.name} in {source} return {text}"
        return text

    def every(self) -> Iterator["Draft"]:
        """The expression and all its parts, the inner ones first."""
        for part in self.parts:
            yield from part.every()
        if self.kind != "span":
            yield self


class Grower:
    """Draws expressions from one stream of chance."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.named = 0

    def draft(self, kind: str, depth: int, around: tuple[Binder, ...] = ()) -> Draft:
        """An expression of a kind, at most so many templates deep."""
        if kind in NAMES and self.chance.random() < STRANGE:
            kind = self.chance.choice([*NAMES, "null"])
        rules = [(9, binder.name) for binder in around if binder.kind == kind] * 4
        rules += [(level, rule) for level, rule in TEMPLATES[kind] if depth > 0 or not HOLE.search(rule)]
        return self.filled(kind, *self.chance.choice(rules or TEMPLATES[kind]), depth, around)

    def filled(self, kind: str, level: int, rule: str, depth: int, around: tuple[Binder, ...] = ()) -> Draft:
        """A template with its holes filled."""
        parts: list[Draft] = []

        def fill(hole: re.Match[str]) -> str:
            inner = around
            for name, how, place, of in BOUND.findall(hole[3]):
                inner += (Binder(name, of, parts[int(place)], how == ":"),)
            part = self.draft(hole[1], depth - 1, inner)
            parts.append(part)
            bracketed = part.level < int(hole[2]) or (hole[1] != "span" and self.chance.random() < BRACKETS)
            return f"({part.text})" if bracketed else part.text

        text = HOLE.sub(fill, self._with_names(rule))
        return Draft(text, level, kind, rule, tuple(parts), around)

    def _with_names(self, rule: str) -> str:
        for sign in "$%":
            if f"{sign} in" in rule:
                self.named += 1
                rule = rule.replace(sign, f"x{self.named}")
        return rule
