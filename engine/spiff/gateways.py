"""Our gateways: SpiffWorkflow's, less its joins and the order in which it tries flows."""

from collections.abc import Container

from SpiffWorkflow.bpmn.specs import defaults as stock
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.joins import may_join
from engine.spiff.moves import Moves


class EventGateway(Moves, BpmnTaskSpec):
    """Waits with all events behind it; the first that fires decides."""

    manual = False

    def _arrive(self, my_task: Task) -> bool:
        my_task._set_state(TaskState.WAITING)
        for flow, spec in self.exits.items():
            event = my_task.workflow.enter(my_task, spec)
            event._set_internal_data(race=my_task.id.hex, by=flow)
            spec._update(event)
        return False


class ParallelGateway(Moves, stock.ParallelGateway):
    """Fires when each incoming flow has brought a token, consuming one of each; excess tokens wait (BPMN 13.4.1)."""

    entries: tuple[str, ...]  # the flows that lead here

    def _arrive(self, my_task: Task) -> bool:
        first = my_task.workflow.first_arrivals(my_task)
        if len(first) < len(self.entries):
            my_task._set_state(TaskState.WAITING)
            return False
        for task in first.values():
            if task is not my_task:
                task._set_state(TaskState.COMPLETED)
        return True


class InclusiveGateway(Moves, BpmnTaskSpec):
    """Splits to every flow whose condition is true; joins when no token elsewhere can still arrive (BPMN 13.4.3)."""

    manual = False
    entries: tuple[str, ...]

    def _arrive(self, my_task: Task) -> bool:
        if len(self.entries) < 2:
            return True
        my_task._set_state(TaskState.WAITING)
        return False

    def wakes(self, my_task: Task, busy: Container[str | None]) -> bool:
        workflow = my_task.workflow
        if not may_join(workflow, my_task):
            return False
        for other in workflow.first_arrivals(my_task).values():
            if other is not my_task:
                other._set_state(TaskState.COMPLETED)
        return True


class ExclusiveGateway(Moves, stock.ExclusiveGateway):
    """Takes the first flow whose condition is true, in the order of the file; the default flow last."""

    def _chosen(self, my_task: Task) -> list[str]:
        if len(self.exits) == 1 and not self.conditions:
            return list(self.exits)
        for flow in self.exits:
            if flow != self.otherwise and self._holds(flow, my_task):
                return [flow]
        return self._default() if self.exits else []
