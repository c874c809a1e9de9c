"""Pools and message flows name what exists; a process has one pool."""

from collections.abc import Iterator

from lxml import etree

from engine.rules._tree import all_of, elements, place, processes

SEVERITY = "error"


def check(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """The processRef of each pool (none: a black box), then both ends of each message flow."""
    known, pools = {process.get("id") for process in processes(root)}, all_of(root, "participant")
    used: set[str] = set()
    for pool in pools:
        process = pool.get("processRef")
        if process and process not in known:
            yield place(pool), f"Kolam ini menunjuk proses {process[:80]}, yang tidak ada. Perbaiki processRef."
        elif process in used:
            yield place(pool), f"Proses {str(process)[:80]} sudah punya kolam lain. Sisakan satu kolam."
        if process:
            used.add(process)
    owner = {e.get("id"): process for process in processes(root) for e in elements(process) if e.get("id")}
    boxes = {pool.get("id") for pool in pools}
    for flow in all_of(root, "messageFlow"):
        ends = [flow.get("sourceRef"), flow.get("targetRef")]
        if missing := [end for end in ends if end not in owner and end not in boxes]:
            yield place(flow), f"Alur pesan ini menyebut {missing[0] or '(kosong)'}, yang tidak ada. Sambungkan lagi."
        elif ends[0] in owner and ends[1] in owner and owner[ends[0]] is owner[ends[1]]:
            yield place(flow), "Alur pesan tidak boleh berada di dalam satu kolam. Pakai alur urutan."
