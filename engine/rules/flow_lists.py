"""The `incoming` and `outgoing` lists are optional; one that contradicts the flows is a sign of a damaged file."""

from collections.abc import Iterator

from engine.definition import Definition
from engine.rules._tree import content, inner, local, place

SEVERITY = "warning"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Each entry is a flow that really enters or leaves its node."""
    for element in inner(process):
        if element.get("id") not in process.nodes:
            continue
        for child in element:
            if local(child) not in ("incoming", "outgoing"):
                continue
            flow = process.flows.get(content(child))
            end = flow and (flow.target if local(child) == "incoming" else flow.source)
            if end != element.get("id"):
                name = content(child)[:80]
                yield place(element), f"Daftar {local(child)} menyebut {name}, yang tidak tersambung di sini. Perbaiki."
