"""What events do to the tokens of an instance: one fires, is thrown, and finds who catches it."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import feel
from engine.definition import Node
from engine.errors import Refused
from engine.spiff.step import Message
from engine.spiff.workflow import Workflow, is_armed
from engine.values import Value

AGAIN = frozenset(  # a non-interrupting event with one of these waits again after it has fired
    f"{kind}EventDefinition" for kind in ("message", "signal", "escalation", "conditional")
)

ERROR = "errorEventDefinition"


def awaited(task: Task) -> Node | None:
    """The event that a token waits for; None if it waits for none."""
    waits = task.state == TaskState.WAITING and task.task_spec.catches
    node: Node | None = task.task_spec.node if waits else None
    return node


def fire(workflow: Workflow, event: Task) -> None:
    """A waiting event fires: what it interrupts ends at once, one that waits again does, then it leaves."""
    node, kept = event.task_spec.node, event.internal_data
    armed = is_armed(event)
    if node.interrupting and kept.get("host"):
        _interrupt(workflow, event)
    elif node.interrupting and armed:
        workflow.cancel_inside(kept.get("scope"), but=event)
    elif (armed or kept.get("host")) and _waits_again(node, event):
        again = Task(workflow, event.task_spec, workflow.task_tree, TaskState.WAITING)
        again.internal_data = dict(event.internal_data)
    if race := kept.get("race"):
        _win(workflow, event, race)
    event._set_internal_data(fired=True)
    event.task_spec._update(event)


def fail(workflow: Workflow, end: Task, code: str | None) -> None:
    """An error: the nearest scope around it that catches it does; otherwise the instance fails."""
    catch = _catcher(workflow, end, ERROR, code)
    if catch is not None:
        fire(workflow, catch)
    else:
        workflow.failure = code or ""
        workflow.cancel_inside(None)


def at_border(workflow: Workflow, item: Task, event: str) -> Task | None:
    """The error event with this id that waits at the border of a work item; of one of several, at their activity's."""
    hosts = {item.id.hex, item.internal_data["scope"] if "repeats" in item.internal_data else item.id.hex}
    for task in workflow.live():
        node = awaited(task)
        if node is not None and node.id == event and node.event == ERROR and task.internal_data.get("host") in hosts:
            return task
    return None


def escalate(workflow: Workflow, thrower: Task, code: str | None) -> None:
    """An escalation: the nearest scope around it that catches it does; otherwise nothing happens."""
    catch = _catcher(workflow, thrower, "escalationEventDefinition", code)
    if catch is not None:
        fire(workflow, catch)


def signal(workflow: Workflow, name: str) -> None:
    """A signal thrown here: everybody in this instance who waits for it catches it; others are told later."""
    workflow.signals.append(name)
    catch_signal(workflow, name)


def catch_signal(workflow: Workflow, name: str) -> int:
    """Fire everything that waits for a signal now; how many that was."""
    waiting = [task for task in workflow.live() if (node := awaited(task)) is not None and node.signal == name]
    for task in waiting:
        if task.state == TaskState.WAITING and task.id in workflow.tasks:  # an earlier one may have interrupted it
            fire(workflow, task)
    return len(waiting)


def send(workflow: Workflow, name: str, key: Value) -> None:
    """A message thrown here: the oldest catch in this instance that awaits it gets it; else it goes outside."""
    catch = catch_of(workflow, name, key)
    if catch is not None:
        fire(workflow, catch)
    else:
        workflow.messages.append(Message(name, key))


def catch_of(workflow: Workflow, name: str, key: Value) -> Task | None:
    """The oldest token that awaits a message with this name and key. Raises Refused."""
    for task in workflow.live():
        node = awaited(task)
        if node is not None and node.message == name and key_at(workflow, task, node) == key:
            return task
    return None


def messages(workflow: Workflow) -> Iterator[tuple[Node, Value]]:
    """The events that wait for a message, the oldest first, with the key each asks for. Raises Refused."""
    for task in workflow.live():
        node = awaited(task)
        if node is not None and node.message is not None:
            yield node, key_at(workflow, task, node)


def key_of(start: Node, data: Mapping[str, Value], now: datetime) -> Value:
    """The key that a message start event asks for: FEEL over the message's own data. Raises Refused."""
    try:
        return feel.compile(start.key).evaluate(data, now) if start.key else None
    except feel.FeelError as error:
        text = "Kunci pesan di {element} tidak dapat dinilai: {why}"
        raise Refused(text, element=start.id, why=str(error)) from error


def key_at(workflow: Workflow, task: Task, node: Node) -> Value:
    """The key that a waiting event asks for now. Raises Refused."""
    return workflow.value(node.key, task) if node.key else None


def _waits_again(node: Node, event: Task) -> bool:
    if node.timer is None or node.timer.kind != "cycle":
        return node.event in AGAIN
    left = event.internal_data.get("ticks")
    if left is not None:
        event._set_internal_data(ticks=left - 1)
    return left is None or left > 1


def _interrupt(workflow: Workflow, event: Task) -> None:
    """An interrupting boundary event: its activity, what runs inside it, and the events beside it end."""
    host = event.internal_data["host"]
    workflow.cancel_inside(host)
    for task in workflow.live():
        if task is not event and host in (task.id.hex, task.internal_data.get("host")):
            task.cancel()


def _win(workflow: Workflow, event: Task, race: str) -> None:
    """The first event behind an event-based gateway: the gateway completes, the other events end."""
    gateway = workflow.task(race)
    for task in workflow.live():
        if task is not event and task.internal_data.get("race") == race:
            task.cancel()
    if gateway is not None:
        gateway._set_state(TaskState.COMPLETED)
        workflow.left(gateway)
        workflow.taken.append(event.internal_data["by"])


def _catcher(workflow: Workflow, thrower: Task, event: str, code: str | None) -> Task | None:
    """Scope by scope outwards: its event sub-processes, then the events at its border."""
    here: Task | None = thrower
    while here is not None:
        scope: str | None = here.internal_data.get("scope")
        armed = [task for task in workflow.inside(scope) if is_armed(task)]
        border = [task for task in workflow.live() if scope and task.internal_data.get("host") == scope]
        for task in armed + border:
            node = awaited(task)
            if node is not None and node.event == event and node.code in (None, code):
                return task
        here = workflow.around(here)
    return None
