"""Each kind of event stands where BPMN allows it (BPMN 2.0, table 10.93): no timer ends anything."""

from collections.abc import Iterator

from engine.definition import EVENTS, Definition
from engine.rules._tree import definitions, flag, inner, local, place

SEVERITY = "error"
WAITS = frozenset({"message", "timer", "conditional", "signal"})
THROWS = frozenset({"message", "escalation", "compensate", "signal"})
BREAKS = frozenset({"error", "compensate"})
KINDS = {
    "message": "pesan", "timer": "waktu", "conditional": "syarat", "signal": "isyarat", "error": "kesalahan",
    "escalation": "eskalasi", "compensate": "kompensasi", "cancel": "pembatalan", "link": "tautan",
    "terminate": "penghentian",
}  # fmt: skip
PLACES = {
    "start": "peristiwa mulai proses", "inner": "peristiwa mulai subproses",
    "triggered": "peristiwa mulai subproses peristiwa", "beside": "peristiwa mulai yang tidak menyela",
    "endEvent": "peristiwa akhir", "intermediateCatchEvent": "peristiwa tangkap di tengah alur",
    "intermediateThrowEvent": "peristiwa lempar", "boundaryEvent": "peristiwa tepi",
    "non": "peristiwa tepi yang tidak menyela",
}  # fmt: skip
ALLOWED = {
    "start": WAITS, "inner": frozenset[str](), "triggered": WAITS | BREAKS | {"escalation"},
    "beside": WAITS | {"escalation"}, "endEvent": THROWS | {"error", "cancel", "terminate"},
    "intermediateCatchEvent": WAITS | {"link"}, "intermediateThrowEvent": THROWS | {"link"},
    "boundaryEvent": WAITS | BREAKS | {"escalation", "cancel"}, "non": WAITS | {"escalation"},
}  # fmt: skip


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The event definitions of each event, then cancel events outside transactions."""
    for element in inner(process):
        if local(element) not in EVENTS:
            continue
        parent, where = element.getparent(), local(element)
        if where == "startEvent":
            within = parent is not None and local(parent) != "process"
            triggered = parent is not None and flag(parent, "triggeredByEvent")
            beside = triggered and element.get("isInterrupting") in ("false", "0")
            where = "beside" if beside else "triggered" if triggered else "inner" if within else "start"
        elif where == "boundaryEvent" and element.get("cancelActivity") in ("false", "0"):
            where = "non"
        for found in definitions(element):
            kind = found.removesuffix("EventDefinition")
            if kind in KINDS and kind not in ALLOWED[where]:
                yield place(element), f"Pemicu {KINDS[kind]} tidak boleh ada pada {PLACES[where]}. {_hint(where)}"
            elif kind == "cancel" and not _transaction(process, element.get("id", "")):
                yield place(element), "Peristiwa pembatalan hanya ada pada atau di dalam transaksi. Pakai kesalahan."


def _hint(where: str) -> str:
    others = ", ".join(sorted(KINDS[kind] for kind in ALLOWED[where]))
    return f"Yang boleh: {others}." if others else "Hapus pemicunya."


def _transaction(process: Definition, node: str) -> bool:
    """Whether an event is attached to a transaction, or stands in one."""
    found = process.nodes.get(node)
    if found is not None and found.attached_to:
        host = process.nodes.get(found.attached_to)
        return host is not None and host.tag == "transaction"
    while found is not None and found.parent:
        found = process.nodes.get(found.parent)
        if found is not None and found.tag == "transaction":
            return True
    return False
