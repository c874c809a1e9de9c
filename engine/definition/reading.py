"""Reading a BPMN file, safely and once."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from lxml import etree

from engine.definition.parts import CALL, FLOW_NODES, Definition, Flow, Loop, Many, Node, Requirement, Timer
from engine.errors import Problem, Rejected
from engine.values import NAME

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SOPAN = "urn:sopan:bpmn:1"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
LARGEST_FILE = 4_000_000  # bytes
DEEPEST_FILE = 100  # levels of nesting

NAMED = frozenset({"message", "error", "escalation", "signal"})  # root elements that events refer to


def parse(content: bytes, file: str) -> etree._Element:
    """The XML of a BPMN file, read safely. Raises Rejected: too large, not XML, a DOCTYPE, no BPMN definitions."""
    root = safely(content, file)
    if root.tag != f"{{{BPMN}}}definitions":
        raise _rejected(file, "bpmn", "Bukan berkas BPMN 2.0: unsur terluarnya bukan bpmn:definitions.")
    return root


def safely(content: bytes, file: str) -> etree._Element:
    """The XML of a file from outside. Raises Rejected: too large, not XML, a DOCTYPE, nested too deep."""
    if len(content) > LARGEST_FILE:
        raise _rejected(file, "file-size", f"Berkas lebih besar dari {LARGEST_FILE // 1_000_000} MB.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _rejected(file, "xml", f"Bukan XML yang benar: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _rejected(file, "doctype", "DOCTYPE tidak diperbolehkan dalam berkas BPMN. Hapus baris itu.")
    if _depth(root) > DEEPEST_FILE:
        raise _rejected(file, "xml", "Unsur bersarang terlalu dalam.")
    return root


@lru_cache(maxsize=64)
def read(content: bytes, file: str) -> tuple[Definition, ...]:
    """Every process of a BPMN file, in the order of the file. Raises Rejected."""
    root = parse(content, file)
    sha256 = hashlib.sha256(content).hexdigest()
    named = {e.get("id", ""): e for e in root if _local(e) in NAMED}
    return tuple(_process(element, file, sha256, named) for element in root.findall(_bpmn("process")))


def _process(element: etree._Element, file: str, sha256: str, named: dict[str, etree._Element]) -> Definition:
    key = element.get("id", "")
    lanes = dict(_lanes(element))
    nodes: list[Node] = []
    flows: list[Flow] = []
    _inside(element, None, lanes, named, nodes, flows)
    return Definition(
        key=key,
        name=element.get("name") or key,
        prefix=element.get(_sopan("prefix")) or key[:3].upper(),
        file=file,
        sha256=sha256,
        executable=element.get("isExecutable") in ("true", "1"),
        nodes=_first(nodes),
        flows={flow.id: flow for flow in flows},
        lanes=tuple(dict.fromkeys(_name(lane) for lane in element.iter(_bpmn("lane")))),
        element=element,
    )


def _first(nodes: list[Node]) -> dict[str, Node]:
    """By id; of several the first, so that no node stands inside itself (lint refuses them all)."""
    found: dict[str, Node] = {}
    for node in nodes:
        found.setdefault(node.id, node)
    return found


def _inside(
    element: etree._Element,
    parent: Node | None,
    lanes: dict[str, str],
    named: dict[str, etree._Element],
    nodes: list[Node],
    flows: list[Flow],
) -> None:
    """Collect the nodes and flows of a process or sub-process in the order of the file; lanes are inherited."""
    for child in element:
        if _local(child) in FLOW_NODES:
            node = _node(child, lanes, named)
            if parent is not None:
                node = replace(node, parent=parent.id, lane=node.lane or parent.lane)
            nodes.append(node)
            if node.is_scope:
                _inside(child, node, lanes, named, nodes, flows)
        elif _local(child) == "sequenceFlow":
            flows.append(_flow(child, len(flows) + 1))


def _node(element: etree._Element, lanes: dict[str, str], named: dict[str, etree._Element]) -> Node:
    node_id, extensions = element.get("id", ""), element.find(_bpmn("extensionElements"))
    found = [e for e in extensions if isinstance(e.tag, str)] if extensions is not None else []
    sop = next((e for e in found if e.tag == _sopan("sop")), None)
    event = next((c for c in element if (_local(c) or "").endswith("EventDefinition")), None)
    return Node(
        id=node_id,
        tag=_local(element) or "",
        name=element.get("name") or "",
        lane=lanes.get(node_id),
        form=next((e.get("key") for e in found if e.tag == _sopan("form")), None),
        requirements=tuple(
            Requirement(e.get("nama", ""), e.get("dokumen") == "true") for e in found if e.tag == _sopan("kelengkapan")
        ),
        outputs=tuple(e.get("nama", "") for e in found if e.tag == _sopan("output")),
        number=sop.get("nomor", "") if sop is not None else "",
        activity=sop.get("kegiatan", "") if sop is not None else "",
        time=sop.get("waktu", "") if sop is not None else "",
        basis=next((e.get("dasar", "") for e in found if e.tag == _sopan("asal")), ""),
        default=element.get("default"),
        attached_to=element.get("attachedToRef"),
        interrupting=(element.get("cancelActivity") or element.get("isInterrupting") or "true") not in ("false", "0"),
        event=_local(event) if event is not None else None,
        timer=_timer(event, element) if event is not None and _local(event) == "timerEventDefinition" else None,
        triggered=element.get("triggeredByEvent") in ("true", "1"),
        loop=_loop(element.find(_bpmn("standardLoopCharacteristics"))),
        many=_many(element.find(_bpmn("multiInstanceLoopCharacteristics"))),
        **_elsewhere(element),
        **_event(element if event is None else event, element, named),
    )


def _loop(element: etree._Element | None) -> Loop | None:
    if element is None:
        return None
    condition = element.find(_bpmn("loopCondition"))
    maximum, before = element.get("loopMaximum"), element.get("testBefore") in ("true", "1")
    return Loop(_text(condition) if condition is not None else None, maximum, before)


def _many(element: etree._Element | None) -> Many | None:
    if element is None:
        return None
    texts = {_local(child): _text(child) for child in element}
    items = {
        _local(child): _variable(child) for child in element if _local(child) in ("inputDataItem", "outputDataItem")
    }
    return Many(
        sequential=element.get("isSequential") in ("true", "1"),
        cardinality=texts.get("loopCardinality"),
        collection=texts.get("loopDataInputRef"),
        item=items.get("inputDataItem"),
        into=texts.get("loopDataOutputRef"),
        output=items.get("outputDataItem"),
        until=texts.get("completionCondition"),
    )


def _elsewhere(element: etree._Element) -> dict[str, Any]:
    """What a task names that stands outside its process: a called process, a decision."""
    found = {CALL: _call, "businessRuleTask": _asks}.get(_local(element) or "")
    return found(element) if found else {}


def _call(element: etree._Element) -> dict[str, Any]:
    """What a call activity calls, and what its ioSpecification hands in and back."""
    called, handed = {"called": element.get("calledElement")}, element.find(_bpmn("ioSpecification"))
    if handed is None:
        return called
    takes, gives = handed.findall(_bpmn("dataInput")), handed.findall(_bpmn("dataOutput"))
    return called | {"takes": tuple(map(_variable, takes)), "gives": tuple(map(_variable, gives))}


def _asks(element: etree._Element) -> dict[str, Any]:
    """The decision of a business rule task, under our names or those of Camunda 8 and 7."""
    zeebe = element.find(f"{_bpmn('extensionElements')}/{{{ZEEBE}}}calledDecision")
    places = [(element.get(_sopan("decision")), element.get(_sopan("result")))]
    if zeebe is not None:
        places.append((zeebe.get("decisionId"), zeebe.get("resultVariable")))
    places.append((element.get(f"{{{CAMUNDA}}}decisionRef"), element.get(f"{{{CAMUNDA}}}resultVariable")))
    decision, result = next((place for place in places if place[0]), (None, None))
    return {"decision": decision, "result": result or decision}


def _variable(element: etree._Element) -> str:
    """The variable that a data element stands for: its name if that can be one, else its id."""
    name, id_ = element.get("name") or "", element.get("id") or ""
    return name if NAME.fullmatch(name) else id_


def _event(event: etree._Element, element: etree._Element, named: dict[str, etree._Element]) -> dict[str, Any]:
    """What an event (or a task) names: its message and key, its signal, its condition, its code or its link."""
    message = named.get(event.get("messageRef") or "")
    signal = named.get(event.get("signalRef") or "")
    fault = named.get(event.get("errorRef") or event.get("escalationRef") or "")
    condition = event.find(_bpmn("condition"))
    return {
        "message": message.get("name") if message is not None else None,
        "key": element.get(_sopan("key")) or event.get(_sopan("key")) or _zeebe_key(message),
        "signal": signal.get("name") if signal is not None else None,
        "condition": _text(condition) if condition is not None else None,
        "code": (fault.get("errorCode") or fault.get("escalationCode") or fault.get("name"))
        if fault is not None
        else None,
        "link": event.get("name") if _local(event) == "linkEventDefinition" else None,
    }


def _zeebe_key(message: etree._Element | None) -> str | None:
    """The correlation key that Camunda 8's modeler keeps at the message."""
    path = f"{_bpmn('extensionElements')}/{{{ZEEBE}}}subscription"
    found = message.find(path) if message is not None else None
    return found.get("correlationKey") if found is not None else None


def _timer(event: etree._Element, host: etree._Element) -> Timer | None:
    kinds = {"timeDuration": "duration", "timeDate": "date", "timeCycle": "cycle"}
    for child in event:
        if (local := _local(child)) in kinds:

            def ours(name: str, child: etree._Element = child) -> str | None:
                places = (child, event, host)
                return next((place.get(_sopan(name)) for place in places if place.get(_sopan(name))), None)

            text = _text(child)
            clock = ours("clock") or "sendiri"
            return Timer(kinds[local], text, ours("unit"), ours("warn"), clock, ours("mulai"))
    return None


def _flow(element: etree._Element, number: int) -> Flow:
    condition = element.find(_bpmn("conditionExpression"))
    text = _text(condition) if condition is not None else None
    source, target = element.get("sourceRef", ""), element.get("targetRef", "")
    return Flow(element.get("id") or f"_flow_{number}", source, target, element.get("name") or "", text or None)


def _lanes(process: etree._Element) -> Iterator[tuple[str, str]]:
    """(node id, lane name); an inner lane comes after the lane around it, and so wins."""
    for lane in process.iter(_bpmn("lane")):
        for reference in lane.findall(_bpmn("flowNodeRef")):
            yield _text(reference), _name(lane)


def _depth(root: etree._Element) -> int:
    deepest, level = 0, 0
    for action, _ in etree.iterwalk(root, events=("start", "end")):
        level += 1 if action == "start" else -1
        deepest = max(deepest, level)
    return deepest


def _text(element: etree._Element) -> str:
    return str(element.xpath("string()")).strip()


def _name(element: etree._Element) -> str:
    return element.get("name") or element.get("id") or ""


def _local(element: etree._Element) -> str | None:
    tag = element.tag
    return tag.removeprefix(f"{{{BPMN}}}") if isinstance(tag, str) and tag.startswith(f"{{{BPMN}}}") else None


def _bpmn(name: str) -> str:
    return f"{{{BPMN}}}{name}"


def _sopan(name: str) -> str:
    return f"{{{SOPAN}}}{name}"


def _rejected(file: str, rule: str, message: str) -> Rejected:
    return Rejected([Problem(file, None, rule, "error", message)])
