"""What an instance waits for that somebody else causes, in a form that a table can be searched by."""

import hashlib
import re
from decimal import Decimal

from SpiffWorkflow.task import Task

from engine.definition import Node
from engine.errors import Refused
from engine.spiff import events
from engine.spiff.step import Awaited
from engine.spiff.workflow import Workflow
from engine.values import Value

MESSAGE, SIGNAL = "message", "signal"
ANY = "*"  # stands for a key that is compared one by one
_CLOCK = re.compile(r"\b(?:now|today)\s*\(")


def filed(key: Value) -> str:
    """Where a key stands: equal texts, numbers, truths and nulls stand together, every other kind under ANY.

    Not the key itself: it may be long, and personal.
    """
    if key is None:
        return "-"
    if isinstance(key, str):
        text = f"t{key}"
    elif isinstance(key, bool | int | Decimal):
        text = f"n{Decimal(key).normalize() + 0}"
    else:
        return ANY
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def subscriptions(workflow: Workflow) -> frozenset[Awaited]:
    """The messages and signals that the tokens wait for now."""
    found = set[Awaited]()
    for task in workflow.live():
        node = events.awaited(task)
        if node is not None and node.message is not None:
            found.add(_awaited(workflow, task, MESSAGE, node.message, _filed(workflow, task, node)))
        elif node is not None and node.signal is not None:
            found.add(_awaited(workflow, task, SIGNAL, node.signal, ""))
    return frozenset(found)


def _awaited(workflow: Workflow, task: Task, kind: str, name: str, key: str) -> Awaited:
    return Awaited(task.id.hex, workflow.name_of(task), kind, name, key)


def _filed(workflow: Workflow, task: Task, node: Node) -> str:
    """A key that changes with the clock, or fails, is looked at when a message comes: who sends it is told."""
    if node.key and _CLOCK.search(node.key):
        return ANY
    try:
        return filed(events.key_at(workflow, task, node))
    except Refused:
        return ANY
