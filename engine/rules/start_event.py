"""A process begins at a start event; without one nothing can be started."""

from collections.abc import Iterator

from engine.definition import Definition

SEVERITY = "error"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """At least one; a second one is refused as an unsupported element."""
    if not any(node.tag == "startEvent" for node in process.nodes.values()):
        yield process.key or None, "Proses belum punya peristiwa mulai. Tambahkan satu dan alirkan ke langkah pertama."
