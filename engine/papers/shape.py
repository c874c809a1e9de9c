"""Letters as data: what letters.yaml says, and a letter whose places are filled, ready for a writer."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

FILE = Path(__file__).with_name("letters.yaml")
BLOCKS = frozenset(
    {"cover", "title", "number", "text", "list", "facts", "table", "boxes", "signatures", "qr", "break"}
)  # fmt: skip
SIZES = {"a4": (210, 297), "f4": (215, 330)}  # millimetres
CITY, OFFICE, ADDRESS = "SOPAN_CITY", "SOPAN_OFFICE", "SOPAN_OFFICE_ADDRESS"
KINDS = ("Kota ", "Kabupaten ")


@dataclass(frozen=True)
class Letter:
    """A kind of letter. `document` is the line of kelengkapan that it becomes; else `place` says where it is given."""

    key: str
    name: str
    blocks: tuple[dict[str, Any], ...]
    document: str = ""
    place: str = ""  # "case" | "receipt"


@dataclass(frozen=True)
class Head:
    """Whose paper it is: the lines over every letter."""

    city: str
    office: str
    address: str

    @property
    def town(self) -> str:
        """The place before a date: 'Pontianak'."""
        kind = next((kind for kind in KINDS if self.city.startswith(kind)), "")
        return self.city.removeprefix(kind)

    def lines(self) -> list[str]:
        """What stands over a letter."""
        return [f"Pemerintah {self.city}".upper(), self.office.upper(), *([self.address] if self.address else [])]


@dataclass(frozen=True)
class Paper:
    """A filled letter: nothing but text in blocks, whatever a writer makes of it."""

    name: str
    size: str
    head: tuple[str, ...]
    blocks: tuple[dict[str, Any], ...]
    foot: str
    address: str  # behind the QR code
    at: datetime
    personal: tuple[str, ...] = ()  # the places that personal data fills


@lru_cache(maxsize=1)
def letters() -> dict[str, Letter]:
    """Every letter, by key. A file that is wrong stops the start, not a page: raises ValueError, TypeError."""
    found = [Letter(**{**one, "blocks": tuple(one["blocks"])}) for one in yaml.safe_load(FILE.read_text("utf-8"))]
    for one in found:
        if bool(one.document) == (one.place in ("case", "receipt")):
            raise ValueError(f"{one.key}: document, or place: case or receipt")
        if wrong := [block for block in one.blocks if len(block) != 1 or not BLOCKS.issuperset(block)]:
            raise ValueError(f"{one.key}: {wrong[0]}")
    return {one.key: one for one in found}


def head(environment: Mapping[str, str] = os.environ) -> Head:
    """The letterhead that the environment sets."""
    city, office = environment.get(CITY, ""), environment.get(OFFICE, "")
    address = environment.get(ADDRESS, "")
    return Head(city or "Kota Pontianak", office or "Dinas Komunikasi dan Informatika", address)


def places(thing: Any) -> Iterator[tuple[str, str]]:
    """The (name, format) of every place in a letter's blocks."""
    if isinstance(thing, str):
        yield from ((name, form or "") for _, name, form, _ in Formatter().parse(thing) if name is not None)
    elif isinstance(thing, dict | list | tuple):
        for one in thing.values() if isinstance(thing, dict) else thing:
            yield from places(one)
