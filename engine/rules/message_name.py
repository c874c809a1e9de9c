"""A message event waits for a message with a name, and knows its own from those beside it."""

from collections.abc import Iterator

from engine import feel
from engine.definition import Definition, Node

SEVERITY = "error"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The name and key of each message event; two of one name on one task would race."""
    seen: set[tuple[str | None, str]] = set()
    for node in process.nodes.values():
        if node.event != "messageEventDefinition" and node.tag not in ("receiveTask", "sendTask"):
            continue
        if not (node.message or "").strip():
            yield node.id, "Peristiwa ini belum menunjuk pesan yang bernama. Tambahkan bpmn:message dan isi messageRef."
        elif node.attached_to and (node.attached_to, node.message or "") in seen:
            yield node.id, f"Sudah ada peristiwa tepi untuk pesan {node.message} pada tugas ini. Sisakan satu."
        elif why := _unreadable(node):
            yield node.id, f"sopan:key bukan FEEL yang benar. {why}"
        seen.add((node.attached_to, node.message or ""))


def _unreadable(node: Node) -> str | None:
    try:
        feel.compile(node.key or "null")
    except feel.FeelError as error:
        return str(error)
    return None
