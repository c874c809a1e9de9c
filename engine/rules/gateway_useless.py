"""A gateway splits or joins (BPMN 2.0, 10.6.1): one with a flow in and a flow out decides nothing."""

from collections import Counter
from collections.abc import Iterator

from engine.definition import GATEWAYS, Definition

SEVERITY = "warning"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Gateways with one flow in and one flow out."""
    into = Counter(flow.target for flow in process.flows.values())
    out = Counter(flow.source for flow in process.flows.values())
    for node in process.nodes.values():
        if node.tag in GATEWAYS and into[node.id] == 1 and out[node.id] == 1:
            yield node.id, "Gerbang ini tidak membelah dan tidak menggabungkan. Hapus, atau tambahkan cabangnya."
