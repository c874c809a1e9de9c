"""A cycle without a task in it would turn for ever within one step."""

from collections.abc import Iterator

from engine.definition import CALL, EMBEDDED, Definition
from engine.rules._tree import outgoing

SEVERITY = "error"
WAITS = EMBEDDED | {
    CALL,
    "receiveTask",
    "eventBasedGateway",
}  # a sub-process without a wait stops at the budget of steps


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Names each cycle once, by the node where it closes."""
    flows = outgoing(process)
    follow = {
        node.id: [flow.target for flow in flows.get(node.id, ()) if flow.target in process.nodes]
        for node in process.nodes.values()
        if not (node.is_work_item or node.tag in WAITS or node.tag == "intermediateCatchEvent" and not node.link)
    }
    done: set[str] = set()
    for first in follow:
        path: dict[str, Iterator[str]] = {} if first in done else {first: iter(follow[first])}
        while path:
            node = next(reversed(path))
            target = next((t for t in path[node] if t in follow and t not in done), None)
            if target is None:
                done.add(node)
                del path[node]
            elif target in path:
                yield target, "Putaran ini tidak melewati tugas, jadi tidak akan berhenti. Sisipkan sebuah tugas."
            else:
                path[target] = iter(follow[target])
