"""A flow node needs an id: inbox, history and timers speak of it."""

from collections.abc import Iterator

from engine.definition import FLOW_NODES, Definition
from engine.rules._tree import inner, local

SEVERITY = "error"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The nodes of the process and of its sub-processes."""
    for child in inner(process):
        if local(child) in FLOW_NODES and not child.get("id"):
            name = f" “{child.get('name', '')[:80]}”" if child.get("name") else ""
            yield process.key or None, f"Sebuah bpmn:{local(child)}{name} belum punya id. Tambahkan id."
