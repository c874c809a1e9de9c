"""Where a scope has an end event every path should lead to one (10.5.3): a path that just stops looks forgotten."""

from collections.abc import Iterator

from engine.definition import Definition, Node
from engine.rules._tree import outgoing

SEVERITY = "warning"
OTHERS = frozenset({"endEvent", "boundaryEvent"})  # an end, and what `boundary-outgoing` speaks of


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Nodes without a flow out, in scopes with an end event."""
    flows = outgoing(process)
    ended = {node.parent for node in process.nodes.values() if node.tag == "endEvent"}
    for node in process.nodes.values():
        if node.parent in ended and node.id not in flows and not _may_stop(node):
            yield node.id, "Dari sini tidak ada alur keluar; jalannya berhenti begitu saja. Alirkan ke peristiwa akhir."


def _may_stop(node: Node) -> bool:
    return node.tag in OTHERS or node.triggered or node.event == "linkEventDefinition"
