"""Random changes of a model's XML: what a careless hand, another tool or an attacker makes of it."""

import re
from collections.abc import Callable
from copy import deepcopy
from random import Random

from fuzz_additions import FLOWS, Element, border, fresh, handler, ids_of, insert, part, pick
from fuzz_parts import BPMN, EXPRESSIONS, FLOWING, ODD, SOPAN, TAGS
from fuzz_sources import choose, tree
from lxml import etree

FOREIGN = (
    "{urn:x}y",
    f"{SOPAN}salah",
    f"{BPMN}salah",
    "salah",
    f"{SOPAN}unit",
    f"{SOPAN}key",
    "{urn:Sopan:bpmn:2}form",
)


def mutant(seed: str) -> tuple[str, bytes]:
    """The name of a model and what one to four changes make of it; the same for the same seed."""
    dice = Random(seed)
    source = choose(dice)
    root = tree(source.xml)
    for _ in range(dice.choice((1, 1, 1, 1, 2, 2, 3))):
        dice.choice(CHANGES)(root, dice)
    xml = etree.tostring(root)
    return source.name, dice.choice(BYTES)(xml, dice) if dice.random() < 0.06 else xml


def drop(root: Element, dice: Random) -> None:
    """An element goes, or only the tag around what stands in it."""
    one = pick(root, dice)
    parent = None if one is None else one.getparent()
    if one is None or parent is None:
        return
    if dice.random() < 0.3:
        for child in one:
            one.addprevious(child)
    parent.remove(one)


def double(root: Element, dice: Random) -> None:
    """An element stands twice; mostly with other ids, and then the flows of a node may lead to both."""
    one = pick(root, dice)
    if one is None:
        return
    copy = deepcopy(one)
    if dice.random() < 0.9:
        fresh(copy, dice)
        if one.tag in FLOWING and dice.random() < 0.7:
            for flow in list(root.iter(*FLOWS)):
                if one.get("id") in (flow.get("sourceRef"), flow.get("targetRef")):
                    again = fresh(deepcopy(flow), dice)
                    for end in ("sourceRef", "targetRef"):
                        again.set(end, copy.get("id", "") if flow.get(end) == one.get("id") else flow.get(end, ""))
                    flow.addnext(again)
    one.addnext(copy)


def move(root: Element, dice: Random) -> None:
    """An element stands in another."""
    one, other = pick(root, dice), pick(root, dice)
    if one is not None and other is not None and one not in list(other.iterancestors()) and one is not other:
        other.insert(dice.randint(0, len(other)), one)


def nest(root: Element, dice: Random) -> None:
    """A node stands in a new sub-process, which may have a start and take over the flows."""
    one = pick(root, dice, *FLOWING)
    if one is None:
        return
    kind, name = dice.choice(("subProcess",) * 4 + ("transaction", "adHocSubProcess")), f"Around{dice.randrange(999)}"
    around = etree.Element(f"{BPMN}{kind}", {"id": name})
    one.addprevious(around)
    around.append(one)
    if dice.random() < 0.8:
        for flow in root.iter(*FLOWS):
            for end in ("sourceRef", "targetRef"):
                if flow.get(end) == one.get("id"):
                    flow.set(end, name)
        etree.SubElement(around, f"{BPMN}startEvent", {"id": f"{name}S"})
        flow = {"id": f"{name}F", "sourceRef": f"{name}S", "targetRef": one.get("id", "")}
        etree.SubElement(around, f"{BPMN}sequenceFlow", flow)


def shuffle(root: Element, dice: Random) -> None:
    """The children of an element stand in another order."""
    one = pick(root, dice)
    around = None if one is None else one.getparent()
    if around is not None:
        around[:] = dice.sample(list(around), len(around))


def value(root: Element, dice: Random) -> None:
    """An attribute has the value of another one, an odd one, or goes."""
    one, other = pick(root, dice), pick(root, dice)
    if one is None or other is None or not one.attrib:
        return
    name = dice.choice(list(one.attrib))
    if dice.random() < 0.2:
        del one.attrib[name]
    else:
        like = [e.get(name, "") for e in root.iter("*") if e.get(name) is not None]
        one.set(name, dice.choice(dice.choice((list(other.attrib.values()) or [""], ids_of(root), ODD, like, like))))


def new_value(root: Element, dice: Random) -> None:
    """An element gets an attribute that others have, or one that nobody knows."""
    one, other = pick(root, dice), pick(root, dice)
    if one is None or other is None:
        return
    names = dice.choice((list(other.attrib) or ["id"], list(ATTRIBUTES), FOREIGN))
    name = dice.choice(names)
    one.set(name, dice.choice((*ATTRIBUTES.get(name, ODD), dice.choice(ODD), dice.choice(ids_of(root)))))


ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "isExecutable": ("true", "false", "1", "0"), "cancelActivity": ("true", "false", "0"),
    "isInterrupting": ("true", "false", "0"), "triggeredByEvent": ("true", "false", "1"),
    "default": ODD, "attachedToRef": ODD, "calledElement": ("=x", "p", "q"), "messageRef": ODD, "name": ODD,
    "isSequential": ("true", "false", "1"), "testBefore": ("true", "1"), "loopMaximum": ("0", "1", "3", "9999999"),
    "isForCompensation": ("true", "false"), "instantiate": ("true", "false"), "parallelMultiple": ("true", "false"),
    f"{SOPAN}key": ("x", "1", "=a", "(", "null"), f"{SOPAN}unit": ("hari_kerja", "jam_kerja", "jam"),
    f"{SOPAN}clock": ("bersama:a", "sendiri", "bersama:"), f"{SOPAN}warn": ("PT1M", "P9D"), f"{SOPAN}mulai": ("tgl",),
    f"{SOPAN}decision": ("ada", "lain"), f"{SOPAN}prefix": ("A", "", "a b"),
}  # fmt: skip


def tag(root: Element, dice: Random) -> None:
    """An element has another tag; mostly one of its kind."""
    one = pick(root, dice)
    if one is not None:
        kinds = [kind for kind in TAGS if one.tag in kind]
        one.tag = dice.choice(kinds[0] if kinds and dice.random() < 0.8 else dice.choice(TAGS))


def flow(root: Element, dice: Random) -> None:
    """A flow leads elsewhere, goes, or a new one comes."""
    one, nodes = pick(root, dice, *FLOWS), [e.get("id", "") for e in root.iter(*FLOWING)]
    if one is None or not nodes:
        return
    match dice.randrange(5):
        case 0:
            one.set("sourceRef", dice.choice(nodes))
        case 1:
            one.set("targetRef", dice.choice(nodes))
        case 2:
            if (parent := one.getparent()) is not None:
                parent.remove(one)
        case _:
            ends = {"sourceRef": dice.choice(nodes), "targetRef": dice.choice(nodes)}
            one.addnext(
                etree.Element(one.tag, ({"id": f"F{dice.randrange(99)}"} if dice.random() < 0.7 else {}) | ends)
            )


def text(root: Element, dice: Random) -> None:
    """An expression, a time or a reference has the text of another one, or an odd one."""
    one, other = pick(root, dice, *EXPRESSIONS), pick(root, dice, *EXPRESSIONS)
    if one is None or other is None:
        return
    match dice.randrange(6):
        case 0:
            one.text, other.text = other.text, one.text
        case 1:
            one.append(etree.Comment("x"))
            one[-1].tail = dice.choice(ODD)
        case 2:
            one.append(etree.ProcessingInstruction("x", "y"))
        case 3:
            one.text = f"{one.text}{dice.choice(ODD)}"
        case _:
            one.text = dice.choice((other.text, dice.choice(ODD)))


def child(root: Element, dice: Random) -> None:
    """Something that nobody knows stands in an element."""
    one = pick(root, dice)
    if one is not None:
        made = etree.SubElement(one, dice.choice((*FOREIGN, *dice.choice(TAGS))), {"id": dice.choice(ODD)})
        made.text = dice.choice(ODD)


def splice(root: Element, dice: Random) -> None:
    """A piece of another model."""
    one, other = pick(root, dice), pick(tree(choose(dice).xml), dice)
    if one is not None and other is not None:
        dice.choice((one.addnext, one.append))(other)


def rename(root: Element, dice: Random) -> None:
    """An id is another one, wherever it is written."""
    old, new = (
        dice.choice(ids_of(root)),
        dice.choice(("Ä", "é1", "id", "x" * 200, "x" * 201, "__proto__", "a.b", "9a", "a|b")),
    )
    for element in root.iter("*"):
        for name, found in element.attrib.items():
            if found == old:
                element.set(name, new)
        if (element.text or "").strip() == old:
            element.text = new


def _cut(xml: bytes, dice: Random) -> bytes:
    return xml[: dice.randrange(len(xml))]


def _other_namespace(xml: bytes, dice: Random) -> bytes:
    """A namespace goes or is another; nowhere or at once everywhere."""
    found = sorted(set(re.findall(rb'xmlns:?\w*="[^"]*"', xml)))
    return (
        xml.replace(dice.choice(found), dice.choice((b"", b'xmlns:bpmn="urn:x"', b'xmlns="urn:x"')), 1)
        if found
        else xml
    )


def _other_bytes(xml: bytes, dice: Random) -> bytes:
    at = dice.randrange(len(xml))
    return (
        xml[:at] + dice.choice((b"\xff", b"\x00", b"&", b"<", b'"', b"&#0;", b"<!--", b"]]>", "é".encode())) + xml[at:]
    )


CHANGES: tuple[Callable[[Element, Random], None], ...] = (
    drop, double, double, double, move, nest, nest, shuffle, shuffle, value, value, value, new_value, tag, tag,
    flow, flow, flow, text, text, text, text, part, part, part, border, border, border, handler, handler, insert,
    insert, insert, insert, child, splice, rename,
)  # fmt: skip
BYTES: tuple[Callable[[bytes, Random], bytes], ...] = (_cut, _other_namespace, _other_bytes)
