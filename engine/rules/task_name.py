"""The name of a task is what its holder reads in the inbox."""

from collections.abc import Iterator

from engine.definition import Definition

SEVERITY = "warning"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Work items without a name."""
    for node in process.nodes.values():
        if node.is_work_item and not node.name.strip():
            yield node.id, "Tugas ini belum bernama; kotak tugas akan menampilkan id-nya. Beri nama dengan kata kerja."
