"""A definition -> SpiffWorkflow's process spec, built once a definition and shared by all its instances.

Built by us, not by SpiffWorkflow's parser: that one recurses along the flows (a row of 500 tasks exceeds Python's
stack), orders branches by the layout and drops flows without ids. See docs/decisions/0002-no-bpmn-parser.md.
"""

from functools import lru_cache
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.definition import Definition, Node
from engine.errors import Refused
from engine.spiff import specs

PREFIX = "n:"  # SpiffWorkflow's own nodes are called Start, End and Root
HOST = "host:"


@lru_cache(maxsize=128)
def process(definition: Definition) -> BpmnProcessSpec:
    """The spec of a definition. Never changed after it is made, so threads may share it."""
    spec = BpmnProcessSpec(name=definition.key)
    made = {node.id: _make(spec, node) for node in definition.nodes.values()}
    entry = dict(made)
    for node in definition.nodes.values():
        if events := definition.attached(node.id):
            entry[node.id] = _host(spec, node, [made[node.id], *(made[event.id] for event in events)])
    for flow in definition.flows.values():
        made[flow.source].connect(entry[flow.target])
        made[flow.source].exits[flow.id] = entry[flow.target]
    for node in definition.nodes.values():
        if node.tag == "exclusiveGateway":
            _choices(definition, made[node.id])
        elif node.tag == "parallelGateway":
            made[node.id].entries = len(definition.incoming(node.id))
    spec.start.connect(made[definition.start().id])
    return spec


def _make(spec: BpmnProcessSpec, node: Node) -> Any:
    name, trigger = PREFIX + node.id, specs.Trigger(node.event == "terminateEventDefinition")
    match node.tag:
        case "startEvent":
            made = specs.StartEvent(spec, name, trigger)
        case "endEvent":
            made = specs.EndEvent(spec, name, trigger)
        case "boundaryEvent":
            made = specs.BoundaryEvent(spec, name, trigger, node.interrupting)
        case "parallelGateway":
            made = specs.ParallelGateway(spec, name)
        case "exclusiveGateway":
            made = specs.ExclusiveGateway(spec, name)
        case _ if node.is_work_item:
            made = specs.WorkItem(spec, name)
        case _:
            raise Refused("Unsur {tag} belum dapat dijalankan ({element}).", tag=node.tag, element=node.id)
    made.element, made.exits = node.id, {}
    return made


def _host(spec: BpmnProcessSpec, node: Node, outputs: list[Any]) -> Any:
    host = specs.Host(spec, HOST + node.id)
    for output in outputs:
        host.connect(output)
    return host


def _choices(definition: Definition, gateway: Any) -> None:
    """A split's conditions in the order of the file; a lone flow without a condition needs none."""
    flows, default = definition.outgoing(gateway.element), definition.nodes[gateway.element].default
    if len(flows) == 1 and flows[0].condition is None:
        default = flows[0].id
    gateway.choices = [(flow.condition or "", flow.id) for flow in flows if flow.id != default]
    gateway.otherwise = default
