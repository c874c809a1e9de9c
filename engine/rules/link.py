"""A link has a name, one place where it comes out, and both its ends in the same scope (BPMN 2.0, 10.5.5)."""

from collections.abc import Iterator

from engine.definition import Definition
from engine.rules._tree import outgoing

SEVERITY = "error"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Each end of each link."""
    flows = outgoing(process)
    into = {flow.target for flow in process.flows.values()}
    links = [node for node in process.nodes.values() if node.event == "linkEventDefinition"]
    for node in links:
        if not node.link:
            yield node.id, "Tautan ini belum bernama. Isi nama yang sama di kedua ujungnya."
        elif node.tag == "intermediateThrowEvent" and (count := len(process.linked(node.id))) != 1:
            yield node.id, f"Tautan {node.link[:80]} harus keluar di tepat satu tempat di lingkup ini; ada {count}."
        if node.tag == "intermediateThrowEvent" and flows.get(node.id):
            yield node.id, "Dari ujung masuk tautan tidak keluar alur. Hapus alurnya, atau hapus tautannya."
        elif node.tag == "intermediateCatchEvent" and node.id in into:
            yield node.id, "Ke ujung keluar tautan tidak masuk alur. Hapus alurnya, atau hapus tautannya."
