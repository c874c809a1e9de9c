"""Sequence flows and boundary events lead from and to what exists, in the directions that BPMN allows."""

from collections.abc import Iterator, Mapping

from engine.definition import Definition, Flow, Node
from engine.rules._tree import inner, local, place

SEVERITY = "error"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Both ends of each flow, then what each boundary event is attached to."""
    nodes = process.nodes
    for flow in process.flows.values():
        where = _where(flow, nodes)
        for end, other in (("asal", flow.source), ("tujuan", flow.target)):
            if other not in nodes:
                shown = other[:80] or "(kosong)"
                yield where, f"Tidak ada langkah {shown} sebagai {end} alur ini. Sambungkan lagi."
        if flow.source in nodes and flow.target in nodes and nodes[flow.source].parent != nodes[flow.target].parent:
            yield where, "Alur tidak boleh melintasi batas subproses. Sambungkan ke subprosesnya sendiri."
        if any(nodes[end].triggered for end in (flow.source, flow.target) if end in nodes):
            yield where, "Subproses peristiwa berdiri sendiri: tidak ada alur ke atau darinya. Hapus alur ini."
        if flow.source in nodes and nodes[flow.source].tag == "endEvent":
            yield where, "Alur tidak boleh keluar dari peristiwa akhir. Hapus alur ini."
        if flow.target in nodes and nodes[flow.target].tag in ("startEvent", "boundaryEvent"):
            yield where, "Alur tidak boleh masuk ke peristiwa mulai atau peristiwa tepi. Alihkan alur ini."
    yield from _delayed(process)
    yield from _events(process)


def _delayed(process: Definition) -> Iterator[tuple[str | None, str]]:
    for element in inner(process):
        if local(element) == "sequenceFlow" and element.get("isImmediate") in ("false", "0"):
            yield (
                place(element),
                'Alur proses yang dijalankan selalu langsung (BPMN 2.0, 8.3.13). Hapus isImmediate="false".',
            )


def _events(process: Definition) -> Iterator[tuple[str | None, str]]:
    nodes = process.nodes
    for node in nodes.values():
        if node.tag == "boundaryEvent" and (node.attached_to or "") not in nodes:
            shown = (node.attached_to or "(kosong)")[:80]
            yield node.id, f"Peristiwa tepi menempel pada {shown}, yang tidak ada. Tempelkan lagi."
        elif (host := nodes.get(node.attached_to or "")) is not None and host.parent != node.parent:
            yield node.id, "Peristiwa tepi menempel pada langkah di subproses lain. Pindahkan ke tempat yang sama."


def _where(flow: Flow, nodes: Mapping[str, Node]) -> str | None:
    """The id to name a flow by: its own, else that of an end that is there; None: neither is."""
    own = not flow.id.startswith("_flow_")
    return flow.id if own else next((end for end in (flow.source, flow.target) if end in nodes), None)
