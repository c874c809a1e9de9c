"""Names must fit where they are stored and shown."""

from collections.abc import Iterator

from engine.definition import Definition
from engine.rules._tree import elements, local, place

SEVERITY = "error"
LONGEST = {"lane": 200, "userTask": 500, "manualTask": 500, "task": 500, "process": 200}


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The process, its lanes and its work items."""
    for element in elements(process.element):
        longest = LONGEST.get(local(element))
        if longest and len(element.get("name") or "") > longest:
            yield place(element), f"Nama ini lebih dari {longest} huruf. Pendekkan; uraian tempatnya di dokumentasi."
