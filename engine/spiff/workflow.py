"""One instance in memory: SpiffWorkflow's workflow, with an agenda instead of walks through the tree of tasks."""

from collections import deque
from collections.abc import Callable
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definition import Definition
from engine.errors import Refused
from engine.spiff.joins import may_join
from engine.spiff.step import Moved
from engine.values import Value

MOST_STEPS = 10_000  # automatic nodes in one advance
LIVE = TaskState.READY | TaskState.WAITING | TaskState.FUTURE
AGAIN = frozenset(  # a non-interrupting event with one of these waits again after it has fired
    f"{kind}EventDefinition" for kind in ("message", "signal", "escalation", "conditional")
)


class Workflow(BpmnWorkflow):
    """Holds the live tokens of one instance while it takes one step."""

    def __init__(self, spec: BpmnProcessSpec, definition: Definition) -> None:
        super().__init__(spec, script_engine=object(), deserializing=True)
        self.definition = definition
        self.task_tree = Task(self, spec.start, state=TaskState.COMPLETED)
        self.agenda: deque[Task] = deque()
        self.variables: dict[str, Value] = {}
        self.moved: list[Moved] = []
        self.taken: list[str] = []
        self.thrown: deque[tuple[str | None, Callable[[], None]]] = deque()  # the scope it holds open, its delivery
        self.signals: list[str] = []  # thrown in this step, for other instances
        self.outcome: str | None = None
        self.failure: str | None = None  # the code of an error that nobody caught

    def begin(self) -> None:
        """Put a token on the start event, and let the event sub-processes of the process wait."""
        [start] = self.spec.start.outputs
        self._arm(self.task_tree, None)
        start._update(self.enter(self.task_tree, start))

    def live(self) -> list[Task]:
        """The tokens, in the order they arrived."""
        return [task for task in self.tasks.values() if task.has_state(LIVE)]

    def inside(self, scope: str | None) -> list[Task]:
        """The tokens directly in a scope: the process, or the sub-process with this token."""
        return [task for task in self.live() if task.internal_data.get("scope") == scope]

    def task(self, token: str) -> Task | None:
        """The live task with this token."""
        return next((task for task in self.live() if task.id.hex == token), None)

    def enter(self, source: Task, spec: Any, flow: str | None = None, scope: str | None = None) -> Task:
        """A token arrives at a node, in the scope of the token it comes from unless another is named."""
        task = source._add_child(spec, TaskState.FUTURE)
        if scope := scope or source.internal_data.get("scope"):
            task._set_internal_data(scope=scope)
        if flow and hasattr(spec, "entries"):
            task._set_internal_data(flow=flow)
        return task

    def settle(self) -> None:
        """Run every automatic node until all tokens wait. Raises Refused after MOST_STEPS of them."""
        for _ in range(MOST_STEPS):
            if not self.agenda and not self._wake():
                return
            if self.agenda:
                task = self.agenda.popleft()
                if task.state == TaskState.READY and not task.task_spec.manual and task.id in self.tasks:
                    task.run()
        raise Refused("Lebih dari {most} langkah otomatis berturut-turut.", most=str(MOST_STEPS))

    def _wake(self) -> bool:
        """When all has come to rest: a sub-process that is empty completes, an inclusive join that may fire fires."""
        for task in self.live():
            if task.state != TaskState.WAITING:
                continue
            kind = type(task.task_spec).__name__
            if kind == "SubProcess" and self.is_empty(task):
                self.cancel_inside(task.id.hex)
                task._ready()
                return True
            if kind == "InclusiveGateway" and may_join(self, task):
                for other in self.first_arrivals(task).values():
                    if other is not task:
                        other._set_state(TaskState.COMPLETED)
                task._ready()
                return True
        return False

    def is_empty(self, sub_process: Task) -> bool:
        """Whether nothing moves in an open sub-process any more; event sub-processes that wait do not keep it.

        An escalation thrown in it keeps it until it is delivered: the sub-process is the scope that catches it.
        """
        scope = sub_process.id.hex
        if "open" not in sub_process.internal_data or any(holds == scope for holds, _ in self.thrown):
            return False
        return all(is_armed(task) for task in self.inside(scope))

    def is_over(self) -> bool:
        """Whether the instance has no token left but event sub-processes that wait."""
        return not [task for task in self.inside(None) if not is_armed(task)]

    def first_arrivals(self, join: Task) -> dict[str, Task]:
        """The oldest token on each flow into a join, in the scope of this one."""
        first: dict[str, Task] = {}
        for task in self.inside(join.internal_data.get("scope")):
            if task.task_spec is join.task_spec and (task.state == TaskState.WAITING or task is join):
                first.setdefault(task.internal_data["flow"], task)
        return first

    def left(self, task: Task) -> None:
        """A flow node of the model completed."""
        self.moved.append(Moved(task.task_spec.element, task.internal_data.get("round", 1)))

    # scopes

    def open_scope(self, task: Task, spec: Any) -> None:
        """A token enters a sub-process: its start event gets one, its event sub-processes wait."""
        self._arm(task, spec.element)
        spec.begins._update(self.enter(task, spec.begins, scope=task.id.hex))

    def _arm(self, source: Task, element: str | None) -> None:
        for start in self.spec.event_sub_processes.get(element, ()):
            scope = source.id.hex if element else None
            start._update(self.enter(source, start, scope=scope))

    def begin_event_sub_process(self, start: Task) -> None:
        """The start event of an event sub-process fired: its sub-process begins, with the start event inside it."""
        spec = start.task_spec.sub_process
        sub_process = self.enter(start, spec)
        sub_process._set_internal_data(open=1)
        sub_process._set_state(TaskState.WAITING)
        start._set_internal_data(scope=sub_process.id.hex)
        self._arm(sub_process, spec.element)

    def cancel_inside(self, scope: str | None, but: Task | None = None) -> None:
        """End every token in a scope and in the scopes within it."""
        for task in self.inside(scope):
            if task is not but:
                self.cancel_inside(task.id.hex) if task.internal_data.get("open") else None
                task.cancel()

    def repeat(self, done: Task) -> None:
        """A standard loop goes on: the same activity again, with the boundary events that wait beside it."""
        again = self.enter(done, done.task_spec)
        again._set_internal_data(loop=done.internal_data.get("loop", 1) + 1)
        for task in self.live():
            if task.internal_data.get("host") == done.id.hex:
                task._set_internal_data(host=again.id.hex)

    def stop_events_of(self, host: Task) -> None:
        """An activity is over: its waiting boundary events end."""
        for task in self.live():
            if task.internal_data.get("host") == host.id.hex:
                task.cancel()

    def stop_all(self, end: Task) -> None:
        """A terminate end event: every other token of its scope ends."""
        self.cancel_inside(end.internal_data.get("scope"), but=end)

    # events

    def fire(self, event: Task) -> None:
        """A waiting event fires: what it interrupts ends at once, one that waits again does, then it leaves."""
        node = self.definition.nodes[event.task_spec.element]
        armed = is_armed(event)
        if node.interrupting and event.internal_data.get("host"):
            self._interrupt(event)
        elif node.interrupting and armed:
            self.cancel_inside(event.internal_data.get("scope"), but=event)
        elif (armed or event.internal_data.get("host")) and self._waits_again(event):
            again = Task(self, event.task_spec, self.task_tree, TaskState.WAITING)
            again.internal_data = dict(event.internal_data)
        if race := event.internal_data.get("race"):
            self._win(event, race)
        event._set_internal_data(fired=True)
        event.task_spec._update(event)

    def _waits_again(self, event: Task) -> bool:
        node = self.definition.nodes[event.task_spec.element]
        if node.timer is None or node.timer.kind != "cycle":
            return node.event in AGAIN
        left = event.internal_data.get("ticks")
        if left is not None:
            event._set_internal_data(ticks=left - 1)
        return left is None or left > 1

    def _interrupt(self, event: Task) -> None:
        """An interrupting boundary event: its activity, what runs inside it, and the events beside it end."""
        host = event.internal_data["host"]
        self.cancel_inside(host)
        for task in self.live():
            if task is not event and host in (task.id.hex, task.internal_data.get("host")):
                task.cancel()

    def _win(self, event: Task, race: str) -> None:
        """The first event behind an event-based gateway: the gateway completes, the other events end."""
        gateway = self.task(race)
        for task in self.live():
            if task is not event and task.internal_data.get("race") == race:
                task.cancel()
        if gateway is not None:
            gateway._set_state(TaskState.COMPLETED)
            self.left(gateway)
            self.taken.append(event.internal_data["by"])

    def fail(self, end: Task, code: str | None) -> None:
        """An error: the nearest scope around it that catches it does; otherwise the instance fails."""
        catch = self._catcher(end, "errorEventDefinition", code)
        if catch is not None:
            self.fire(catch)
        else:
            self.failure = code or ""
            self.cancel_inside(None)

    def escalate(self, thrower: Task, code: str | None) -> None:
        """An escalation: the nearest scope around it that catches it does; otherwise nothing happens."""
        catch = self._catcher(thrower, "escalationEventDefinition", code)
        if catch is not None:
            self.fire(catch)

    def signal(self, name: str) -> None:
        """A signal thrown here: everybody in this instance who waits for it catches it; others are told later."""
        self.signals.append(name)
        self.catch_signal(name)

    def catch_signal(self, name: str) -> int:
        """Fire everything that waits for a signal now; how many that was."""
        waiting = [task for task in self.live() if self._hears(task, name)]
        for task in waiting:
            if task.state == TaskState.WAITING and task.id in self.tasks:  # an earlier one may have interrupted it
                self.fire(task)
        return len(waiting)

    def _hears(self, task: Task, name: str) -> bool:
        node = self.definition.nodes.get(task.task_spec.element or "")
        return node is not None and node.signal == name and task.state == TaskState.WAITING

    def _catcher(self, thrower: Task, event: str, code: str | None) -> Task | None:
        scope: str | None = thrower.internal_data.get("scope")
        while True:
            for by in ([t for t in self.inside(scope) if is_armed(t)], self._boundary(scope)):
                for task in by:
                    node = self.definition.nodes[task.task_spec.element]
                    if node.event == event and node.code in (None, code) and task.state == TaskState.WAITING:
                        return task
            if scope is None:
                return None
            scope = self.tasks[UUID(scope)].internal_data.get("scope")  # also of one that was interrupted meanwhile

    def _boundary(self, scope: str | None) -> list[Task]:
        return [task for task in self.live() if scope and task.internal_data.get("host") == scope]

    def update_waiting_tasks(self) -> None:
        """Tokens wait until the door moves them."""

    def _task_completed_notify(self, task: Task) -> None:
        self.last_task = task


def is_armed(task: Task) -> bool:
    """Whether a token is the start event of an event sub-process that waits beside a scope."""
    return bool(getattr(task.task_spec, "triggered", False) and task.state == TaskState.WAITING)
