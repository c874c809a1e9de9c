"""A file has at least one executable process, and an executable process has an id."""

from collections.abc import Iterator

from lxml import etree

from engine.rules._tree import place, processes

SEVERITY = "error"


def check(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """The isExecutable and the id of each process."""
    found = processes(root)
    executable = [process for process in found if process.get("isExecutable") == "true"]
    if not executable:
        named = place(found[0]) if found else None
        yield named, 'Tidak ada proses yang dapat dijalankan. Beri sebuah bpmn:process isExecutable="true".'
    for process in executable:
        if not process.get("id"):
            yield None, "Proses yang dapat dijalankan belum punya id. Tambahkan id."
