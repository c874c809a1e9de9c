"""BPMN XML -> nodes and flows as plain values. What the game does not know is Unsupported, naming the element."""

from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from .refusals import Unsupported
from .repeats import BPMN, Constant, Repeat, read_repeat, tag_of, text_of

SOPAN = "{urn:sopan:bpmn:1}"
TASKS = frozenset({"userTask", "manualTask", "task"})
SCOPES = frozenset({"subProcess", "transaction"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
CATCHES = frozenset({"intermediateCatchEvent", "receiveTask"})
ACTIVITIES = TASKS | SCOPES | {"receiveTask", "sendTask", "callActivity"}
NODES = ACTIVITIES | GATEWAYS | CATCHES | {"startEvent", "endEvent", "boundaryEvent", "intermediateThrowEvent"}
SILENT = frozenset(
    {"laneSet", "extensionElements", "documentation", "incoming", "outgoing", "sequenceFlow", "condition"}
)
INSIDE = frozenset({"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"})  # of a sub-process
EVENTS = {
    "startEvent": {"message", "timer", "signal", "error", "escalation", "conditional"},
    "endEvent": {"terminate", "error", "escalation", "signal", "message"},
    "boundaryEvent": {"message", "timer", "signal", "error", "escalation", "conditional"},
    "intermediateCatchEvent": {"message", "timer", "signal", "conditional", "link"},
    "intermediateThrowEvent": {"link", "escalation", "signal", "message"},
}


@dataclass(frozen=True)
class Node(Constant):
    """A flow node. `detail`: message, signal or link name, error or escalation code (None: any), condition, time."""

    id: str
    tag: str
    parent: str  # the process or sub-process that it stands in
    event: str | None = None
    detail: str | None = None
    timed: str | None = None  # "timeDuration" | "timeDate" | "timeCycle"
    host: str | None = None
    interrupting: bool = True
    triggered: bool = False  # an event sub-process
    default: str | None = None
    repeat: Repeat | None = None
    key: str | None = None  # FEEL, of a message
    called: str | None = None  # the process of a call activity: its id, or FEEL
    given: tuple[str, ...] | None = None  # what a call activity names: dataInput, dataOutput
    taken: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Flow(Constant):
    """A sequence flow."""

    id: str
    source: str
    target: str
    condition: str | None


class Model(Constant):
    """The processes of one file; the first is the one that a start means if it names none."""

    def __init__(self, xml: bytes) -> None:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
        self.names = {e.get("id"): e for e in root if e.get("id")}
        self.nodes: dict[str, Node] = {}
        self.flows: list[Flow] = []  # CONTRACT: "in the order of the sequenceFlow elements in the file"
        processes = {process.get("id") or "": process for process in root.findall(f"{BPMN}process")}
        self.processes = list(processes)
        for element in root.iter(f"{BPMN}sequenceFlow"):
            around = {tag_of(one) for one in element.iterancestors()}
            if around <= SCOPES | {"process", "definitions"}:
                self.flows.append(_flow(element, len(self.flows)))
        for name, process in processes.items():
            self._read(process, name)

    def _read(self, scope: etree._Element, parent: str) -> None:
        for element in scope:
            tag = tag_of(element)
            if tag in NODES:
                node = self._node(element, tag, parent)
                self.nodes[node.id] = node
                if tag in SCOPES:
                    self._read(element, node.id)
            elif tag not in SILENT and not (tag in INSIDE and parent in self.nodes):
                raise Unsupported(f"{tag} in {parent}")

    def _node(self, element: etree._Element, tag: str, parent: str) -> Node:
        event, detail, timed = self._event(element, tag)
        if tag == "startEvent":
            interrupting = element.get("isInterrupting") != "false"
        else:
            interrupting = element.get("cancelActivity") != "false" or event == "error"
        triggered = element.get("triggeredByEvent") == "true"
        host, default = element.get("attachedToRef"), element.get("default")
        repeat = read_repeat(element) if tag in ACTIVITIES else None
        places = (element, *(e for e in element if tag_of(e).endswith("EventDefinition")))
        key = next((e.get(f"{SOPAN}key") for e in places if e.get(f"{SOPAN}key")), None)
        called, (given, taken) = element.get("calledElement"), _named_data(element)
        return Node(element.get("id") or "", tag, parent, event, detail, timed, host, interrupting, triggered, default,
                    repeat, key, called, given, taken)  # fmt: skip

    def _event(self, element: etree._Element, tag: str) -> tuple[str | None, str | None, str | None]:
        if tag in ("receiveTask", "sendTask"):
            return "message", self._named(element.get("messageRef"), "name"), None
        found = [e for e in element if tag_of(e).endswith("EventDefinition")]
        if not found:
            return None, None, None
        [definition] = found
        kind = tag_of(definition).removesuffix("EventDefinition")
        if kind not in EVENTS.get(tag, ()):
            raise Unsupported(f"{kind} at {element.get('id')}")
        if kind == "timer":
            [time] = [e for e in definition if tag_of(e) in ("timeDuration", "timeDate", "timeCycle")]
            return kind, (text_of(time) or "").strip(), tag_of(time)
        if kind == "conditional":
            return kind, text_of(definition, "condition"), None
        if kind == "link":
            return kind, definition.get("name"), None
        attribute = "name" if kind in ("message", "signal") else f"{kind}Code"
        return kind, self._named(definition.get(f"{kind}Ref"), attribute), None

    def _named(self, reference: str | None, attribute: str) -> str | None:
        return self.names[reference].get(attribute) if reference else None

    def start(self, scope: str) -> Node:
        """The start event of a sub-process or of a process that is called: the one without a trigger, if it has one."""
        starts = [n for n in self.nodes.values() if n.tag == "startEvent" and n.parent == scope]
        [start] = [n for n in starts if n.event is None] or starts
        return start

    def starts(self, kind: str, name: str | None) -> list[Node]:
        """BPMN 10.5.2: the start events that begin an instance of their process by a message or a signal."""
        found = [n for n in self.nodes.values() if n.tag == "startEvent" and n.parent in self.processes]
        return [n for n in found if n.event == kind and n.detail == name]

    def outgoing(self, node: str) -> list[Flow]:
        return self._out.get(node, [])

    def incoming(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == node]

    def attached(self, host: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.host == host]

    def handlers(self, scope: str | None) -> list[Node]:
        """The start events of the event sub-processes of a scope."""
        return [self.start(n.id) for n in self.nodes.values() if n.triggered and n.parent == scope]

    @cached_property
    def _out(self) -> dict[str, list[Flow]]:
        found: dict[str, list[Flow]] = {}
        for flow in self.flows:
            found.setdefault(flow.source, []).append(flow)
        return found


def _named_data(element: etree._Element) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """CONTRACT, Variables: what the ioSpecification of a call activity names; None, None without one."""
    named = element.find(f"{BPMN}ioSpecification")
    if named is None:
        return None, None
    given, taken = (
        tuple(e.get("name") or e.get("id") or "" for e in named.findall(f"{BPMN}{tag}"))
        for tag in ("dataInput", "dataOutput")
    )
    return given, taken


def _flow(element: etree._Element, number: int) -> Flow:
    condition = text_of(element, "conditionExpression")
    return Flow(element.get("id") or f"flow-{number}", element.get("sourceRef") or "", element.get("targetRef") or "",
                condition)  # fmt: skip
