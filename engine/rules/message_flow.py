"""A message flow leads from what sends in one pool to what receives in another (BPMN 2.0, 7.6.2 and 9.4)."""

from collections.abc import Iterator

from lxml import etree

from engine.definition import AUTOMATIC, EVENTS, SCOPES, WORK_ITEMS
from engine.rules._tree import all_of, definitions, elements, executable, local, place

SEVERITY = "error"
ENDS = WORK_ITEMS | AUTOMATIC | SCOPES | EVENTS | {"participant"}
SENDS = frozenset({"endEvent", "intermediateThrowEvent"})
MULTIPLE = frozenset({"messageEventDefinition", "eventDefinitionRef"})
POOL = "Alur pesan menghubungkan dua kolam yang berbeda. Sambungkan ke kolam lain, atau pakai alur urutan."


def check(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """Both ends of each message flow; ends that do not exist are `process-refs`."""
    found = {element.get("id"): element for element in reversed(list(elements(root))) if element.get("id")}
    owner = {e: process.get("id") for process in executable(root) for e in elements(process)}
    for flow in all_of(root, "messageFlow"):
        source, target = (found.get(flow.get(end) or "") for end in ("sourceRef", "targetRef"))
        if source is None or target is None:
            continue
        pools = [e.get("processRef") or e.get("id") if local(e) == "participant" else None for e in (source, target)]
        own = [owner.get(end) for end in (source, target)]
        if source is target or pools[0] and pools[0] == own[1] or pools[1] and pools[1] == own[0]:
            yield place(flow), POOL
        for end, sends in ((source, True), (target, False)):
            if (local(end) == "participant" or end in owner) and (why := _unfit(end, sends)):
                yield place(flow), why


def _unfit(end: etree._Element, sends: bool) -> str | None:
    """Why an element cannot be this end of a message flow."""
    kind, name = local(end), (end.get("id") or "")[:80]
    if kind not in ENDS:
        return f"Alur pesan tidak dapat {'keluar dari' if sends else 'masuk ke'} {name} ({kind}). Sambungkan ke tugas."
    if kind in EVENTS and sends != (kind in SENDS):
        verb = "menerima, bukan mengirim" if sends else "mengirim, bukan menerima"
        return f"Peristiwa {name} {verb}. Balikkan alur pesan ini, atau sambungkan ke unsur lain."
    triggers = definitions(end) if kind in EVENTS else []
    if triggers and not MULTIPLE & set(triggers):
        return f"Peristiwa {name} bukan peristiwa pesan. Ganti pemicunya dengan pesan, atau hapus alur pesan ini."
    return None
