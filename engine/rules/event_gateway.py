"""Behind an event-based gateway stand the events that race (BPMN 2.0, 10.6.6): nothing else, each with one flow in."""

from collections import Counter
from collections.abc import Iterator

from engine.definition import Definition, Node
from engine.rules._tree import attached, outgoing

SEVERITY = "error"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The targets of each event-based gateway."""
    flows, events = outgoing(process), attached(process)
    into = Counter(flow.target for flow in process.flows.values())
    for node in process.nodes.values():
        if node.tag != "eventBasedGateway":
            continue
        targets = [process.nodes[flow.target] for flow in flows.get(node.id, ()) if flow.target in process.nodes]
        if len(targets) < 2:
            yield node.id, "Gerbang peristiwa memilih dari paling sedikit dua peristiwa. Tambahkan, atau hapus gerbang."
        kinds = {(target.tag, target.event) for target in targets}
        if ("receiveTask", None) in kinds and ("intermediateCatchEvent", "messageEventDefinition") in kinds:
            yield node.id, "Di satu gerbang peristiwa, pakai peristiwa pesan saja atau tugas terima saja. Samakan."
        for target in targets:
            if not _races(target):
                yield target.id, "Di belakang gerbang peristiwa hanya boleh ada peristiwa tangkap atau tugas terima."
            elif into[target.id] > 1 or events.get(target.id):
                yield target.id, "Peristiwa ini hanya boleh dicapai dari gerbang peristiwanya, tanpa peristiwa tepi."


def _races(node: Node) -> bool:
    return node.tag == "receiveTask" or node.tag == "intermediateCatchEvent" and not node.link
