"""In a model with lanes a work item lies in one: the lane says whose inbox it enters."""

from collections.abc import Iterator

from engine.definition import Definition

SEVERITY = "error"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Work items outside every lane."""
    for node in process.nodes.values() if process.lanes else ():
        if node.is_work_item and not node.lane:
            yield node.id, "Tugas ini berada di luar semua lajur. Pindahkan ke lajur peran yang mengerjakannya."
