"""A conditional event waits for a FEEL condition that can be read."""

from collections.abc import Iterator

from engine import feel
from engine.definition import Definition

SEVERITY = "error"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The condition of each conditional event."""
    for node in process.nodes.values():
        if node.event != "conditionalEventDefinition":
            continue
        if not node.condition:
            yield node.id, "Peristiwa ini belum punya syarat. Tulis syarat FEEL."
            continue
        try:
            feel.compile(node.condition)
        except feel.FeelError as error:
            yield node.id, f"Syarat peristiwa ini bukan FEEL yang benar. {error}"
