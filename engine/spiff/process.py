"""A definition -> SpiffWorkflow's process spec, built once a definition and shared by all its instances.

Built by us, not by SpiffWorkflow's parser: that one recurses along the flows (a row of 500 tasks exceeds Python's
stack), orders branches by the layout and drops flows without ids. See docs/decisions/0002-no-bpmn-parser.md.
Sub-processes are flat in it: a token knows the scope that it is in.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.definition import CALL, Definition, Node
from engine.errors import Refused
from engine.spiff import gateways, specs
from engine.spiff.moves import Trigger

PREFIX = "n:"  # SpiffWorkflow's own nodes are called Start, End and Root
HOST = "host:"
ITEM = "item:"


@lru_cache(maxsize=128)
def process(definition: Definition) -> BpmnProcessSpec:
    """The spec of a definition. Never changed after it is made, so threads may share it."""
    spec = BpmnProcessSpec(name=definition.key)
    made = {node.id: _make(spec, node, definition) for node in definition.nodes.values()}
    entry = dict(made)
    for node in definition.nodes.values():
        if events := definition.attached(node.id):
            made[node.id].has_border = True
            entry[node.id] = _host(spec, node, definition, [made[node.id], *(made[event.id] for event in events)])
    for flow in definition.flows.values():
        made[flow.source].connect(entry[flow.target])
        made[flow.source].exits[flow.id] = entry[flow.target]
        if flow.condition is not None and definition.nodes[flow.source].default != flow.id:
            made[flow.source].conditions[flow.id] = flow.condition
    for node in definition.nodes.values():
        _finish(definition, node, made)
    spec.starts = {node.id: made[node.id] for node in definition.starts()}
    spec.begins = made[start.id] if (start := definition.start()) else None
    spec.event_sub_processes = _event_sub_processes(definition, None, made)
    return spec


def _make(spec: BpmnProcessSpec, node: Node, definition: Definition) -> Any:
    maker = _MAKERS.get("workItem" if node.is_work_item else node.tag)
    if maker is None:
        raise Refused("Unsur {tag} belum dapat dijalankan ({element}).", tag=node.tag, element=node.id)
    if node.many is None and node.loop is None:
        return _known(maker(spec, PREFIX + node.id, node), node, definition)
    made = _known(specs.Repeated(spec, PREFIX + node.id), node, definition)
    made.item = _known(maker(spec, ITEM + node.id, node), node, definition)
    return made


def _known(made: Any, node: Node, definition: Definition) -> Any:
    """A spec that knows what it stands for."""
    made.definition, made.node, made.element = definition, node, node.id
    made.exits, made.conditions, made.otherwise = {}, {}, node.default
    made.event_definition = Trigger(node)
    return made


def _catch(spec: BpmnProcessSpec, name: str, node: Node) -> Any:
    return specs.Pass(spec, name) if node.link else specs.CatchEvent(spec, name, None)


_MAKERS: dict[str, Callable[[BpmnProcessSpec, str, Node], Any]] = {
    "workItem": lambda spec, name, node: specs.WorkItem(spec, name),
    "startEvent": lambda spec, name, node: specs.StartEvent(spec, name, None),
    "endEvent": lambda spec, name, node: specs.EndEvent(spec, name, None),
    "boundaryEvent": lambda spec, name, node: specs.BoundaryEvent(spec, name, None, node.interrupting),
    "receiveTask": _catch,
    "intermediateCatchEvent": _catch,
    "intermediateThrowEvent": lambda spec, name, node: specs.Pass(spec, name),
    "businessRuleTask": lambda spec, name, node: specs.BusinessRule(spec, name),
    "sendTask": lambda spec, name, node: specs.Pass(spec, name),
    "parallelGateway": lambda spec, name, node: gateways.ParallelGateway(spec, name),
    "exclusiveGateway": lambda spec, name, node: gateways.ExclusiveGateway(spec, name),
    "inclusiveGateway": lambda spec, name, node: gateways.InclusiveGateway(spec, name),
    "eventBasedGateway": lambda spec, name, node: gateways.EventGateway(spec, name),
    "subProcess": lambda spec, name, node: specs.SubProcess(spec, name),
    "transaction": lambda spec, name, node: specs.SubProcess(spec, name),
    CALL: lambda spec, name, node: specs.CallActivity(spec, name),
}


def _host(spec: BpmnProcessSpec, node: Node, definition: Definition, outputs: list[Any]) -> Any:
    host = specs.Host(spec, HOST + node.id)
    host.definition, host.exits, host.conditions = definition, {}, {}
    for output in outputs:
        host.connect(output)
    return host


def _finish(definition: Definition, node: Node, made: dict[str, Any]) -> None:
    """What a spec must know of its neighbours."""
    spec = made[node.id]
    if node.tag in ("parallelGateway", "inclusiveGateway"):
        spec.entries = tuple(flow.id for flow in definition.incoming(node.id))
    elif node.is_scope:
        one = getattr(spec, "item", spec)
        one.event_sub_processes = _event_sub_processes(definition, node.id, made)
        start = definition.start(node.id)
        one.begins = made[start.id] if start else None
    elif node.tag == "startEvent":
        spec.triggered = node.parent is not None and definition.nodes[node.parent].triggered
    elif catches := definition.linked(node.id):
        spec.exits = {"": made[catches[0].id]}  # no flow of the file


def _event_sub_processes(definition: Definition, scope: str | None, made: dict[str, Any]) -> tuple[Any, ...]:
    """The start events of the event sub-processes in a scope."""
    found = []
    for node in definition.inside(scope):
        if node.triggered:
            [start] = definition.starts(node.id)
            made[start.id].sub_process = made[node.id]
            found.append(made[start.id])
    return tuple(found)
