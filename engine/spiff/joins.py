"""When an inclusive join may fire: BPMN 2.0.2, 13.4.3, in full.

It fires if a token is on at least one of its flows, and for every token elsewhere in its scope that could still reach a
flow without a token (by a path that does not visit the join), the same token could reach a flow that has one.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from SpiffWorkflow.task import Task

from engine.definition import Definition, Flow

if TYPE_CHECKING:
    from engine.spiff.workflow import Workflow


def may_join(workflow: "Workflow", join: Task) -> bool:
    """Whether a waiting inclusive join may fire now that all else has come to rest."""
    filled = set(workflow.first_arrivals(join))
    empty = set(join.task_spec.entries) - filled
    element = join.task_spec.element
    for task in workflow.inside(join.internal_data.get("scope")):
        if task.task_spec is join.task_spec or task.internal_data.get("host") or task.task_spec.element is None:
            continue
        reached = reaches(join.task_spec.definition, task.task_spec.element, element)
        if reached & empty and not reached & filled:
            return False
    return True


@lru_cache(maxsize=4096)
def reaches(definition: Definition, node: str, join: str) -> frozenset[str]:
    """The flows into a join that a token at a node could take, by paths that do not visit the join."""
    found: set[str] = set()
    seen, agenda = {node}, [node]
    while agenda:
        here = agenda.pop()
        for flow in _leaving(definition, here):
            if flow.target == join:
                found.add(flow.id)
            elif flow.target not in seen:
                seen.add(flow.target)
                agenda.append(flow.target)
    return frozenset(found)


def _leaving(definition: Definition, node: str) -> Iterator[Flow]:
    """The flows out of a node and out of the events at its border; a pair of links is one flow cut in two."""
    yield from definition.outgoing(node)
    for event in definition.attached(node):
        yield from definition.outgoing(event.id)
    for catch in definition.linked(node):
        yield Flow("", node, catch.id)
