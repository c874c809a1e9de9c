"""How an activity repeats (BPMN 10.3.8), read from its loop characteristics."""

from dataclasses import dataclass
from typing import Self

from lxml import etree

from .refusals import Unsupported

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
KNOWN = frozenset({"loopCardinality", "loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem"}
                  | {"completionCondition", "loopCondition", "documentation", "extensionElements"})  # fmt: skip


class Constant:
    """Never changes, so a copy of the game shares it."""

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self


@dataclass(frozen=True)
class Repeat(Constant):
    """A standard loop (`condition`: go on while it holds) or a multi-instance (`condition`: enough when it holds)."""

    kind: str  # "standard" | "sequential" | "parallel"
    condition: str | None
    most: int | None  # loopMaximum
    before: bool  # testBefore
    count: str | None  # loopCardinality
    collection: str | None  # the variable that loopDataInputRef names
    item: str | None
    into: str | None  # the variable that loopDataOutputRef names
    output: str | None


def tag_of(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else "documentation"


def text_of(element: etree._Element, *path: str) -> str | None:
    """All text in a child (XPath 1.0, 5.2: without comments); None without it. No path: of the element itself."""
    found = element.find("/".join(f"{BPMN}{tag}" for tag in path)) if path else element
    return None if found is None else str(found.xpath("string()"))


def read_repeat(element: etree._Element) -> Repeat | None:
    """The loop of an activity, or None: it runs once."""
    found = [child for child in element if tag_of(child).endswith("LoopCharacteristics")]
    if not found:
        return None
    [loop] = found
    if any(tag_of(child) not in KNOWN for child in loop) or loop.get("behavior", "All") != "All":
        raise Unsupported(f"a loop at {element.get('id')}")
    if tag_of(loop) == "standardLoopCharacteristics":
        repeat = _standard(loop)
        possible = repeat.condition is not None or repeat.most is not None
    else:
        repeat = _multi(loop)
        possible = (repeat.count is None) != (repeat.collection is None)  # BPMN 10.3.8: one of the two gives the number
    if not possible or repeat.most == 0:
        raise Unsupported(f"a loop at {element.get('id')}")
    return repeat


def _standard(loop: etree._Element) -> Repeat:
    most = loop.get("loopMaximum")
    before = loop.get("testBefore") == "true"  # BPMN 10.3.8: its default is false
    return Repeat("standard", _text(loop, "loopCondition"), int(most) if most else None, before, *[None] * 5)


def _multi(loop: etree._Element) -> Repeat:
    kind = "sequential" if loop.get("isSequential") == "true" else "parallel"  # BPMN 10.3.8: its default is false
    count, collection = _text(loop, "loopCardinality"), _text(loop, "loopDataInputRef")
    more = (_name(loop, "inputDataItem"), _text(loop, "loopDataOutputRef"), _name(loop, "outputDataItem"))
    return Repeat(kind, _text(loop, "completionCondition"), None, False, count, collection, *more)


def _text(loop: etree._Element, tag: str) -> str | None:
    return (text_of(loop, tag) or "").strip() or None


def _name(loop: etree._Element, tag: str) -> str | None:
    """The variable of a data item: its name, or its id where it has no name."""
    item = loop.find(f"{BPMN}{tag}")
    return None if item is None else item.get("name") or item.get("id")
