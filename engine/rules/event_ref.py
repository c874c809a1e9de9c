"""What an event names stands in the file. An error or escalation without a reference is any; a signal has a name."""

from collections.abc import Iterator

from lxml import etree

from engine.definition import Definition
from engine.rules._tree import all_of, place

SEVERITY = "error"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The errorRef and escalationRef of every event, and the signal of every signal event."""
    root: etree._Element = process.element.getroottree().getroot()
    for kind in ("error", "escalation"):
        known = {element.get("id") for element in all_of(root, kind)}
        for element in all_of(process.element, f"{kind}EventDefinition"):
            named = element.get(f"{kind}Ref")
            if named and named not in known:
                parent = element.getparent()
                where = place(element if parent is None else parent)
                yield where, f"Tidak ada bpmn:{kind} {named[:80]} dalam berkas ini. Tambahkan, atau hapus rujukannya."
    for node in process.nodes.values():
        if node.event == "signalEventDefinition" and not (node.signal or "").strip():
            yield node.id, "Peristiwa ini belum menunjuk isyarat yang bernama. Tambahkan bpmn:signal dan isi signalRef."
