"""Call activities: another process of the deployment runs inside one, with variables of its own."""

from typing import Any

from SpiffWorkflow.task import Task

from engine.errors import Refused
from engine.spiff.workflow import Workflow
from engine.values import Value

DEEPEST = 100  # activities around a call


def begin(workflow: Workflow, call: Task) -> None:
    """Start the called process in the call's scope, with what it is handed. Raises Refused."""
    node = call.task_spec.node
    seen, token = workflow.seen(call), call.id.hex
    if len(list(workflow.activities(call))) > DEEPEST:
        raise Refused("{element} memanggil proses lebih dalam dari {most} tingkat.", element=node.id, most=str(DEEPEST))
    called = _process(workflow, call, node.called or "")
    given = dict(seen) if node.takes is None else {name: seen.get(name) for name in node.takes}
    workflow.variables = workflow.variables.open({token: given}, None)
    call._set_internal_data(open=1, inside=token)
    workflow.arm(call, called.event_sub_processes, token)
    called.begins._update(workflow.enter(call, called.begins, scope=token))


def finish(workflow: Workflow, call: Task) -> None:
    """Hand back what the called process changed, or what the call's ioSpecification names."""
    node, token = call.task_spec.node, call.id.hex
    if node.takes is None:
        back = workflow.variables.changed(token)
    else:
        seen = workflow.variables.seen(token)
        back = {name: seen[name] for name in node.gives if name in seen}
    workflow.variables = workflow.variables.close(token)
    for name, value in back.items():
        workflow.write(call, name, value)


def _process(workflow: Workflow, call: Task, text: str) -> Any:
    key: Value = workflow.value(text, call) if text.startswith("=") else text
    definition = workflow.at.processes.get(key) if isinstance(key, str) else None
    if definition is None or definition.start() is None:
        message = "{element} memanggil proses {key}, yang tidak ada dalam penempatan ini atau tidak punya awal biasa."
        raise Refused(message, element=str(call.task_spec.element), key=str(key))
    return workflow.read(definition)
