"""What the fuzzer adds to a model: nodes on a flow, events at a border, event sub-processes, loops, conditions."""

from copy import deepcopy
from random import Random

from fuzz_parts import BPMN, FITTING, FLOWING, ON_THE_WAY, PARTS, TAGS, TRIGGERS
from fuzz_sources import choose, tree
from lxml import etree

Element = etree._Element
FLOWS = (f"{BPMN}sequenceFlow",)


def pick(root: Element, dice: Random, *tags: str) -> Element | None:
    """An element below the root, seldom one of the drawing."""
    found = [e for e in root.iter(*(tags or ("*",))) if e.getparent() is not None]
    model = [e for e in found if "/DI}" not in str(e.tag) and "/DC}" not in str(e.tag)]
    found = model if model and dice.random() < 0.97 else found
    return dice.choice(found) if found else None


def ids_of(root: Element) -> list[str]:
    return [e.get("id", "") for e in root.iter("*") if e.get("id")]


def fresh(copy: Element, dice: Random) -> Element:
    """Other ids, and what refers to them inside follows."""
    renamed = {id_: f"{id_}_{dice.randrange(999)}" for id_ in ids_of(copy)}
    for element in copy.iter("*"):
        for name, value in element.attrib.items():
            element.set(name, renamed.get(value, value))
    return copy


def insert(root: Element, dice: Random) -> None:
    """A node stands on a flow: a plain one of any kind, or one of another model with all that it names."""
    flow = pick(root, dice, *FLOWS)
    if flow is None:
        return
    if dice.random() < 0.4:
        node = etree.Element(dice.choice(dice.choice((ON_THE_WAY, FLOWING))), {"id": f"N{dice.randrange(999)}"})
        if node.tag == f"{BPMN}intermediateCatchEvent":
            node.append(a_part(root, dice, TRIGGERS))
    else:
        theirs = tree(choose(dice).xml)
        found = pick(theirs, dice, *ON_THE_WAY)
        if found is None:
            return
        node = fresh(deepcopy(found), dice)
        named = {value for element in node.iter("*") for value in element.attrib.values()}
        for element in theirs:
            if element.get("id") in named - set(ids_of(root)):
                root.insert(0, deepcopy(element))
    flow.addprevious(node)
    ends = {"id": f"F{dice.randrange(999)}", "sourceRef": node.get("id", ""), "targetRef": flow.get("targetRef", "")}
    flow.set("targetRef", ends["sourceRef"])
    flow.addnext(etree.Element(flow.tag, ends))


def a_part(root: Element, dice: Random, parts: tuple[str, ...]) -> Element:
    """A piece of BPMN; what it refers to is there, if anything like it is."""
    told = dice.choice(parts).format(id=dice.choice(ids_of(root)))
    made = etree.fromstring(f'<b:x xmlns:b="{BPMN[1:-1]}">{told}</b:x>')[0]
    for name in made.attrib:
        known = [e.get("id", "") for e in root if e.tag == f"{BPMN}{name.removesuffix('Ref')}"]
        if name.endswith("Ref"):
            if not known or dice.random() < 0.2:
                known = [f"R{dice.randrange(999)}"]
                tag = name.removesuffix("Ref")
                attributes = {"id": known[0], "name": known[0], f"{tag}Code": known[0]}
                root.insert(
                    0,
                    etree.Element(
                        f"{BPMN}{tag}",
                        attributes if tag in ("error", "escalation") else {"id": known[0], "name": known[0]},
                    ),
                )
            made.set(name, dice.choice(known))
    return made


def part(root: Element, dice: Random) -> None:
    """A node or a flow gets what it did not have: an event, a loop, a condition, a note."""
    one = pick(root, dice, *FLOWING, *FLOWS)
    if one is not None:
        fits = next((fitting for tags, fitting in FITTING if one.tag in tags), PARTS)
        one.insert(dice.choice((0, len(one))), a_part(root, dice, fits if dice.random() < 0.8 else PARTS))


def handler(root: Element, dice: Random) -> None:
    """A process or a sub-process gets an event sub-process."""
    one = pick(root, dice, f"{BPMN}process", f"{BPMN}subProcess")
    if one is not None:
        made, id_ = etree.SubElement(one, f"{BPMN}subProcess", {"triggeredByEvent": "true"}), f"V{dice.randrange(999)}"
        made.set("id", id_)
        start = etree.SubElement(made, f"{BPMN}startEvent", {"id": f"{id_}s"})
        start.set("isInterrupting", dice.choice(("true", "false")))
        start.append(a_part(root, dice, TRIGGERS))
        etree.SubElement(made, dice.choice((*TAGS[0], *TAGS[2])), {"id": f"{id_}t"})
        etree.SubElement(made, FLOWS[0], {"id": f"{id_}f", "sourceRef": f"{id_}s", "targetRef": f"{id_}t"})


def border(root: Element, dice: Random) -> None:
    """A node gets an event at its border, which leads to another node or nowhere."""
    hosts, others = (*TAGS[0], *TAGS[1]), FLOWING
    one, other = pick(root, dice, *(hosts if dice.random() < 0.9 else others)), pick(root, dice, *others)
    if one is None or other is None:
        return
    id_ = f"B{dice.randrange(999)}"
    attributes = {"id": id_, "attachedToRef": one.get("id", ""), "cancelActivity": dice.choice(("true", "false"))}
    event = etree.Element(f"{BPMN}boundaryEvent", attributes)
    event.append(a_part(root, dice, TRIGGERS if dice.random() < 0.9 else PARTS))
    one.addnext(event)
    if dice.random() < 0.8:
        ends = {"id": f"{id_}F", "sourceRef": id_, "targetRef": other.get("id", "")}
        event.addnext(etree.Element(f"{BPMN}sequenceFlow", ends))
