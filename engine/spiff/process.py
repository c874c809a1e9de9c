"""A definition -> SpiffWorkflow's process spec, built once a definition and shared by all its instances.

Built by us, not by SpiffWorkflow's parser: that one recurses along the flows (a row of 500 tasks exceeds Python's
stack), orders branches by the layout and drops flows without ids. See docs/decisions/0002-no-bpmn-parser.md.
Sub-processes are flat in it: a token knows the scope that it is in.
"""

from collections.abc import Callable
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
        if flow.condition is not None and definition.nodes[flow.source].default != flow.id:
            made[flow.source].conditions[flow.id] = flow.condition
    for node in definition.nodes.values():
        _finish(definition, node, made)
    spec.start.connect(made[definition.start().id])
    spec.event_sub_processes = _event_sub_processes(definition, made)
    return spec


def _make(spec: BpmnProcessSpec, node: Node) -> Any:
    maker = _MAKERS.get("workItem" if node.is_work_item else node.tag)
    if maker is None:
        raise Refused("Unsur {tag} belum dapat dijalankan ({element}).", tag=node.tag, element=node.id)
    made = maker(spec, PREFIX + node.id, node)
    made.element, made.exits, made.conditions, made.otherwise = node.id, {}, {}, node.default
    made.event_definition, made.loop = specs.Trigger(node.event, node.code, node.signal), node.loop
    return made


_MAKERS: dict[str, Callable[[BpmnProcessSpec, str, Node], Any]] = {
    "workItem": lambda spec, name, node: specs.WorkItem(spec, name),
    "startEvent": lambda spec, name, node: specs.StartEvent(spec, name, None),
    "endEvent": lambda spec, name, node: specs.EndEvent(spec, name, None),
    "boundaryEvent": lambda spec, name, node: specs.BoundaryEvent(spec, name, None, node.interrupting),
    "receiveTask": lambda spec, name, node: specs.CatchEvent(spec, name, None),
    "intermediateCatchEvent": lambda spec, name, node: (specs.Pass if node.link else _catch)(spec, name),
    "intermediateThrowEvent": lambda spec, name, node: specs.Pass(spec, name),
    "parallelGateway": lambda spec, name, node: specs.ParallelGateway(spec, name),
    "exclusiveGateway": lambda spec, name, node: specs.ExclusiveGateway(spec, name),
    "inclusiveGateway": lambda spec, name, node: specs.InclusiveGateway(spec, name),
    "eventBasedGateway": lambda spec, name, node: specs.EventGateway(spec, name),
    "subProcess": lambda spec, name, node: specs.SubProcess(spec, name),
    "transaction": lambda spec, name, node: specs.SubProcess(spec, name),
}


def _catch(spec: BpmnProcessSpec, name: str) -> Any:
    return specs.CatchEvent(spec, name, None)


def _host(spec: BpmnProcessSpec, node: Node, outputs: list[Any]) -> Any:
    host = specs.Host(spec, HOST + node.id)
    host.exits, host.conditions = {}, {}
    for output in outputs:
        host.connect(output)
    return host


def _finish(definition: Definition, node: Node, made: dict[str, Any]) -> None:
    """What a spec must know of its neighbours."""
    spec = made[node.id]
    if node.tag in ("parallelGateway", "inclusiveGateway"):
        spec.entries = tuple(flow.id for flow in definition.incoming(node.id))
    elif node.is_scope and not node.triggered:
        spec.begins = made[definition.start(node.id).id]
    elif node.tag == "startEvent":
        spec.triggered = node.parent is not None and definition.nodes[node.parent].triggered
    elif catches := definition.linked(node.id):
        spec.exits = {"": made[catches[0].id]}  # no flow of the file


def _event_sub_processes(definition: Definition, made: dict[str, Any]) -> dict[str | None, list[Any]]:
    """Scope -> the start events of its event sub-processes."""
    found: dict[str | None, list[Any]] = {}
    for node in definition.nodes.values():
        if node.triggered:
            [start] = [inner for inner in definition.inside(node.id) if inner.tag == "startEvent"]
            made[start.id].sub_process = made[node.id]
            found.setdefault(node.parent, []).append(made[start.id])
    return found
