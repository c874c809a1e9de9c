"""An exclusive gateway that splits: a FEEL condition on every flow but its default."""

from collections.abc import Iterator

from engine import feel
from engine.definition import Definition, Flow
from engine.rules._tree import named, outgoing

SEVERITY = "error"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The default flow, the conditions that are missing, and those that cannot be read."""
    flows = outgoing(process)
    for node in process.nodes.values():
        if node.tag != "exclusiveGateway":
            continue
        leaving = flows.get(node.id, [])
        if node.default and node.default not in {flow.id for flow in leaving}:
            yield node.id, f"Alur bawaan {node.default[:80]} tidak keluar dari gerbang ini. Pilih salah satu alurnya."
        for flow in leaving:
            if flow.condition is None and flow.id != node.default and len(leaving) > 1:
                yield named(flow), "Alur ini belum punya syarat. Tulis syarat FEEL atau jadikan alur bawaan gerbangnya."
            elif why := _unreadable(flow):
                yield named(flow), f"Syarat alur ini bukan FEEL yang benar. {why}"


def _unreadable(flow: Flow) -> str | None:
    try:
        feel.compile(flow.condition or "true")
    except feel.FeelError as error:
        return str(error)
    return None
