"""What all our task specs share: how a token arrives, goes on and leaves, and what its event throws.

Nothing is predicted: a node's children are made when it completes. So a live token is one task under the root, and the
state of an instance is the list of its live tokens, flat in the age of the instance. What a spec keeps about a token
(`internal_data`): the scope it is in, its host, the flow it came by, its race, its round, its item.
"""

import logging
from collections.abc import Container
from functools import partial
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definition import Definition, Node
from engine.errors import Refused
from engine.feel import FeelError, holds
from engine.spiff import events, items

logging.getLogger("spiff").setLevel(logging.WARNING)  # it builds its log records before it looks at the level


class Moves:
    """What all our nodes share: a token arrives, the node becomes ready, completes, and its tokens leave."""

    name: str
    _outputs: list[str]
    outputs: list[Any]
    definition: Definition  # the process it stands in
    node: Node | None = None
    element: str | None = None  # the analyst's id
    exits: dict[str, Any]  # id of each outgoing flow -> the spec it leads to, in the order of the file
    conditions: dict[str, str]  # id of a conditional flow -> FEEL
    otherwise: str | None = None  # the default flow
    has_border: bool = False  # boundary events wait while a token is here
    catches: bool = False  # a token that waits here waits for an event

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

    def wakes(self, my_task: Task, busy: Container[str | None]) -> bool:
        """Whether a token that waits here goes on, now that all has come to rest; `busy` are the scopes that are not
        empty: a token is in them, or an escalation that was thrown in them is not delivered yet."""
        return False

    def _on_ready(self, my_task: Task) -> None:
        if not my_task.task_spec.manual:  # that waits for a person
            my_task.workflow.agenda.append(my_task)

    def _run_hook(self, my_task: Task) -> bool:
        my_task._set_internal_data(leaves=self._chosen(my_task))
        return True

    def _on_complete_hook(self, my_task: Task) -> None:
        if "repeats" in my_task.internal_data:
            items.done(my_task.workflow, my_task)
            return
        self._stop_border(my_task)
        my_task.workflow.left(my_task)
        self._leave(my_task)

    def _stop_border(self, my_task: Task) -> None:
        if self.has_border:
            my_task.workflow.stop_events_of(my_task)

    def _leave(self, my_task: Task) -> None:
        for flow in my_task.internal_data["leaves"]:
            my_task.workflow.taken.append(flow)
            my_task.workflow.enter(my_task, self.exits[flow], flow)

    def _chosen(self, my_task: Task) -> list[str]:
        """The flows that get a token: every one without a condition, and those whose condition is true."""
        if not self.conditions and self.otherwise is None:
            return list(self.exits)
        true = [f for f in self.exits if f != self.otherwise and self._holds(f, my_task)]
        return true or self._default()

    def _holds(self, flow: str, my_task: Task) -> bool:
        if flow not in self.conditions:
            return True
        try:
            return holds(self.conditions[flow], my_task.workflow.seen(my_task), my_task.workflow.at.now)
        except FeelError as error:
            text = "Syarat di {element} tidak dapat dinilai: {why}"
            raise Refused(text, element=str(self.element), why=str(error)) from error

    def _default(self) -> list[str]:
        if self.otherwise is None:
            raise Refused("Tidak ada syarat yang terpenuhi di {element}.", element=str(self.element))
        return [self.otherwise]


class Trigger:
    """An event definition that never fires by itself: the door says when. Thrown ones act when their node completes."""

    def __init__(self, node: Node) -> None:
        self.node = node

    def throw(self, my_task: Task) -> None:
        """Terminate and errors act at once; what else is thrown is delivered when all has come to rest."""
        workflow, node = my_task.workflow, self.node
        match "messageEventDefinition" if node.tag == "sendTask" else node.event:
            case "terminateEventDefinition":
                workflow.cancel_inside(my_task.internal_data.get("scope"), but=my_task)
            case "errorEventDefinition":
                events.fail(workflow, my_task, node.code)
            case "escalationEventDefinition":
                held = (my_task.internal_data.get("scope"),)
                workflow.thrown.append((held, partial(events.escalate, workflow, my_task, node.code)))
            case "signalEventDefinition":
                workflow.thrown.append(((), partial(events.signal, workflow, node.signal or "")))
            case "messageEventDefinition":
                key = workflow.value(node.key, my_task) if node.key else None
                workflow.thrown.append(((), partial(events.send, workflow, node.message or "", key)))


def waits_until_fired(my_task: Task) -> bool:
    """The arrival of every event that the door fires."""
    if my_task.internal_data.get("fired"):
        return True
    my_task._set_state(TaskState.WAITING)
    return False
