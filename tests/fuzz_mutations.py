"""Random changes of a model's XML: what a careless hand, another tool or an attacker makes of it."""

import re
from collections.abc import Callable
from copy import deepcopy
from random import Random

from fuzz_parts import BPMN, EXPRESSIONS, FITTING, FLOWING, ODD, ON_THE_WAY, PARTS, SOPAN, TAGS, TRIGGERS
from fuzz_sources import choose, tree
from lxml import etree

Element = etree._Element
FLOWS = (f"{BPMN}sequenceFlow",)
FOREIGN = ("{urn:x}y", f"{SOPAN}salah", f"{BPMN}salah", "salah", f"{SOPAN}unit", f"{SOPAN}key", "{urn:Sopan:bpmn:2}form")


def mutant(seed: str) -> tuple[str, bytes]:
    """The name of a model and what one to four changes make of it; the same for the same seed."""
    dice = Random(seed)
    source = choose(dice)
    root = tree(source.xml)
    for _ in range(dice.choice((1, 1, 1, 1, 2, 2, 3))):
        dice.choice(CHANGES)(root, dice)
    xml = etree.tostring(root)
    return source.name, dice.choice(BYTES)(xml, dice) if dice.random() < 0.06 else xml


def _any(root: Element, dice: Random, *tags: str) -> Element | None:
    """An element below the root, seldom one of the drawing."""
    found = [e for e in root.iter(*(tags or ("*",))) if e.getparent() is not None]
    model = [e for e in found if "/DI}" not in str(e.tag) and "/DC}" not in str(e.tag)]
    found = model if model and dice.random() < 0.97 else found
    return dice.choice(found) if found else None


def _ids(root: Element) -> list[str]:
    return [e.get("id", "") for e in root.iter("*") if e.get("id")]


def drop(root: Element, dice: Random) -> None:
    """An element goes, or only the tag around what stands in it."""
    one = _any(root, dice)
    parent = None if one is None else one.getparent()
    if one is None or parent is None:
        return
    if dice.random() < 0.3:
        for child in one:
            one.addprevious(child)
    parent.remove(one)


def double(root: Element, dice: Random) -> None:
    """An element stands twice; mostly with other ids, and then the flows of a node may lead to both."""
    one = _any(root, dice)
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


def fresh(copy: Element, dice: Random) -> Element:
    """Other ids, and what refers to them inside follows."""
    renamed = {id_: f"{id_}_{dice.randrange(999)}" for id_ in _ids(copy)}
    for element in copy.iter("*"):
        for name, value in element.attrib.items():
            element.set(name, renamed.get(value, value))
    return copy


def insert(root: Element, dice: Random) -> None:
    """A node stands on a flow: a plain one of any kind, or one of another model with all that it names."""
    flow = _any(root, dice, *FLOWS)
    if flow is None:
        return
    if dice.random() < 0.4:
        node = etree.Element(dice.choice(dice.choice((ON_THE_WAY, FLOWING))), {"id": f"N{dice.randrange(999)}"})
        if node.tag == f"{BPMN}intermediateCatchEvent":
            node.append(_part(root, dice, TRIGGERS))
    else:
        theirs = tree(choose(dice).xml)
        found = _any(theirs, dice, *ON_THE_WAY)
        if found is None:
            return
        node = fresh(deepcopy(found), dice)
        named = {value for element in node.iter("*") for value in element.attrib.values()}
        for element in theirs:
            if element.get("id") in named - set(_ids(root)):
                root.insert(0, deepcopy(element))
    flow.addprevious(node)
    ends = {"id": f"F{dice.randrange(999)}", "sourceRef": node.get("id", ""), "targetRef": flow.get("targetRef", "")}
    flow.set("targetRef", ends["sourceRef"])
    flow.addnext(etree.Element(flow.tag, ends))


def move(root: Element, dice: Random) -> None:
    """An element stands in another."""
    one, other = _any(root, dice), _any(root, dice)
    if one is not None and other is not None and one not in list(other.iterancestors()) and one is not other:
        other.insert(dice.randint(0, len(other)), one)


def nest(root: Element, dice: Random) -> None:
    """A node stands in a new sub-process, which may have a start and take over the flows."""
    one = _any(root, dice, *FLOWING)
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
    one = _any(root, dice)
    around = None if one is None else one.getparent()
    if around is not None:
        around[:] = dice.sample(list(around), len(around))


def value(root: Element, dice: Random) -> None:
    """An attribute has the value of another one, an odd one, or goes."""
    one, other = _any(root, dice), _any(root, dice)
    if one is None or other is None or not one.attrib:
        return
    name = dice.choice(list(one.attrib))
    if dice.random() < 0.2:
        del one.attrib[name]
    else:
        like = [e.get(name, "") for e in root.iter("*") if e.get(name) is not None]
        one.set(name, dice.choice(dice.choice((list(other.attrib.values()) or [""], _ids(root), ODD, like, like))))


def new_value(root: Element, dice: Random) -> None:
    """An element gets an attribute that others have, or one that nobody knows."""
    one, other = _any(root, dice), _any(root, dice)
    if one is None or other is None:
        return
    names = dice.choice((list(other.attrib) or ["id"], list(ATTRIBUTES), FOREIGN))
    name = dice.choice(names)
    one.set(name, dice.choice((*ATTRIBUTES.get(name, ODD), dice.choice(ODD), dice.choice(_ids(root)))))


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
    one = _any(root, dice)
    if one is not None:
        kinds = [kind for kind in TAGS if one.tag in kind]
        one.tag = dice.choice(kinds[0] if kinds and dice.random() < 0.8 else dice.choice(TAGS))


def flow(root: Element, dice: Random) -> None:
    """A flow leads elsewhere, goes, or a new one comes."""
    one, nodes = _any(root, dice, *FLOWS), [e.get("id", "") for e in root.iter(*FLOWING)]
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
            one.addnext(etree.Element(one.tag, ({"id": f"F{dice.randrange(99)}"} if dice.random() < 0.7 else {}) | ends))


def text(root: Element, dice: Random) -> None:
    """An expression, a time or a reference has the text of another one, or an odd one."""
    one, other = _any(root, dice, *EXPRESSIONS), _any(root, dice, *EXPRESSIONS)
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


def _part(root: Element, dice: Random, parts: tuple[str, ...]) -> Element:
    """A piece of BPMN; what it refers to is there, if anything like it is."""
    told = dice.choice(parts).format(id=dice.choice(_ids(root)))
    made = etree.fromstring(f'<b:x xmlns:b="{BPMN[1:-1]}">{told}</b:x>')[0]
    for name in made.attrib:
        known = [e.get("id", "") for e in root if e.tag == f"{BPMN}{name.removesuffix('Ref')}"]
        if name.endswith("Ref"):
            if not known or dice.random() < 0.2:
                known = [f"R{dice.randrange(999)}"]
                tag = name.removesuffix("Ref")
                attributes = {"id": known[0], "name": known[0], f"{tag}Code": known[0]}
                root.insert(0, etree.Element(f"{BPMN}{tag}", attributes if tag in ("error", "escalation") else
                                             {"id": known[0], "name": known[0]}))
            made.set(name, dice.choice(known))
    return made


def part(root: Element, dice: Random) -> None:
    """A node or a flow gets what it did not have: an event, a loop, a condition, a note."""
    one = _any(root, dice, *FLOWING, *FLOWS)
    if one is not None:
        fits = next((fitting for tags, fitting in FITTING if one.tag in tags), PARTS)
        one.insert(dice.choice((0, len(one))), _part(root, dice, fits if dice.random() < 0.8 else PARTS))


def handler(root: Element, dice: Random) -> None:
    """A process or a sub-process gets an event sub-process."""
    one = _any(root, dice, f"{BPMN}process", f"{BPMN}subProcess")
    if one is not None:
        made, id_ = etree.SubElement(one, f"{BPMN}subProcess", {"triggeredByEvent": "true"}), f"V{dice.randrange(999)}"
        made.set("id", id_)
        start = etree.SubElement(made, f"{BPMN}startEvent", {"id": f"{id_}s"})
        start.set("isInterrupting", dice.choice(("true", "false")))
        start.append(_part(root, dice, TRIGGERS))
        etree.SubElement(made, dice.choice((*TAGS[0], *TAGS[2])), {"id": f"{id_}t"})
        etree.SubElement(made, FLOWS[0], {"id": f"{id_}f", "sourceRef": f"{id_}s", "targetRef": f"{id_}t"})


def border(root: Element, dice: Random) -> None:
    """A node gets an event at its border, which leads to another node or nowhere."""
    hosts, others = (*TAGS[0], *TAGS[1]), FLOWING
    one, other = _any(root, dice, *(hosts if dice.random() < 0.9 else others)), _any(root, dice, *others)
    if one is None or other is None:
        return
    id_ = f"B{dice.randrange(999)}"
    attributes = {"id": id_, "attachedToRef": one.get("id", ""), "cancelActivity": dice.choice(("true", "false"))}
    event = etree.Element(f"{BPMN}boundaryEvent", attributes)
    event.append(_part(root, dice, TRIGGERS if dice.random() < 0.9 else PARTS))
    one.addnext(event)
    if dice.random() < 0.8:
        ends = {"id": f"{id_}F", "sourceRef": id_, "targetRef": other.get("id", "")}
        event.addnext(etree.Element(f"{BPMN}sequenceFlow", ends))


def child(root: Element, dice: Random) -> None:
    """Something that nobody knows stands in an element."""
    one = _any(root, dice)
    if one is not None:
        made = etree.SubElement(one, dice.choice((*FOREIGN, *dice.choice(TAGS))), {"id": dice.choice(ODD)})
        made.text = dice.choice(ODD)


def splice(root: Element, dice: Random) -> None:
    """A piece of another model."""
    one, other = _any(root, dice), _any(tree(choose(dice).xml), dice)
    if one is not None and other is not None:
        dice.choice((one.addnext, one.append))(other)


def rename(root: Element, dice: Random) -> None:
    """An id is another one, wherever it is written."""
    old, new = dice.choice(_ids(root)), dice.choice(("Ä", "é1", "id", "x" * 200, "x" * 201, "__proto__", "a.b", "9a", "a|b"))
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
    return xml.replace(dice.choice(found), dice.choice((b"", b'xmlns:bpmn="urn:x"', b'xmlns="urn:x"')), 1) if found else xml


def _other_bytes(xml: bytes, dice: Random) -> bytes:
    at = dice.randrange(len(xml))
    return xml[:at] + dice.choice((b"\xff", b"\x00", b"&", b"<", b'"', b"&#0;", b"<!--", b"]]>", "é".encode())) + xml[at:]


CHANGES: tuple[Callable[[Element, Random], None], ...] = (
    drop, double, double, double, move, nest, nest, shuffle, shuffle, value, value, value, new_value, tag, tag,
    flow, flow, flow, text, text, text, text, part, part, part, border, border, border, handler, handler, insert,
    insert, insert, insert, child, splice, rename,
)  # fmt: skip
BYTES: tuple[Callable[[bytes, Random], bytes], ...] = (_cut, _other_namespace, _other_bytes)
