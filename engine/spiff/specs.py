"""Our task specs: SpiffWorkflow's, less its prediction and its joins, plus what BPMN says of gateways and events.

Nothing is predicted: a node's children are made when it completes. So a live token is one task under the root, and the
state of an instance is the list of its live tokens, flat in the age of the instance.
"""

import logging
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as stock
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import Refused
from engine.feel import FeelError, holds

logging.getLogger("spiff").setLevel(logging.WARNING)  # it builds its log records before it looks at the level


class Moves:
    """What all our nodes share: a token arrives, the node becomes ready, completes, and its tokens leave."""

    name: str
    _outputs: list[str]
    outputs: list[Any]
    element: str | None = None  # the analyst's id
    exits: dict[str, Any]  # id of each outgoing flow -> the spec it leads to, in the order of the file

    def connect(self, taskspec: Any) -> None:
        """A flow from here to there, whatever its condition."""
        self._outputs.append(taskspec.name)
        taskspec._connect_notify(self)

    def _predict(self, my_task: Task, *_: object, **__: object) -> None:
        """Nothing is predicted."""

    def _update(self, my_task: Task) -> None:
        if self._arrive(my_task):
            my_task._ready()

    def _arrive(self, my_task: Task) -> bool:
        """True if the node may become ready now; otherwise the token waits."""
        return True

    def _on_ready(self, my_task: Task) -> None:
        my_task.workflow.agenda.append(my_task)

    def _run_hook(self, my_task: Task) -> bool:
        return True

    def _on_complete_hook(self, my_task: Task) -> None:
        my_task.workflow.left(my_task)
        for flow in self._chosen(my_task):
            my_task.workflow.taken.append(flow)
            child = my_task._add_child(self.exits[flow], TaskState.FUTURE)
            if isinstance(child.task_spec, ParallelGateway):
                child._set_internal_data(flow=flow)

    def _chosen(self, my_task: Task) -> list[str]:
        return list(self.exits)


class StartEvent(Moves, stock.StartEvent):
    """A none start event."""


class EndEvent(Moves, stock.EndEvent):
    """None: consumes its token. Terminate: ends every token of the instance."""

    def _on_complete_hook(self, my_task: Task) -> None:
        my_task.workflow.left(my_task)
        my_task.workflow.outcome = self.element
        if self.event_definition.terminates:
            my_task.workflow.stop_all(my_task)


class WorkItem(Moves, stock.UserTask):
    """Waits, ready, until a person completes it; its boundary events end with it."""

    def _on_complete_hook(self, my_task: Task) -> None:
        my_task.workflow.stop_events_of(my_task)
        super()._on_complete_hook(my_task)


class Host(Moves, BoundaryEventSplit):
    """An activity with boundary events: starts it, then makes its events wait."""

    def _on_complete_hook(self, my_task: Task) -> None:
        main, *events = self.outputs
        host = my_task._add_child(main, TaskState.FUTURE)
        for event in events:
            my_task._add_child(event, TaskState.FUTURE)._set_internal_data(host=host.id.hex)


class BoundaryEvent(Moves, stock.BoundaryEvent):
    """Waits beside its activity until the door fires it."""

    def _arrive(self, my_task: Task) -> bool:
        if my_task.internal_data.get("fired"):
            return True
        my_task._set_state(TaskState.WAITING)
        return False

    def _run_hook(self, my_task: Task) -> bool:
        if self.cancel_activity:
            my_task.workflow.interrupt(my_task)
        return True


class ParallelGateway(Moves, stock.ParallelGateway):
    """Fires when each incoming flow has brought a token, consuming one of each; excess tokens wait (BPMN 13.4.1)."""

    entries: int  # how many flows lead here

    def _arrive(self, my_task: Task) -> bool:
        first: dict[str, Task] = {}
        for task in my_task.workflow.tasks.values():
            if task.task_spec is self and (task.state == TaskState.WAITING or task is my_task):
                first.setdefault(task.internal_data["flow"], task)
        if len(first) < self.entries:
            my_task._set_state(TaskState.WAITING)
            return False
        for task in first.values():
            if task is not my_task:
                task._set_state(TaskState.COMPLETED)
        return True


class ExclusiveGateway(Moves, stock.ExclusiveGateway):
    """Takes the first flow whose condition is true, in the order of the file; the default flow last."""

    choices: list[tuple[str, str]]  # (condition, id of its flow)
    otherwise: str | None = None

    def _run_hook(self, my_task: Task) -> bool:
        my_task._set_internal_data(choice=self._choose(my_task.workflow.variables))
        return True

    def _choose(self, variables: dict[str, Any]) -> str:
        for condition, flow in self.choices:
            try:
                if holds(condition, variables):
                    return flow
            except FeelError as error:
                text = "Syarat di {element} tidak dapat dinilai: {why}"
                raise Refused(text, element=str(self.element), why=str(error)) from error
        if self.otherwise is None:
            raise Refused("Tidak ada syarat yang terpenuhi di {element}.", element=str(self.element))
        return self.otherwise

    def _chosen(self, my_task: Task) -> list[str]:
        return [my_task.internal_data["choice"]]


class Trigger:
    """An event definition that never fires by itself: the door says when."""

    def __init__(self, terminates: bool) -> None:
        self.terminates = terminates
