"""One instance in memory: SpiffWorkflow's workflow, with an agenda instead of walks through the tree of tasks."""

from collections import deque

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import Refused
from engine.spiff.step import Moved
from engine.values import Value

MOST_STEPS = 10_000  # automatic nodes in one advance
LIVE = TaskState.READY | TaskState.WAITING | TaskState.FUTURE


class Workflow(BpmnWorkflow):
    """Holds the live tokens of one instance while it takes one step."""

    def __init__(self, spec: BpmnProcessSpec) -> None:
        super().__init__(spec, script_engine=object(), deserializing=True)
        self.task_tree = Task(self, spec.start, state=TaskState.COMPLETED)
        self.agenda: deque[Task] = deque()
        self.variables: dict[str, Value] = {}
        self.moved: list[Moved] = []
        self.taken: list[str] = []
        self.outcome: str | None = None

    def begin(self) -> None:
        """Put a token on the start event."""
        [start] = self.spec.start.outputs
        start._update(self.task_tree._add_child(start, TaskState.FUTURE))

    def live(self) -> list[Task]:
        """The tokens, in the order they arrived."""
        return [task for task in self.tasks.values() if task.has_state(LIVE)]

    def task(self, token: str) -> Task | None:
        """The live task with this token."""
        return next((task for task in self.live() if task.id.hex == token), None)

    def settle(self) -> None:
        """Run every automatic node until all tokens wait. Raises Refused after MOST_STEPS of them."""
        for _ in range(MOST_STEPS):
            if not self.agenda:
                return
            task = self.agenda.popleft()
            if task.state == TaskState.READY and not task.task_spec.manual:
                task.run()
        raise Refused("Lebih dari {most} langkah otomatis berturut-turut.", most=str(MOST_STEPS))

    def left(self, task: Task) -> None:
        """A flow node of the model completed."""
        self.moved.append(Moved(task.task_spec.element, task.internal_data.get("round", 1)))

    def stop_events_of(self, host: Task) -> None:
        """An activity is over: its waiting boundary events end."""
        for task in self.live():
            if task.internal_data.get("host") == host.id.hex:
                task.cancel()

    def interrupt(self, event: Task) -> None:
        """An interrupting boundary event fired: its activity and the events beside it end."""
        host = event.internal_data["host"]
        for task in self.live():
            if task is not event and host in (task.id.hex, task.internal_data.get("host")):
                task.cancel()

    def stop_all(self, end: Task) -> None:
        """A terminate end event: every other token ends."""
        for task in self.live():
            if task is not end:
                task.cancel()

    def update_waiting_tasks(self) -> None:
        """Tokens wait until the door moves them."""

    def _task_completed_notify(self, task: Task) -> None:
        self.last_task = task
