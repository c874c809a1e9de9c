"""The models that the fuzzer starts from: those that we ship, the valid ones of the rules, those of the oracle."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

from lxml import etree
from token_game_elements import DATA
from token_game_elements import ELEMENTS as MORE
from token_game_outcomes import CALLS, LOOP, MANY
from token_game_sent import SENT
from token_game_steps import alone, looped, nested, xml_of
from token_game_tables import ELEMENTS, OUTCOMES

ROOT = Path(__file__).parent.parent
FORMS = {path.stem for path in (ROOT / "forms").glob("*.json")} | {"ada"}
DECISIONS = {"ada"}


@dataclass(frozen=True)
class Source:
    """A model that lint accepts."""

    name: str
    xml: bytes


@lru_cache(maxsize=1)
def groups() -> list[list[Source]]:
    """Shipped, rules, oracle."""
    shipped = [Source(path.name, path.read_bytes()) for path in sorted((ROOT / "bpmn").glob("*.bpmn"))]
    fixtures = sorted((ROOT / "tests" / "rules").glob("*/valid.bpmn"))
    rules = [Source(path.parent.name, path.read_bytes()) for path in fixtures]
    tables = {name: entry[0] for name, entry in (OUTCOMES | MANY | LOOP | CALLS | SENT).items()}
    for name, element in (ELEMENTS | MORE).items():
        for place in (alone, looped, nested):
            tables[f"{name}, {place.__name__}"] = place(element, DATA)[0]
    return [shipped, rules, [Source(name, xml_of(text)) for name, text in tables.items()]]


def choose(dice: Random) -> Source:
    """Any of them; half of the time one that the oracle can play."""
    return dice.choice(dice.choices(groups(), (2, 3, 5))[0])


def tree(xml: bytes) -> etree._Element:
    """The XML, with an id at its outermost element: then a problem can always name something."""
    root = etree.fromstring(xml)
    root.set("id", root.get("id") or "D")
    return root
