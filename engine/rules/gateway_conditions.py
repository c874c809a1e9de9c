"""Conditions and default flows: FEEL that can be read, on every flow of an exclusive gateway but its default."""

from collections.abc import Iterator

from engine import feel
from engine.definition import Definition, Flow
from engine.rules._tree import named, outgoing

SEVERITY = "error"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The default flow, the conditions that are missing, and those that cannot be read."""
    flows = outgoing(process)
    for node in process.nodes.values():
        leaving = flows.get(node.id, [])
        if node.default and node.default not in {flow.id for flow in leaving}:
            yield node.id, f"Alur bawaan {node.default[:80]} tidak keluar dari gerbang ini. Pilih salah satu alurnya."
        for flow in leaving:
            must = node.tag == "exclusiveGateway" and len(leaving) > 1
            if must and flow.condition is None and flow.id != node.default:
                yield named(flow), "Alur ini belum punya syarat. Tulis syarat FEEL atau jadikan alur bawaan gerbangnya."
            elif why := _unreadable(flow):
                yield named(flow), f"Syarat alur ini bukan FEEL yang benar. {why}"


def _unreadable(flow: Flow) -> str | None:
    try:
        feel.compile(flow.condition or "true")
    except feel.FeelError as error:
        return str(error)
    return None
