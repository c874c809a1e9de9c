"""A gateway that says it only splits or only joins must do so (BPMN 2.0, 8.3.9)."""

from collections import Counter
from collections.abc import Iterator

from engine.definition import GATEWAYS, Definition
from engine.rules._tree import inner, local

SEVERITY = "error"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """gatewayDirection against the flows."""
    into = Counter(flow.target for flow in process.flows.values())
    out = Counter(flow.source for flow in process.flows.values())
    for element in inner(process):
        if local(element) not in GATEWAYS:
            continue
        node, direction = element.get("id", ""), element.get("gatewayDirection")
        if direction == "Converging" and out[node] > 1 or direction == "Diverging" and into[node] > 1:
            yield node or None, f'gatewayDirection="{direction}" bertentangan dengan alurnya. Hapus atribut itu.'
