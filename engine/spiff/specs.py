"""Our task specs: SpiffWorkflow's, less its prediction and its joins, plus what BPMN says of gateways and events.

Nothing is predicted: a node's children are made when it completes. So a live token is one task under the root, and the
state of an instance is the list of its live tokens, flat in the age of the instance. What a spec keeps about a token
(`internal_data`): the scope it is in, its host, the flow it came by, its race, its round.
"""

import logging
from decimal import Decimal
from functools import partial
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as stock
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definition import Loop
from engine.errors import Refused
from engine.feel import FeelError, holds, holds_or_false

logging.getLogger("spiff").setLevel(logging.WARNING)  # it builds its log records before it looks at the level


class Moves:
    """What all our nodes share: a token arrives, the node becomes ready, completes, and its tokens leave."""

    name: str
    _outputs: list[str]
    outputs: list[Any]
    element: str | None = None  # the analyst's id
    exits: dict[str, Any]  # id of each outgoing flow -> the spec it leads to, in the order of the file
    conditions: dict[str, str]  # id of a conditional flow -> FEEL
    otherwise: str | None = None  # the default flow
    loop: Loop | None = None

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
        my_task._set_internal_data(leaves=self._chosen(my_task))
        return True

    def _on_complete_hook(self, my_task: Task) -> None:
        if self.loop and self._repeats(my_task, self.loop):
            my_task.workflow.left(my_task)
            my_task.workflow.repeat(my_task)
            return
        my_task.workflow.stop_events_of(my_task)
        my_task.workflow.left(my_task)
        for flow in my_task.internal_data["leaves"]:
            my_task.workflow.taken.append(flow)
            my_task.workflow.enter(my_task, self.exits[flow], flow)

    def _repeats(self, my_task: Task, loop: Loop) -> bool:
        """Whether a standard loop goes on: null and what is no boolean count as false (CONTRACT, Steps)."""
        done = my_task.internal_data.get("loop", 1)
        if loop.maximum and done >= int(loop.maximum):
            return False
        seen = my_task.workflow.variables | {"loopCounter": Decimal(done)}
        return loop.condition is None or holds_or_false(loop.condition, seen)

    def _chosen(self, my_task: Task) -> list[str]:
        """The flows that get a token: every one without a condition, and those whose condition is true."""
        if not self.conditions:
            return list(self.exits)
        true = [f for f in self.exits if f != self.otherwise and self._holds(f, my_task)]
        return true or self._default()

    def _holds(self, flow: str, my_task: Task) -> bool:
        if flow not in self.conditions:
            return True
        try:
            return holds(self.conditions[flow], my_task.workflow.variables)
        except FeelError as error:
            text = "Syarat di {element} tidak dapat dinilai: {why}"
            raise Refused(text, element=str(self.element), why=str(error)) from error

    def _default(self) -> list[str]:
        if self.otherwise is None:
            raise Refused("Tidak ada syarat yang terpenuhi di {element}.", element=str(self.element))
        return [self.otherwise]


class StartEvent(Moves, stock.StartEvent):
    """A none start event, or the start event of an event sub-process, which waits until the door fires it."""

    triggered: bool = False

    def _arrive(self, my_task: Task) -> bool:
        return not self.triggered or waits_until_fired(my_task)

    def _on_complete_hook(self, my_task: Task) -> None:
        if self.triggered:
            my_task.workflow.begin_event_sub_process(my_task)
        super()._on_complete_hook(my_task)


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
    """A none or link event: nothing but a place on the way; an escalation or signal is thrown on the way."""

    event_definition: "Trigger"
    manual = False

    def _on_complete_hook(self, my_task: Task) -> None:
        super()._on_complete_hook(my_task)
        self.event_definition.throw(my_task)


class WorkItem(Moves, stock.UserTask):
    """Waits, ready, until a person completes it; its boundary events end with it."""


class SubProcess(Moves, BpmnTaskSpec):
    """Starts what stands in it, and completes when no token is left inside."""

    manual = False
    begins: Any = None  # the none start event inside; an event sub-process begins at the event that fired

    def _arrive(self, my_task: Task) -> bool:
        my_task._set_state(TaskState.WAITING)  # the workflow wakes it when it is empty
        if "open" not in my_task.internal_data:  # an event sub-process is opened by its start event
            my_task._set_internal_data(open=1)
            my_task.workflow.open_scope(my_task, self)
        return False


class Host(Moves, BoundaryEventSplit):
    """An activity with boundary events: starts it, then makes its events wait."""

    def _run_hook(self, my_task: Task) -> bool:
        return True

    def _on_complete_hook(self, my_task: Task) -> None:
        main, *events = self.outputs
        host = my_task.workflow.enter(my_task, main)
        for event in events:
            my_task.workflow.enter(my_task, event)._set_internal_data(host=host.id.hex)


class CatchEvent(Moves, stock.IntermediateCatchEvent):
    """Waits until the door fires it; one that races behind an event-based gateway ends the others."""

    def _arrive(self, my_task: Task) -> bool:
        return waits_until_fired(my_task)


class BoundaryEvent(Moves, stock.BoundaryEvent):
    """Waits beside its activity until the door fires it."""

    def _arrive(self, my_task: Task) -> bool:
        return waits_until_fired(my_task)


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
        my_task._set_state(TaskState.WAITING)  # the workflow looks at waiting joins when all else has come to rest
        return False


class ExclusiveGateway(Moves, stock.ExclusiveGateway):
    """Takes the first flow whose condition is true, in the order of the file; the default flow last."""

    def _chosen(self, my_task: Task) -> list[str]:
        if len(self.exits) == 1 and not self.conditions:
            return list(self.exits)
        for flow in self.exits:
            if flow != self.otherwise and self._holds(flow, my_task):
                return [flow]
        return self._default() if self.exits else []


class Trigger:
    """An event definition that never fires by itself: the door says when. Thrown ones act when their node completes."""

    def __init__(self, event: str | None, code: str | None = None, signal: str | None = None) -> None:
        self.event, self.code, self.signal = event, code, signal

    def throw(self, my_task: Task) -> None:
        """Terminate, or look for who catches an error or an escalation."""
        workflow = my_task.workflow
        match self.event:
            case "terminateEventDefinition":
                workflow.stop_all(my_task)
            case "errorEventDefinition":
                workflow.fail(my_task, self.code)
            case "escalationEventDefinition":
                scope = my_task.internal_data.get("scope")
                workflow.thrown.append((scope, partial(workflow.escalate, my_task, self.code)))
            case "signalEventDefinition":
                workflow.thrown.append((None, partial(workflow.signal, self.signal)))


def waits_until_fired(my_task: Task) -> bool:
    """The arrival of every event that the door fires."""
    if my_task.internal_data.get("fired"):
        return True
    my_task._set_state(TaskState.WAITING)
    return False
