"""The default flow is taken when no condition holds, so a condition on it is never asked."""

from collections.abc import Iterator

from engine.definition import Definition

SEVERITY = "warning"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The default flow of every exclusive gateway."""
    for node in process.nodes.values():
        flow = process.flows.get(node.default or "")
        if flow is not None and flow.source == node.id and flow.condition:
            yield flow.id, "Alur bawaan tidak perlu syarat; syaratnya tidak pernah dibaca. Hapus syaratnya."
