"""One step of one instance: start it, complete a work item, fire a timer, receive a message."""

from dataclasses import dataclass
from datetime import datetime

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import feel
from engine.definition import Definition
from engine.errors import NotReady, Refused
from engine.spiff import state as states
from engine.spiff.expiry import expiry, ticks
from engine.spiff.process import process
from engine.spiff.state import Memory
from engine.spiff.step import Expiry, Opened, Step
from engine.spiff.workflow import MOST_STEPS, Workflow
from engine.values import Value
from engine.worktime import Calendar

CONDITIONAL = "conditionalEventDefinition"


@dataclass(frozen=True)
class Situation:
    """What a step may read: the model, the case's variables as they are after the step's own data, and the time."""

    definition: Definition
    variables: dict[str, Value]
    now: datetime
    calendar: Calendar


def start(situation: Situation) -> Step:
    """Start an instance at its none start event. Raises Refused."""
    workflow, memory = Workflow(process(situation.definition), situation.definition), Memory()
    workflow.variables = situation.variables
    workflow.begin()
    return _advance(workflow, memory, situation, set())


def complete(situation: Situation, state: bytes, token: str) -> Step:
    """Complete a work item. Raises NotReady if it is not open, Refused."""
    workflow, memory, before = _load(situation, state)
    task = workflow.task(token)
    if task is None or not _is_open(task):
        raise NotReady()
    task.run()
    return _advance(workflow, memory, situation, before)


def fire(situation: Situation, state: bytes, token: str) -> Step:
    """Fire a timer that waits. Raises NotReady if it does not wait (any more), Refused."""
    workflow, memory, before = _load(situation, state)
    task = workflow.task(token)
    if task is None or task.state != TaskState.WAITING:
        raise NotReady("Pewaktu ini tidak sedang menunggu.")
    workflow.fire(task)
    return _advance(workflow, memory, situation, before)


def receive(situation: Situation, state: bytes, message: str, key: Value) -> Step:
    """Deliver a message to the oldest catch that awaits it. Raises NotReady if there is none, Refused."""
    workflow, memory, before = _load(situation, state)
    task = next((task for task in workflow.live() if _awaits(task, situation, message, key)), None)
    if task is None:
        raise NotReady("Tidak ada yang menunggu pesan itu.")
    workflow.fire(task)
    return _advance(workflow, memory, situation, before)


def signal(situation: Situation, state: bytes, name: str) -> Step | None:
    """Deliver a signal from elsewhere to everything in an instance that waits for it; None if nothing does."""
    workflow, memory, before = _load(situation, state)
    if not workflow.catch_signal(name):
        return None
    return _advance(workflow, memory, situation, before)


def waiting(situation: Situation, state: bytes, message: str, key: Value) -> bool:
    """Whether an instance awaits a message."""
    workflow, _, _ = _load(situation, state)
    return any(_awaits(task, situation, message, key) for task in workflow.live())


def _load(situation: Situation, state: bytes) -> tuple[Workflow, Memory, set[str]]:
    workflow, memory = states.decode(state, process(situation.definition), situation.definition)
    workflow.variables = situation.variables
    return workflow, memory, {task.id.hex for task in workflow.live()}


def _advance(workflow: Workflow, memory: Memory, situation: Situation, before: set[str]) -> Step:
    """Let the tokens move until all wait. What is then due, true or thrown acts within the step, one at a time."""
    timers: dict[str, Expiry] = {}
    for _ in range(MOST_STEPS):
        workflow.settle()
        _name_rounds(workflow, memory)
        timers |= {e.token: e for e in _expiries(workflow, memory, situation, before | timers.keys())}
        if not _react(workflow, situation, timers):
            return _step(workflow, memory, before, timers)
    raise Refused("Lebih dari {most} kejadian berturut-turut.", most=str(MOST_STEPS))


def _react(workflow: Workflow, situation: Situation, timers: dict[str, Expiry]) -> bool:
    """The next thing that happens by itself when all tokens have come to rest. False if nothing does."""
    if workflow.thrown:
        _, deliver = workflow.thrown.popleft()
        deliver()
        return True
    if workflow.is_over():
        return False
    if (event := _come_true(workflow, situation)) is not None:
        workflow.fire(event)
        return True
    due = [e for e in timers.values() if e.due <= situation.now and (t := workflow.task(e.token)) and _waits(t)]
    if due:
        task = workflow.task(min(due, key=lambda e: e.due).token)
        assert task is not None
        workflow.fire(task)
    return bool(due)


def _come_true(workflow: Workflow, situation: Situation) -> Task | None:
    """A conditional event whose condition has changed from false to true, or holds as it begins to wait."""
    for task in workflow.live():
        node = situation.definition.nodes.get(task.task_spec.element or "")
        if node is None or node.event != CONDITIONAL or not _waits(task):
            continue
        before, now = (
            task.internal_data.get("was", False),
            feel.holds_or_false(node.condition or "", workflow.variables),
        )
        task._set_internal_data(was=now)
        if now and not before:
            return task
    return None


def _waits(task: Task) -> bool:
    return bool(task.state == TaskState.WAITING)


def _step(workflow: Workflow, memory: Memory, before: set[str], timers: dict[str, Expiry]) -> Step:
    finished = workflow.is_over()
    if finished:
        workflow.cancel_inside(None)
    live = {task.id.hex: task for task in workflow.live()}
    opened = [task for token, task in live.items() if _is_open(task) and token not in before]
    gone = [workflow.tasks[task] for task in workflow.tasks if task.hex in before and task.hex not in live]
    return Step(
        state=states.encode(workflow, memory),
        finished=finished,
        completed=tuple(workflow.moved),
        opened=tuple(Opened(t.id.hex, t.task_spec.element, t.internal_data["round"]) for t in opened),
        closed=tuple(task.id.hex for task in gone if task.task_spec.manual),
        timers=tuple(timer for token, timer in timers.items() if token in live),
        stopped=tuple(task.id.hex for task in gone if not task.task_spec.manual),
        flows=tuple(flow for flow in workflow.taken if flow),
        outcome=workflow.outcome,
        signals=tuple(workflow.signals),
        failure=workflow.failure,
    )


def _name_rounds(workflow: Workflow, memory: Memory) -> None:
    for task in workflow.live():
        if task.task_spec.manual and "round" not in task.internal_data:
            round_ = memory.rounds.get(task.task_spec.element, 0) + 1
            memory.rounds[task.task_spec.element] = task.internal_data["round"] = round_


def _expiries(workflow: Workflow, memory: Memory, situation: Situation, known: set[str]) -> list[Expiry]:
    """The timers that have begun to wait since the last look, in the order they began."""
    nodes, found = situation.definition.nodes, []
    for task in workflow.live():
        node = nodes.get(task.task_spec.element or "")
        if node is not None and node.timer and task.state == TaskState.WAITING and task.id.hex not in known:
            host = task.internal_data.get("host")
            if node.timer.kind == "cycle" and "ticks" not in task.internal_data:
                task._set_internal_data(ticks=ticks(node.timer, situation.variables, situation.now))
            place = (task.id.hex, host, node, situation.now, situation.calendar, memory, situation.variables)
            found.append(expiry(*place))
    return found


def _awaits(task: Task, situation: Situation, message: str, key: Value) -> bool:
    node = situation.definition.nodes.get(task.task_spec.element or "")
    if node is None or node.message != message or task.state != TaskState.WAITING:
        return False
    wanted = feel.compile(node.key).evaluate(situation.variables, situation.now) if node.key else None
    return bool(wanted == key)


def _is_open(task: Task) -> bool:
    return bool(task.task_spec.manual and task.state == TaskState.READY)
