"""One step of one instance: start it, complete a work item, fire a timer, receive a message."""

from collections.abc import Mapping
from dataclasses import replace

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import feel
from engine.definition import Node
from engine.errors import NotReady, Refused
from engine.spiff import events
from engine.spiff import state as states
from engine.spiff.expiry import expiries
from engine.spiff.process import process
from engine.spiff.situation import Situation
from engine.spiff.state import Memory
from engine.spiff.step import Awaited, Expiry, Opened, Step
from engine.spiff.subscriptions import subscriptions
from engine.spiff.workflow import MOST_LOOKS, Workflow
from engine.values import Value
from engine.variables import ROOT

CONDITIONAL = "conditionalEventDefinition"
AN_EVENT = 1_000  # looks that an event which happens by itself counts for
Data = Mapping[str, Value]


def start(at: Situation, data: Data, by: str | None = None) -> Step:
    """Start an instance at its none start event, or by the start event with this id. Raises Refused, NotReady."""
    at = replace(at, variables=at.variables.write(data))
    workflow, spec = Workflow(at, process), process(at.definition)
    begins = spec.starts.get(by) if by else spec.begins
    if begins is None:
        raise NotReady("Proses ini hanya dimulai oleh suatu kejadian, tidak oleh orang.")
    workflow.begin(begins)
    return _advance(workflow, Memory(), set())


def complete(at: Situation, state: bytes, token: str, data: Data) -> Step:
    """Complete a work item with its data. Raises NotReady if it is not open, Refused."""
    workflow, memory, before = _load(at, state)
    task = workflow.task(token)
    if task is None or not _is_open(task):
        raise NotReady()
    workflow.take(task, data)
    task.run()
    return _advance(workflow, memory, before)


def throw(at: Situation, state: bytes, token: str, event: str) -> Step:
    """End a work item with the error that an event at its own border catches; what it asks for is not written. Raises
    NotReady if it is not open or has no such event, Refused."""
    workflow, memory, before = _load(at, state)
    task = workflow.task(token)
    catch = events.at_border(workflow, task, event) if task is not None and _is_open(task) else None
    if catch is None:
        raise NotReady()
    events.fire(workflow, catch)
    return _advance(workflow, memory, before)


def fire(at: Situation, state: bytes, token: str) -> Step:
    """Fire a timer that waits. Raises NotReady if it does not wait (any more), Refused."""
    workflow, memory, before = _load(at, state)
    task = workflow.task(token)
    if task is None or events.awaited(task) is None:
        raise NotReady("Pewaktu ini tidak sedang menunggu.")
    events.fire(workflow, task)
    return _advance(workflow, memory, before)


def receive(at: Situation, state: bytes, message: str, key: Value, data: Data) -> Step:
    """Deliver a message to the oldest catch that awaits it. Raises NotReady if there is none, Refused."""
    workflow, memory, before = _load(at, state)
    task = events.catch_of(workflow, message, key)
    if task is None:
        raise NotReady("Tidak ada yang menunggu pesan itu.")
    workflow.take(task, data)
    events.fire(workflow, task)
    return _advance(workflow, memory, before)


def signal(at: Situation, state: bytes, name: str) -> Step | None:
    """Deliver a signal from elsewhere to everything in an instance that waits for it; None if nothing does."""
    workflow, memory, before = _load(at, state)
    if not events.catch_signal(workflow, name):
        return None
    return _advance(workflow, memory, before)


def note(at: Situation, state: bytes, scope: str, data: Data) -> Step:
    """Write values into a scope beside every step: no token moves but by a condition that they make true. Raises
    Refused, BrokenState."""
    workflow, memory, before = _load(at, state)
    workflow.into, workflow.variables = scope, workflow.variables.write(data, scope)
    return _advance(workflow, memory, before)


def waiting(at: Situation, state: bytes, message: str, key: Value) -> bool:
    """Whether an instance awaits a message. Raises Refused."""
    workflow, _, _ = _load(at, state)
    return events.catch_of(workflow, message, key) is not None


def awaited(at: Situation, state: bytes) -> list[tuple[Node, Value]]:
    """The events of an instance that wait for a message, the oldest first, with the key each asks for."""
    workflow, _, _ = _load(at, state)
    return list(events.messages(workflow))


def subscriptions_of(at: Situation, state: bytes) -> frozenset[Awaited]:
    """The messages and signals that an instance waits for. Raises BrokenState."""
    workflow, _, _ = _load(at, state)
    return workflow.awaited


def _load(at: Situation, state: bytes) -> tuple[Workflow, Memory, set[str]]:
    workflow, memory = states.decode(state, at, process)
    workflow.awaited = subscriptions(workflow)
    return workflow, memory, {task.id.hex for task in workflow.live()}


def _advance(workflow: Workflow, memory: Memory, before: set[str]) -> Step:
    """Let the tokens move until all wait. What is then due, true or thrown acts within the step, one at a time."""
    timers: dict[str, Expiry] = {}
    while workflow.looks < MOST_LOOKS:
        workflow.settle()
        workflow.looks += AN_EVENT
        _name_rounds(workflow, memory)
        live = {task.id.hex for task in workflow.live()}
        timers = {token: e for token, e in timers.items() if token in live}
        timers |= {e.token: e for e in expiries(workflow, memory, before | timers.keys())}
        if not _react(workflow, timers):
            return _step(workflow, memory, before, timers)
    raise Refused("Lebih dari {most} kejadian berturut-turut.", most=str(MOST_LOOKS // AN_EVENT))


def _react(workflow: Workflow, timers: dict[str, Expiry]) -> bool:
    """The next thing that happens by itself when all tokens have come to rest. False if nothing does."""
    if workflow.is_over():
        workflow.cancel_inside(None)  # its event sub-processes start no more: BPMN 2.0.2, 13.5.4
    if workflow.thrown:
        _, deliver = workflow.thrown.popleft()
        deliver()
        return True
    if (event := _come_true(workflow)) is not None:
        events.fire(workflow, event)
        return True
    waits = {task.id.hex: task for task in workflow.live() if events.awaited(task) is not None}
    due = [timer for timer in timers.values() if timer.due <= workflow.at.now and timer.token in waits]
    if due:
        events.fire(workflow, waits[min(due, key=lambda timer: timer.due).token])
    return bool(due)


def _come_true(workflow: Workflow) -> Task | None:
    """A conditional event whose condition has changed from false to true, or holds as it begins to wait."""
    for task in workflow.live():
        node = events.awaited(task)
        if node is None or node.event != CONDITIONAL:
            continue
        workflow.looks += AN_EVENT // 20
        before = task.internal_data.get("was", False)
        now = feel.holds_or_false(node.condition or "", workflow.seen(task), workflow.at.now)
        task._set_internal_data(was=now)
        if now and not before:
            return task
    return None


def _step(workflow: Workflow, memory: Memory, before: set[str], timers: dict[str, Expiry]) -> Step:
    finished = workflow.is_over()
    if finished:
        workflow.cancel_inside(None)
    live = {task.id.hex: task for task in workflow.live()}
    opened = [task for token, task in live.items() if _is_open(task) and token not in before]
    gone = [workflow.tasks[task] for task in workflow.tasks if task.hex in before and task.hex not in live]
    over = [scope for scope in workflow.variables.scopes if scope != ROOT and scope.partition(":")[0] not in live]
    return Step(
        state=states.encode(workflow, memory),
        finished=finished,
        variables=workflow.variables.close(*over) if over else workflow.variables,
        completed=tuple(workflow.moved),
        opened=tuple(_opened(workflow, task) for task in opened),
        closed=tuple(task.id.hex for task in gone if task.task_spec.manual),
        timers=tuple(timer for token, timer in timers.items() if token in live),
        stopped=tuple(task.id.hex for task in gone if not task.task_spec.manual),
        flows=tuple(flow for flow in workflow.taken if flow),
        into=workflow.into,
        written=tuple(workflow.written),
        outcome=workflow.outcome,
        signals=tuple(workflow.signals),
        messages=tuple(workflow.messages),
        awaited=workflow.awaited,
        awaits=subscriptions(workflow),
        failure=workflow.failure,
    )


def _opened(workflow: Workflow, task: Task) -> Opened:
    kept, lane = task.internal_data, workflow.lane(task)
    around = (activity.internal_data.get("item") for activity in workflow.activities(task))
    item = kept.get("item") or next(filter(None, around), None)
    names = (task.id.hex, workflow.name_of(task), kept["round"], item)
    return Opened(*names, *lane, workflow.data_scope(task))


def _name_rounds(workflow: Workflow, memory: Memory) -> None:
    """Number the work items of each element in the order they open; items of one activity share its round."""
    for task in workflow.live():
        if task.task_spec.manual and "round" not in task.internal_data:
            owner = workflow.around(task) if "item" in task.internal_data else task
            assert owner is not None
            if "round" not in owner.internal_data:
                name = workflow.name_of(task)
                memory.rounds[name] = owner.internal_data["round"] = memory.rounds.get(name, 0) + 1
            task.internal_data["round"] = owner.internal_data["round"]


def _is_open(task: Task) -> bool:
    return bool(task.task_spec.manual and task.state == TaskState.READY)
