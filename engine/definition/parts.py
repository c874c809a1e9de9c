"""The parts of a process as plain values: nodes, flows, timers, and the definition that holds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

WORK_ITEMS = frozenset({"userTask", "manualTask", "task"})
EVENTS = frozenset({"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"})
GATEWAYS = frozenset(f"{kind}Gateway" for kind in ("exclusive", "parallel", "inclusive", "eventBased", "complex"))
AUTOMATIC = frozenset({"sendTask", "receiveTask", "scriptTask", "serviceTask", "businessRuleTask"})
EMBEDDED = frozenset({"subProcess", "transaction"})
CALL = "callActivity"
SCOPES = EMBEDDED | {"adHocSubProcess", CALL}
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
class Loop:
    """A standard loop: the activity is done again while the condition holds, at most so many times."""

    condition: str | None
    maximum: str | None
    before: bool = False  # the condition is tested before each round, not after it


@dataclass(frozen=True)
class Many:
    """A multi-instance activity: how many items it has, at once or one after another, what each takes and gives."""

    sequential: bool
    cardinality: str | None  # a literal or FEEL
    collection: str | None  # the variable with an item an element
    item: str | None  # the variable in which an item finds its element
    into: str | None  # the variable that collects ...
    output: str | None  # ... what each item left in this one
    until: str | None  # FEEL: when the rest of the items is cancelled


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
    signal: str | None = None
    key: str | None = None  # FEEL correlation key of a catching message
    condition: str | None = None  # FEEL of a conditional event
    code: str | None = None  # of its error or escalation; None catches any
    link: str | None = None  # name of its link event
    parent: str | None = None  # the sub-process it stands in
    triggered: bool = False  # an event sub-process
    loop: Loop | None = None
    many: Many | None = None
    called: str | None = None  # the process that a call activity calls: its key, or FEEL after "="
    decision: str | None = None  # the decision that a business rule task asks ...
    result: str | None = None  # ... and the variable that gets the answer
    takes: tuple[str, ...] | None = None  # the variables that its ioSpecification hands in; None: it has none
    gives: tuple[str, ...] = ()  # ... and hands back

    @property
    def is_work_item(self) -> bool:
        return self.tag in WORK_ITEMS

    @property
    def is_scope(self) -> bool:
        return self.tag in EMBEDDED


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

    def start(self, scope: str | None = None) -> Node | None:
        """The none start event of the process, or of a sub-process; a process that only events start has none."""
        return next((node for node in self.starts(scope) if not node.event), None)

    def starts(self, scope: str | None = None) -> list[Node]:
        """Every start event of the process, or of a sub-process."""
        return [node for node in self.nodes.values() if node.tag == "startEvent" and node.parent == scope]

    def inside(self, scope: str | None) -> list[Node]:
        """The nodes that stand directly in the process, or in a sub-process."""
        return [node for node in self.nodes.values() if node.parent == scope]

    def attached(self, node: str) -> list[Node]:
        """The boundary events of an activity."""
        return [event for event in self.nodes.values() if event.attached_to == node]

    def returns(self, node: str) -> list[Node]:
        """The ways in which a work item can be returned: the error events at its border."""
        return [event for event in self.attached(node) if event.event == "errorEventDefinition"]

    def linked(self, node: str) -> list["Node"]:
        """Where a token comes out again that went into a throwing link event: one place in a sound model."""
        throw = self.nodes[node]
        if not throw.link or throw.tag != "intermediateThrowEvent":
            return []
        return [n for n in self.inside(throw.parent) if n.link == throw.link and n.tag == "intermediateCatchEvent"]

    def sla(self, node: str) -> Timer | None:
        """The timer that says how long a step may take: its non-interrupting timer boundary event."""
        events = [e for e in self.attached(node) if e.timer and not e.interrupting and e.timer.kind == "duration"]
        return events[0].timer if events else None

    def limit(self) -> Node | None:
        """The event that says how long a whole case may take: a timer that starts a non-interrupting event sub-process
        of the process, after a duration with a unit."""
        subs = [node.id for node in self.inside(None) if node.triggered]
        starts = [start for sub in subs for start in self.starts(sub) if start.timer and not start.interrupting]
        return next((one for one in starts if one.timer and one.timer.kind == "duration" and one.timer.unit), None)


def found_at(element: str, own: Definition, processes: Mapping[str, Definition]) -> Node:
    """The node that the door calls by this name: the analyst's id, after KEY| where it stands in a called process."""
    key, bar, node = element.rpartition("|")
    return (processes[key] if bar else own).nodes[node]
