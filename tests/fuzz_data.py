"""What a walk may say to a model: values for the names in its expressions, its messages and its signals."""

import re
from dataclasses import dataclass
from random import Random
from typing import Any

from fuzz_parts import BPMN
from lxml import etree

NAME = re.compile(r"[A-Za-z_]\w{0,30}")
COMPARED = re.compile(r"([A-Za-z_]\w{0,30})\s*(?:[<>!]?=|<|>)\s*(\"[^\"\\]{0,20}\"|\d{1,3})")
WORDS = {"and", "or", "not", "true", "false", "null", "if", "then", "else", "in", "for", "some", "every", "return"}
ODD = (None, 5, "z", True, [1])
PLENTY = 4000  # characters of an expression that are looked at


@dataclass(frozen=True)
class Data:
    """The values that make sense for each name."""

    values: dict[str, tuple[Any, ...]]
    messages: list[str]
    signals: list[str]

    def some(self, dice: Random, calm: bool) -> dict[str, Any]:
        """A value for some of the names; calm: true for none that is a choice, which leads out of loops."""
        found = {}
        for name, known in self.values.items():
            if calm and known == (True, False):
                found[name] = False
            elif dice.random() < 0.6:
                found[name] = dice.choice(known if dice.random() < 0.95 else ODD)
        return found

    def first(self, dice: Random) -> dict[str, Any]:
        """A value for every name."""
        return {name: dice.choice(known) for name, known in self.values.items()}


def data_of(xml: bytes) -> Data:
    """What the texts of a model speak of."""
    root = etree.fromstring(xml)
    texts = [(element.text or "")[:PLENTY] for element in root.iter(f"{BPMN}*") if element.text]
    texts += [
        str(v)[:PLENTY] for e in root.iter(f"{BPMN}*") for n, v in e.attrib.items() if n.endswith(("key", "ement"))
    ]
    names: dict[str, tuple[Any, ...]] = {}
    for text in texts:
        for name in NAME.findall(text):
            names.setdefault(name, (True, False))
    for text in texts:
        for name, word in COMPARED.findall(text):
            like = (word.strip('"'), "z") if word.startswith('"') else (int(word), int(word) + 1, max(int(word) - 1, 0))
            names[name] = like if names[name] == (True, False) else (*names[name], *like)
    for element in root.iter(f"{BPMN}loopCardinality"):
        names |= dict.fromkeys(NAME.findall((element.text or "")[:PLENTY]), (0, 1, 2, 3))
    for element in root.iter(f"{BPMN}loopDataInputRef"):
        names |= dict.fromkeys(NAME.findall((element.text or "")[:PLENTY]), ([], [4], [4, 5], [True, "z", 4]))
    keys = tuple(process.get("id", "") for process in root.iter(f"{BPMN}process"))
    for element in root.iter(f"{BPMN}callActivity"):
        names |= dict.fromkeys(NAME.findall(element.get("calledElement", "")[:PLENTY]), keys)
    chosen = {name: known for name, known in names.items() if name not in WORDS}
    return Data(dict(list(chosen.items())[:40]), _named(root, "message"), _named(root, "signal"))


def _named(root: etree._Element, tag: str) -> list[str]:
    return [element.get("name", "") for element in root.iter(f"{BPMN}{tag}") if element.get("name")]
