"""Every step can run, and a case can end: found by exploring the model without data (CONTRACT, Soundness)."""

from collections.abc import Iterator

from engine.definition import Definition
from engine.rules._runs import runs
from engine.rules._tree import attached, outgoing

SEVERITY = "error"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """What no path leads to, then what no run reaches, then whether a run ends."""
    starts = [node.id for node in process.nodes.values() if node.tag == "startEvent" and node.parent is None]
    if not starts:
        return
    connected = _connected(process, starts)
    for node in process.nodes:
        if node not in connected:
            yield node or None, "Tidak ada jalan dari peristiwa mulai ke sini. Sambungkan, atau hapus langkah ini."
    found = runs(process)
    if not found.complete:
        return
    stuck = [node for node in process.nodes if node in connected and node not in found.ran]
    for node in stuck:
        text = "Langkah ini tidak pernah dapat berjalan: gerbang paralel sebelumnya menunggu alur yang tidak datang."
        yield node, text
    if not found.ends and not stuck:
        yield starts[0], "Berkas tidak akan pernah selesai: tidak ada jalan sampai ke akhir. Tambahkan jalan keluar."


def _connected(process: Definition, starts: list[str]) -> set[str]:
    """Along flows, to the events of an activity, into a sub-process, and from one end of a link to the other."""
    flows, events, inside = outgoing(process), attached(process), _entries(process)
    begins = [*starts, *inside.get(None, ())]
    found, waiting = set(begins), begins
    while waiting:
        node = waiting.pop()
        following = [flow.target for flow in flows.get(node, ())] + [event.id for event in events.get(node, ())]
        following += [*inside.get(node, ()), *(catch.id for catch in process.linked(node))]
        for target in following:
            if target in process.nodes and target not in found:
                found.add(target)
                waiting.append(target)
    return found


def _entries(process: Definition) -> dict[str | None, list[str]]:
    """Where a scope begins: the start event of a sub-process, and its event sub-processes with theirs."""
    found: dict[str | None, list[str]] = {}
    for node in process.nodes.values():
        if node.tag == "startEvent" and node.parent is not None or node.triggered:
            found.setdefault(node.parent, []).append(node.id)
    return found
