"""The state of an instance: its live tokens, how often each work item opened, and when its shared clocks began.

Nothing that can be recomputed is in it: no spec, no finished node, no form data. One token is
[name of the spec, id, 1 if it is ready, what the spec keeps about it]; the name of one in a called process begins with
that process' key and a bar.
"""

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definition import Definition
from engine.errors import BrokenState
from engine.spiff.situation import Situation
from engine.spiff.workflow import Workflow

VERSION = 1
Read = Callable[[Definition], BpmnProcessSpec]


@dataclass
class Memory:
    """What an instance remembers beside its tokens."""

    rounds: dict[str, int] = field(default_factory=dict)  # element -> how often it opened
    clocks: dict[str, datetime] = field(default_factory=dict)  # name of a shared clock -> when it began


def encode(workflow: Workflow, memory: Memory) -> bytes:
    """The state as bytes, a few hundred of them."""
    tokens = [
        [_name(workflow, task), task.id.hex, int(task.state == TaskState.READY), task.internal_data]
        for task in workflow.live()
    ]
    clocks = {name: at.isoformat() for name, at in memory.clocks.items()}
    data = {"v": VERSION, "tokens": tokens, "rounds": memory.rounds, "clocks": clocks}
    return zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 6)


def decode(state: bytes, at: Situation, read: Read) -> tuple[Workflow, Memory]:
    """The workflow and the memory behind a state. Raises BrokenState if the bytes are not one of ours."""
    try:
        data = json.loads(zlib.decompress(state))
        workflow = Workflow(at, read)
        for name, token, ready, kept in data["tokens"]:
            _token(workflow, _spec(at, read, name), token, ready, kept)
        clocks = {name: datetime.fromisoformat(at) for name, at in data["clocks"].items()}
        return workflow, Memory(data["rounds"], clocks)
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise BrokenState(instance=at.instance) from error


def _name(workflow: Workflow, task: Task) -> str:
    spec = task.task_spec
    own = spec.definition == workflow.at.definition
    return str(spec.name if own else f"{spec.definition.key}|{spec.name}")


def _spec(at: Situation, read: Read, name: str) -> Any:
    key, bar, name = name.rpartition("|")
    return read(at.processes[key] if bar else at.definition).task_specs[name]


def _token(workflow: Workflow, spec: Any, token: str, ready: int, kept: dict[str, Any]) -> None:
    state = TaskState.READY if ready else TaskState.WAITING
    task = Task(workflow, spec, workflow.task_tree, state, UUID(hex=token))
    task.internal_data = kept
