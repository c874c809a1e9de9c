"""Our events and activities: SpiffWorkflow's, less its prediction, plus what BPMN says of them."""

from collections.abc import Container
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as stock
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import dmn
from engine.feel import Scope
from engine.spiff import calls, items
from engine.spiff.moves import Moves, Trigger, waits_until_fired


class StartEvent(Moves, stock.StartEvent):
    """A start event; that of an event sub-process waits until the door fires it."""

    catches = True
    triggered: bool = False
    sub_process: Any = None  # the event sub-process that it starts

    def _arrive(self, my_task: Task) -> bool:
        return not self.triggered or waits_until_fired(my_task)

    def _on_complete_hook(self, my_task: Task) -> None:
        if self.triggered:
            self._open(my_task)
        super()._on_complete_hook(my_task)

    def _open(self, my_task: Task) -> None:
        """The event fired: its sub-process begins, with the start event inside it."""
        workflow, spec = my_task.workflow, self.sub_process
        sub_process = workflow.enter(my_task, spec)
        sub_process._set_internal_data(open=1)
        sub_process._set_state(TaskState.WAITING)
        my_task._set_internal_data(scope=sub_process.id.hex)
        workflow.arm(sub_process, spec.event_sub_processes, sub_process.id.hex)


class EndEvent(Moves, stock.EndEvent):
    """Consumes its token. Terminate ends every token of its scope; what else it throws looks for who catches it."""

    def _run_hook(self, my_task: Task) -> bool:
        my_task._set_internal_data(leaves=[])
        return True

    def _on_complete_hook(self, my_task: Task) -> None:
        super()._on_complete_hook(my_task)
        if "scope" not in my_task.internal_data:
            my_task.workflow.outcome = self.element
        self.event_definition.throw(my_task)


class Pass(Moves, BpmnTaskSpec):
    """A none or link event, or a send task: a place on the way, where something may be thrown."""

    event_definition: Trigger
    manual = False

    def _on_complete_hook(self, my_task: Task) -> None:
        self.event_definition.throw(my_task)  # its key is read where the token still is
        super()._on_complete_hook(my_task)


class BusinessRule(Moves, BpmnTaskSpec):
    """Asks a decision of the deployment, and writes its answer."""

    manual = False

    def _run_hook(self, my_task: Task) -> bool:
        workflow, node = my_task.workflow, self.node
        assert node is not None
        scope = Scope(workflow.seen(my_task), workflow.at.now)
        answer = dmn.decide(node.decision or "", workflow.at.decisions, scope)
        workflow.looks += scope.spent  # many decisions in one step are bounded together
        workflow.write(my_task, node.result or "", answer)
        return super()._run_hook(my_task)


class WorkItem(Moves, stock.UserTask):
    """Waits, ready, until a person completes it; its boundary events end with it."""


class SubProcess(Moves, BpmnTaskSpec):
    """Starts what stands in it, and completes when no token is left inside."""

    manual = False
    begins: Any = None  # the none start event inside; an event sub-process begins at the event that fired
    event_sub_processes: tuple[Any, ...] = ()  # the start events of those inside

    def _arrive(self, my_task: Task) -> bool:
        my_task._set_state(TaskState.WAITING)
        if "open" not in my_task.internal_data:  # an event sub-process is opened by its start event
            self._open(my_task)
        return False

    def _open(self, my_task: Task) -> None:
        workflow, scope = my_task.workflow, my_task.id.hex
        my_task._set_internal_data(open=1)
        workflow.arm(my_task, self.event_sub_processes, scope)
        self.begins._update(workflow.enter(my_task, self.begins, scope=scope))

    def wakes(self, my_task: Task, busy: Container[str | None]) -> bool:
        if "open" not in my_task.internal_data or my_task.id.hex in busy:
            return False
        my_task.workflow.cancel_inside(my_task.id.hex)  # event sub-processes that wait
        return True


class CallActivity(SubProcess):
    """A sub-process that stands elsewhere: what runs inside it is another process, with variables of its own."""

    def _open(self, my_task: Task) -> None:
        calls.begin(my_task.workflow, my_task)

    def _on_complete_hook(self, my_task: Task) -> None:
        calls.finish(my_task.workflow, my_task)
        super()._on_complete_hook(my_task)


class Repeated(Moves, BpmnTaskSpec):
    """A multi-instance activity or a standard loop: waits while its items run inside it."""

    manual = False
    item: Any  # the spec of one item

    def _arrive(self, my_task: Task) -> bool:
        my_task._set_state(TaskState.WAITING)
        items.begin(my_task.workflow, my_task)
        return False

    def _on_complete_hook(self, my_task: Task) -> None:
        self._stop_border(my_task)
        self._leave(my_task)


class Host(Moves, BoundaryEventSplit):
    """An activity with boundary events: starts it, then makes its events wait."""

    def _run_hook(self, my_task: Task) -> bool:
        return True

    def _on_complete_hook(self, my_task: Task) -> None:
        main, *border = self.outputs
        host = my_task.workflow.enter(my_task, main)
        for event in border:
            my_task.workflow.enter(my_task, event)._set_internal_data(host=host.id.hex)


class CatchEvent(Moves, stock.IntermediateCatchEvent):
    """Waits until the door fires it; one that races behind an event-based gateway ends the others."""

    catches = True

    def _arrive(self, my_task: Task) -> bool:
        return waits_until_fired(my_task)


class BoundaryEvent(Moves, stock.BoundaryEvent):
    """Waits beside its activity until the door fires it."""

    catches = True

    def _arrive(self, my_task: Task) -> bool:
        return waits_until_fired(my_task)
