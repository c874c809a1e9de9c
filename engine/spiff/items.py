"""Activities that are done several times: multi-instance ones, and standard loops.

Such an activity is one waiting token, at which its boundary events wait; each item (or round) is a token inside it.
An item of a multi-instance activity has a scope of variables of its own: TOKEN:INDEX.
"""

from collections.abc import Mapping
from decimal import Decimal

from SpiffWorkflow.task import Task

from engine.definition import Loop, Many, Node
from engine.errors import Refused
from engine.feel import holds_or_false
from engine.spiff.workflow import MOST_STEPS, Workflow
from engine.values import Value


def begin(workflow: Workflow, body: Task) -> None:
    """A token arrives at the activity: its first items begin, or it is over at once. Raises Refused."""
    node = body.task_spec.node
    if node.many is not None:
        _open_scopes(workflow, body, node, node.many)
    body._set_internal_data(open=1, begun=0, done=0)
    if not _goes_on(workflow, body):
        _finish(workflow, body)


def done(workflow: Workflow, item: Task) -> None:
    """An item is over: what it gives is collected, and the next begins, or the activity completes."""
    workflow.left(item)
    body = workflow.around(item)
    assert body is not None
    body._set_internal_data(done=body.internal_data["done"] + 1)
    stops = (many := body.task_spec.node.many) is not None and _collected(workflow, body, item, many)
    if stops or not _goes_on(workflow, body):
        _finish(workflow, body)


def _goes_on(workflow: Workflow, body: Task) -> bool:
    """Begin what is to begin now. Whether the activity still has something to wait for."""
    node, kept = body.task_spec.node, body.internal_data
    if node.loop is not None:
        if not _once_more(workflow, body, node.loop):
            return False
        _begin_item(workflow, body)
        return True
    most = 1 if node.many.sequential else kept["many"]
    while kept["begun"] < kept["many"] and kept["begun"] - kept["done"] < most:
        _begin_item(workflow, body)
    return bool(kept["done"] < kept["many"])


def _begin_item(workflow: Workflow, body: Task) -> None:
    index, spec = body.internal_data["begun"], body.task_spec.item
    body._set_internal_data(begun=index + 1)
    item = workflow.enter(body, spec, scope=body.id.hex)
    item._set_internal_data(repeats=1)
    if body.task_spec.node.many is not None:
        item._set_internal_data(item=index + 1, data=f"{body.id.hex}:{index}")
    spec._update(item)


def _finish(workflow: Workflow, body: Task) -> None:
    workflow.cancel_inside(body.id.hex)
    body._ready()


def _once_more(workflow: Workflow, body: Task, loop: Loop) -> bool:
    """Whether a standard loop goes on: null and what is no boolean count as false (CONTRACT, Steps)."""
    rounds = body.internal_data["done"]
    if loop.maximum and rounds >= int(loop.maximum):
        return False
    if loop.condition is None or rounds == 0 and not loop.before:
        return True
    return holds_or_false(loop.condition, {**workflow.seen(body), "loopCounter": Decimal(rounds)}, workflow.at.now)


def _open_scopes(workflow: Workflow, body: Task, node: Node, many: Many) -> None:
    """A scope for each item, with what it takes as it is now."""
    around = workflow.data_scope(body)
    items = _items(workflow, body, node, many)
    given = {
        f"{body.id.hex}:{index}": {"loopCounter": Decimal(index + 1)} | ({many.item: value} if many.item else {})
        for index, value in enumerate(items)
    }
    workflow.variables = workflow.variables.open(given, around)
    if many.into:
        workflow.variables = workflow.variables.open({_outputs(body): {}}, None)
        _give(workflow, body, many.into, [None] * len(items))
    body._set_internal_data(many=len(items))


def _items(workflow: Workflow, body: Task, node: Node, many: Many) -> list[Value]:
    """What the items take. Raises Refused where that is no list, or their number no whole one."""
    if many.collection:
        found = workflow.seen(body).get(many.collection)
        if not isinstance(found, list):
            raise Refused("{element} diulang untuk tiap isi {name}, tetapi itu bukan daftar.", element=node.id,
                          name=many.collection)  # fmt: skip
    else:
        found = [None] * _count(workflow, body, node, many.cardinality or "")
    if len(found) > MOST_STEPS:
        raise Refused("{element} diulang lebih dari {most} kali.", element=node.id, most=str(MOST_STEPS))
    return found


def _count(workflow: Workflow, body: Task, node: Node, text: str) -> int:
    number = workflow.value(text, body)
    if not isinstance(number, Decimal) or number < 0 or number != number.to_integral_value():
        raise Refused("Jumlah pengulangan {element} bukan bilangan bulat.", element=node.id)
    return int(min(number, Decimal(MOST_STEPS + 1)))


def _collected(workflow: Workflow, body: Task, item: Task, many: Many) -> bool:
    """Keep what an item gives; its scope ends. Whether the completion condition says that this was enough."""
    scope, seen = item.internal_data["data"], workflow.seen(item)
    if many.into and many.output:
        found = list(workflow.variables.seen(_outputs(body))[many.into])
        found[item.internal_data["item"] - 1] = seen.get(many.output)
        _give(workflow, body, many.into, found)
        seen = workflow.seen(item)
    counters = {**_counters(body, many), "loopCounter": Decimal(item.internal_data["item"])}  # whatever was written
    stops = many.until is not None and holds_or_false(many.until, {**seen, **counters}, workflow.at.now)
    workflow.variables = workflow.variables.close(scope)
    return stops


def _outputs(body: Task) -> str:
    """The scope in which an activity keeps what its items gave, whoever writes that variable meanwhile."""
    return f"{body.id.hex}:outputs"


def _give(workflow: Workflow, body: Task, name: str, found: list[Value]) -> None:
    workflow.variables = workflow.variables.write({name: found}, _outputs(body))
    workflow.write(body, name, found)


def _counters(body: Task, many: Many) -> Mapping[str, Value]:
    """The numbers that a completion condition sees, under BPMN's names and Camunda's."""
    all_, over = body.internal_data["many"], body.internal_data["done"]
    counts = {"Instances": all_, "ActiveInstances": 0 if many.sequential else all_ - over, "CompletedInstances": over}
    return {f"{word}Of{what}": Decimal(n) for what, n in counts.items() for word in ("number", "nr")}
