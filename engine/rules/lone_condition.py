"""A conditional flow out of an activity has another flow beside it (BPMN 2.0, 8.3.13): else a case could be stuck."""

from collections.abc import Iterator

from engine.definition import AUTOMATIC, SCOPES, WORK_ITEMS, Definition
from engine.rules._tree import named, outgoing

SEVERITY = "error"
ACTIVITIES = WORK_ITEMS | AUTOMATIC | SCOPES


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The only flow out of each activity."""
    for source, flows in outgoing(process).items():
        node = process.nodes.get(source)
        if node is not None and node.tag in ACTIVITIES and len(flows) == 1 and flows[0].condition:
            text = "Ini satu-satunya alur keluar, tetapi bersyarat: bila tidak benar, berkas tidak dapat lanjut. "
            yield named(flows[0]), text + "Hapus syaratnya, atau tambahkan alur bawaan."
