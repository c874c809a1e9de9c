"""A call activity calls a process that is among the files or deployed already, and that begins by itself."""

from collections.abc import Iterator, Mapping

from engine.definition import Definition
from engine.rules._expressions import unreadable
from engine.rules._tree import inner, local, place

SEVERITY = "error"


def check(process: Definition, processes: Mapping[str, Definition | None]) -> Iterator[tuple[str | None, str]]:
    """The calledElement of each call activity; of a process that is only deployed no more is known than its key."""
    for element in inner(process):
        if local(element) == "callActivity" and (
            why := _wrong((element.get("calledElement") or "").strip(), processes)
        ):
            yield place(element), why


def _wrong(called: str, processes: Mapping[str, Definition | None]) -> str | None:
    if not called:
        return "Aktivitas panggil ini belum menyebut proses. Isi calledElement dengan id sebuah proses."
    if called.startswith("="):
        why = unreadable(called)
        return f"calledElement bukan FEEL yang benar. {why}" if why else None
    if called not in processes:
        return f"Proses {called[:80]} tidak ada. Sertakan berkasnya, jadikan isExecutable, atau perbaiki calledElement."
    known = processes[called]
    if known is not None and not any(_begins(node.tag, node.parent, node.event) for node in known.nodes.values()):
        return f"Proses {called[:80]} tidak punya peristiwa mulai tanpa pemicu. Tambahkan, agar dapat dipanggil."
    return None


def _begins(tag: str, parent: str | None, event: str | None) -> bool:
    return tag == "startEvent" and parent is None and event is None
