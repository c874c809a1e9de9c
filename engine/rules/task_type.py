"""A plain task runs as a work item, but the diagram should say who does it."""

from collections.abc import Iterator

from engine.definition import Definition

SEVERITY = "warning"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Tasks without a type."""
    for node in process.nodes.values():
        if node.tag == "task":
            yield node.id, "Jenis tugas ini belum ditentukan; dianggap tugas orang. Jadikan userTask atau manualTask."
