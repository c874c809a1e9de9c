"""What a BPMN file says, as plain values: the one reading that lint, the engine and the pages share."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from engine.errors import Problem, Rejected

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SOPAN = "urn:sopan:bpmn:1"
LARGEST_FILE = 4_000_000  # bytes
DEEPEST_FILE = 100  # levels of nesting

WORK_ITEMS = frozenset({"userTask", "manualTask", "task"})
EVENTS = frozenset({"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"})
GATEWAYS = frozenset(f"{kind}Gateway" for kind in ("exclusive", "parallel", "inclusive", "eventBased", "complex"))
AUTOMATIC = frozenset({"sendTask", "receiveTask", "scriptTask", "serviceTask", "businessRuleTask"})
SCOPES = frozenset({"subProcess", "adHocSubProcess", "transaction", "callActivity"})
FLOW_NODES = WORK_ITEMS | EVENTS | GATEWAYS | AUTOMATIC | SCOPES


@dataclass(frozen=True)
class Requirement:
    """One line of a step's kelengkapan: what must be there, and whether it is uploaded at this step."""

    name: str
    upload: bool


@dataclass(frozen=True)
class Timer:
    """A timer event as written: ISO text or FEEL after "=", and our attributes for working time."""

    kind: str  # "duration" | "date" | "cycle"
    text: str
    unit: str | None = None
    warn: str | None = None
    clock: str = "sendiri"  # or "bersama:NAME"
    begins: str | None = None  # the date variable at which a shared clock begins


@dataclass(frozen=True)
class Node:
    """A flow node: an event, a work item or a gateway, under the analyst's id."""

    id: str
    tag: str
    name: str
    lane: str | None = None
    form: str | None = None
    requirements: tuple[Requirement, ...] = ()
    outputs: tuple[str, ...] = ()
    number: str = ""  # the SOP's own numbering
    activity: str = ""  # the SOP's own words
    time: str = ""  # the SOP's own Waktu column
    basis: str = ""  # legal basis of a step that the SOP does not have
    default: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    event: str | None = None  # local name of its event definition
    timer: Timer | None = None
    message: str | None = None
    key: str | None = None  # FEEL correlation key of a catching message

    @property
    def is_work_item(self) -> bool:
        return self.tag in WORK_ITEMS


@dataclass(frozen=True)
class Flow:
    """A sequence flow, in the order of the file."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None


@dataclass(frozen=True)
class Definition:
    """One process of a file."""

    key: str
    name: str
    prefix: str
    file: str
    sha256: str
    executable: bool
    nodes: dict[str, Node] = field(compare=False)
    flows: dict[str, Flow] = field(compare=False)
    lanes: tuple[str, ...] = ()
    element: etree._Element = field(compare=False, repr=False, kw_only=True)

    def outgoing(self, node: str) -> list[Flow]:
        """The flows out of a node, in the order of the file."""
        return [flow for flow in self.flows.values() if flow.source == node]

    def incoming(self, node: str) -> list[Flow]:
        """The flows into a node, in the order of the file."""
        return [flow for flow in self.flows.values() if flow.target == node]

    def start(self) -> Node:
        """The none start event. Lint has made sure that there is exactly one."""
        return next(node for node in self.nodes.values() if node.tag == "startEvent")

    def attached(self, node: str) -> list[Node]:
        """The boundary events of an activity."""
        return [event for event in self.nodes.values() if event.attached_to == node]

    def sla(self, node: str) -> Timer | None:
        """The timer that says how long a step may take: its non-interrupting timer boundary event."""
        events = [e for e in self.attached(node) if e.timer and not e.interrupting and e.timer.kind == "duration"]
        return events[0].timer if events else None


def parse(content: bytes, file: str) -> etree._Element:
    """The XML of a BPMN file, read safely. Raises Rejected: too large, not XML, a DOCTYPE, no BPMN definitions."""
    if len(content) > LARGEST_FILE:
        raise _rejected(file, "file-size", f"Berkas lebih besar dari {LARGEST_FILE // 1_000_000} MB.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _rejected(file, "xml", f"Bukan XML yang benar: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _rejected(file, "doctype", "DOCTYPE tidak diperbolehkan dalam berkas BPMN. Hapus baris itu.")
    if root.tag != f"{{{BPMN}}}definitions":
        raise _rejected(file, "bpmn", "Bukan berkas BPMN 2.0: unsur terluarnya bukan bpmn:definitions.")
    if _depth(root) > DEEPEST_FILE:
        raise _rejected(file, "xml", "Unsur bersarang terlalu dalam.")
    return root


@lru_cache(maxsize=64)
def read(content: bytes, file: str) -> tuple[Definition, ...]:
    """Every process of a BPMN file, in the order of the file. Raises Rejected."""
    root = parse(content, file)
    sha256 = hashlib.sha256(content).hexdigest()
    messages = {m.get("id", ""): m for m in root.findall(_bpmn("message"))}
    return tuple(_process(element, file, sha256, messages) for element in root.findall(_bpmn("process")))


def _process(element: etree._Element, file: str, sha256: str, messages: dict[str, etree._Element]) -> Definition:
    key = element.get("id", "")
    lanes = dict(_lanes(element))
    nodes = [_node(child, lanes, messages) for child in element if _local(child) in FLOW_NODES]
    flows = [_flow(child, n) for n, child in enumerate(element.findall(_bpmn("sequenceFlow")), 1)]
    return Definition(
        key=key,
        name=element.get("name") or key,
        prefix=element.get(_sopan("prefix")) or key[:3].upper(),
        file=file,
        sha256=sha256,
        executable=element.get("isExecutable") == "true",
        nodes={node.id: node for node in nodes},
        flows={flow.id: flow for flow in flows},
        lanes=tuple(dict.fromkeys(_name(lane) for lane in element.iter(_bpmn("lane")))),
        element=element,
    )


def _node(element: etree._Element, lanes: dict[str, str], messages: dict[str, etree._Element]) -> Node:
    node_id, extensions = element.get("id", ""), element.find(_bpmn("extensionElements"))
    found = [e for e in extensions if isinstance(e.tag, str)] if extensions is not None else []
    sop = next((e for e in found if e.tag == _sopan("sop")), None)
    event = next((c for c in element if (_local(c) or "").endswith("EventDefinition")), None)
    message = messages.get((event.get("messageRef") or "") if event is not None else "")
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
        interrupting=element.get("cancelActivity", "true") != "false",
        event=_local(event) if event is not None else None,
        timer=_timer(event, element) if event is not None and _local(event) == "timerEventDefinition" else None,
        message=message.get("name") if message is not None else None,
        key=element.get(_sopan("key")) or (event.get(_sopan("key")) if event is not None else None),
    )


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
            yield (reference.text or "").strip(), _name(lane)


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
