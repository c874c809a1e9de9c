"""A boundary event should lead somewhere, so that the diagram says what happens when it fires."""

from collections.abc import Iterator

from engine.definition import Definition

SEVERITY = "warning"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Each boundary event has a flow out."""
    sources = {flow.source for flow in process.flows.values()}
    for node in process.nodes.values():
        if node.tag == "boundaryEvent" and node.id not in sources:
            yield node.id, "Peristiwa tepi ini tidak menuju ke mana pun. Alirkan ke peristiwa akhir atau langkah lain."
