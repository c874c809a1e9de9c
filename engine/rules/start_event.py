"""A process begins at a start event; without one nothing can be started."""

from collections.abc import Iterator

from engine.definition import Definition

SEVERITY = "error"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """At least one; a second one is refused as an unsupported element."""
    found = {node.parent: node for node in process.nodes.values() if node.tag == "startEvent"}
    if None not in found:
        yield process.key or None, "Proses belum punya peristiwa mulai. Tambahkan satu dan alirkan ke langkah pertama."
    for node in process.nodes.values():
        start = found.get(node.id)
        if node.is_scope and start is None:
            yield (
                node.id,
                "Subproses ini belum punya peristiwa mulai. Tambahkan satu dan alirkan ke langkah pertamanya.",
            )
        elif node.triggered and start is not None and not start.event:
            yield start.id, "Subproses peristiwa mulai oleh suatu kejadian. Beri peristiwa mulai ini pemicu."
