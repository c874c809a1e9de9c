"""One instance in memory: SpiffWorkflow's workflow, with an agenda instead of walks through the tree of tasks."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import feel
from engine.definition import Definition
from engine.errors import Refused
from engine.spiff.situation import Situation
from engine.spiff.step import Awaited, Message, Moved, Written
from engine.values import Value
from engine.variables import ROOT

MOST_STEPS = 10_000  # automatic nodes in one advance
MOST_LOOKS = 5_000_000  # tokens looked at in one advance: seconds
LIVE = TaskState.READY | TaskState.WAITING | TaskState.FUTURE
Held = tuple[str | None, ...]  # scopes that do not end yet; None: the process


class Tasks(dict[UUID, Task]):
    """Every task of a step; `begun`: those not yet seen to be finished, so that a long step need not look at all."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[Task] = []

    def __setitem__(self, key: UUID, task: Task) -> None:
        super().__setitem__(key, task)
        self.begun.append(task)


class Workflow(BpmnWorkflow):
    """Holds the live tokens of one instance while it takes one step."""

    def __init__(self, at: Situation, read: Callable[[Definition], BpmnProcessSpec]) -> None:
        spec = read(at.definition)
        super().__init__(spec, script_engine=object(), deserializing=True)
        self.at, self.read, self.variables = at, read, at.variables
        self.tasks = Tasks()
        self.task_tree = Task(self, spec.start, state=TaskState.COMPLETED)
        self.agenda: deque[Task] = deque()
        self.moved: list[Moved] = []
        self.taken: list[str] = []
        self.into = ROOT  # the scope that the step's own data went into
        self.written: list[Written] = []  # by the model itself
        self.thrown: deque[tuple[Held, Callable[[], None]]] = deque()  # what it holds open, its delivery
        self.signals: list[str] = []  # thrown in this step, for other instances
        self.messages: list[Message] = []  # thrown in this step, that nobody here awaits
        self.awaited = frozenset[Awaited]()  # before this step
        self.settled, self.looks = 0, 0  # automatic nodes that ran, tokens that were looked at
        self.outcome: str | None = None
        self.failure: str | None = None  # the code of an error that nobody caught

    # tokens

    def begin(self, start: Any) -> None:
        """Put a token on a start event, and let the event sub-processes of the process wait."""
        self.arm(self.task_tree, self.spec.event_sub_processes, None)
        start._update(self.enter(self.task_tree, start))

    def live(self) -> list[Task]:
        """The tokens, in the order they arrived."""
        self.tasks.begun = [task for task in self.tasks.begun if task.has_state(LIVE) and task.id in self.tasks]
        self.looks += len(self.tasks.begun)
        return list(self.tasks.begun)

    def inside(self, scope: str | None) -> list[Task]:
        """The tokens directly in a scope: the process, or the activity with this token."""
        return [task for task in self.live() if task.internal_data.get("scope") == scope]

    def task(self, token: str) -> Task | None:
        """The live task with this token."""
        return next((task for task in self.live() if task.id.hex == token), None)

    def around(self, task: Task) -> Task | None:
        """The activity that a token stands in, also one that was interrupted meanwhile; None: the process."""
        scope = task.internal_data.get("scope")
        return self.tasks[UUID(scope)] if scope else None

    def enter(self, source: Task, spec: Any, flow: str | None = None, scope: str | None = None) -> Task:
        """A token arrives at a node, in the scope of the token it comes from unless another is named."""
        task = source._add_child(spec, TaskState.FUTURE)
        if scope := scope or source.internal_data.get("scope"):
            task._set_internal_data(scope=scope)
        if flow and hasattr(spec, "entries"):
            task._set_internal_data(flow=flow)
        return task

    def settle(self) -> None:
        """Run every automatic node until all tokens wait. Raises Refused after MOST_STEPS of them in one step."""
        while self.settled < MOST_STEPS and self.looks < MOST_LOOKS:
            self.settled += 1
            if not self.agenda and not self._wake():
                return
            if self.agenda:
                task = self.agenda.popleft()
                if task.state == TaskState.READY and task.id in self.tasks:
                    task.run()
        raise Refused("Lebih dari {most} langkah otomatis berturut-turut.", most=str(MOST_STEPS))

    def _wake(self) -> bool:
        """When all has come to rest: a sub-process that is empty completes, an inclusive join that may fire fires."""
        live = self.live()
        busy = {task.internal_data.get("scope") for task in live if not is_armed(task)} | self._held()
        for task in live:
            if task.state == TaskState.WAITING and task.task_spec.wakes(task, busy):
                task._ready()
                return True
        return False

    def first_arrivals(self, join: Task) -> dict[str, Task]:
        """The oldest token on each flow into a join, in the scope of this one."""
        first: dict[str, Task] = {}
        for task in self.inside(join.internal_data.get("scope")):
            if task.task_spec is join.task_spec and (task.state == TaskState.WAITING or task is join):
                first.setdefault(task.internal_data["flow"], task)
        return first

    def left(self, task: Task) -> None:
        """A flow node of the model completed."""
        kept = task.internal_data
        self.moved.append(Moved(self.name_of(task), kept.get("round", 1), kept.get("item")))

    def name_of(self, task: Task) -> str:
        """The analyst's id of a node; one in another process carries that process' key before a bar."""
        spec = task.task_spec
        own = spec.definition == self.at.definition
        return spec.element if own else f"{spec.definition.key}|{spec.element}"

    def lane(self, task: Task) -> tuple[str | None, str]:
        """The lane of a token and the key of the process that has it: one without lanes has that of its caller."""
        spec = task.task_spec
        calls = (activity.task_spec for activity in self.activities(task) if "inside" in activity.internal_data)
        while not spec.definition.lanes and (call := next(calls, None)) is not None:
            spec = call
        return spec.node.lane, spec.definition.key

    # control scopes

    def arm(self, source: Task, starts: Any, scope: str | None) -> None:
        """Event sub-processes begin to wait in a scope."""
        for start in starts:
            start._update(self.enter(source, start, scope=scope))

    def is_over(self) -> bool:
        """Whether the instance has no token left but event sub-processes that wait, and no escalation on its way."""
        return not [task for task in self.inside(None) if not is_armed(task)] and None not in self._held()

    def _held(self) -> set[str | None]:
        return {scope for held, _ in self.thrown for scope in held}

    def cancel_inside(self, scope: str | None, but: Task | None = None) -> None:
        """End every token in a scope and in the scopes within it."""
        for task in self.inside(scope):
            if task is not but:
                self.cancel_inside(task.id.hex) if task.internal_data.get("open") else None
                task.cancel()

    def stop_events_of(self, host: Task) -> None:
        """An activity is over: its waiting boundary events end."""
        for task in self.live():
            if task.internal_data.get("host") == host.id.hex:
                task.cancel()

    # variables

    def data_scope(self, task: Task) -> str:
        """The scope of variables that a token reads and writes in."""
        found: str | None = task.internal_data.get("data")
        for activity in self.activities(task) if found is None else ():
            kept = activity.internal_data
            if (found := kept.get("inside", kept.get("data"))) is not None:
                break
        return ROOT if found is None else found

    def seen(self, task: Task) -> Mapping[str, Value]:
        """The variables that a token can read."""
        return self.variables.seen(self.data_scope(task))

    def take(self, task: Task, data: Mapping[str, Value]) -> None:
        """The step's own data arrive at a token."""
        self.into = self.data_scope(task)
        self.variables = self.variables.write(data, self.into)

    def write(self, task: Task, name: str, value: Value) -> None:
        """The model itself writes a variable, where this token writes."""
        scope = self.data_scope(task)
        self.variables = self.variables.write({name: value}, scope)
        self.written.append(Written(scope, name, value))

    def value(self, text: str, task: Task) -> Value:
        """What a FEEL text is for a token. Raises Refused."""
        try:
            return feel.compile(text).evaluate(self.seen(task), self.at.now)
        except feel.FeelError as error:
            text = "Ungkapan di {element} tidak dapat dinilai: {why}"
            raise Refused(text, element=str(task.task_spec.element), why=str(error)) from error

    def activities(self, task: Task) -> Iterator[Task]:
        """The activities that a token stands in, the innermost first."""
        while (activity := self.around(task)) is not None:
            yield activity
            task = activity

    def update_waiting_tasks(self) -> None:
        """Tokens wait until the door moves them."""

    def _task_completed_notify(self, task: Task) -> None:
        self.last_task = task


def is_armed(task: Task) -> bool:
    """Whether a token is the start event of an event sub-process that waits beside a scope."""
    return bool(getattr(task.task_spec, "triggered", False) and task.state == TaskState.WAITING)
