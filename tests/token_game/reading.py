"""BPMN XML -> nodes and flows as plain values. What the game does not know is Unsupported, naming the element."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from lxml import etree

from .refusals import Unsupported

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
TASKS = frozenset({"userTask", "manualTask", "task"})
SCOPES = frozenset({"subProcess", "transaction"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
CATCHES = frozenset({"intermediateCatchEvent", "receiveTask"})
NODES = TASKS | SCOPES | GATEWAYS | CATCHES | {"startEvent", "endEvent", "boundaryEvent", "intermediateThrowEvent"}
SILENT = frozenset(
    {"laneSet", "extensionElements", "documentation", "incoming", "outgoing", "sequenceFlow", "condition"}
)
EVENTS = {
    "startEvent": {"message", "timer", "error", "escalation", "conditional"},
    "endEvent": {"terminate", "error", "escalation"},
    "boundaryEvent": {"message", "timer", "error", "escalation", "conditional"},
    "intermediateCatchEvent": {"message", "timer", "conditional", "link"},
    "intermediateThrowEvent": {"link", "escalation"},
}


class Constant:
    """Never changes, so a copy of the game shares it."""

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self


@dataclass(frozen=True)
class Node(Constant):
    """A flow node. `detail`: message or link name, error or escalation code (None: any), condition, time."""

    id: str
    tag: str
    parent: str | None
    event: str | None = None
    detail: str | None = None
    timed: str | None = None  # "timeDuration" | "timeDate" | "timeCycle"
    host: str | None = None
    interrupting: bool = True
    triggered: bool = False  # an event sub-process
    default: str | None = None


@dataclass(frozen=True)
class Flow(Constant):
    """A sequence flow."""

    id: str
    source: str
    target: str
    condition: str | None


class Model(Constant):
    """One process."""

    def __init__(self, xml: bytes) -> None:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
        self.names = {e.get("id"): e for e in root if e.get("id")}
        self.nodes: dict[str, Node] = {}
        self.flows: list[Flow] = []  # CONTRACT: "in the order of the sequenceFlow elements in the file"
        [process] = root.findall(f"{BPMN}process")
        for element in process.iter(f"{BPMN}sequenceFlow"):
            self.flows.append(_flow(element, len(self.flows)))
        self._read(process, None)

    def _read(self, scope: etree._Element, parent: str | None) -> None:
        for element in scope:
            tag = _tag(element)
            if tag in NODES:
                node = self._node(element, tag, parent)
                self.nodes[node.id] = node
                if tag in SCOPES:
                    self._read(element, node.id)
            elif tag not in SILENT:
                raise Unsupported(f"{tag} in {parent}")

    def _node(self, element: etree._Element, tag: str, parent: str | None) -> Node:
        if any(_tag(child).endswith("LoopCharacteristics") for child in element):
            raise Unsupported(f"a loop at {element.get('id')}")
        event, detail, timed = self._event(element, tag)
        if tag == "startEvent":
            interrupting = element.get("isInterrupting") != "false"
        else:
            interrupting = element.get("cancelActivity") != "false" or event == "error"
        triggered = element.get("triggeredByEvent") == "true"
        more = (element.get("attachedToRef"), interrupting, triggered, element.get("default"))
        return Node(element.get("id") or "", tag, parent, event, detail, timed, *more)

    def _event(self, element: etree._Element, tag: str) -> tuple[str | None, str | None, str | None]:
        if tag == "receiveTask":
            return "message", self._named(element.get("messageRef"), "name"), None
        found = [(_tag(e).removesuffix("EventDefinition"), e) for e in element if _tag(e).endswith("EventDefinition")]
        if not found:
            return None, None, None
        [(kind, definition)] = found
        if kind not in EVENTS.get(tag, ()):
            raise Unsupported(f"{kind} at {element.get('id')}")
        if kind == "timer":
            [time] = [e for e in definition if _tag(e) in ("timeDuration", "timeDate", "timeCycle")]
            return kind, (time.text or "").strip(), _tag(time)
        if kind == "conditional":
            return kind, definition.findtext(f"{BPMN}condition"), None
        if kind == "link":
            return kind, definition.get("name"), None
        attribute = {"message": "name"}.get(kind, f"{kind}Code")
        return kind, self._named(definition.get(f"{kind}Ref"), attribute), None

    def _named(self, reference: str | None, attribute: str) -> str | None:
        return self.names[reference].get(attribute) if reference else None

    def start(self, scope: str | None) -> Node:
        """The start event that stands directly in a scope."""
        [start] = [n for n in self.nodes.values() if n.tag == "startEvent" and n.parent == scope]
        return start

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


def _tag(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else "documentation"


def _flow(element: etree._Element, number: int) -> Flow:
    condition = element.findtext(f"{BPMN}conditionExpression")
    return Flow(element.get("id") or f"flow-{number}", element.get("sourceRef") or "", element.get("targetRef") or "",
                condition)  # fmt: skip
