"""Whatever the engine cannot execute rightly is refused by name; nothing is ignored silently."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from engine.definition import GATEWAYS, Definition
from engine.rules._grammar import ANY, ATTRIBUTES, CHILDREN, HINTS, OTHERWISE
from engine.rules._tree import attributes, local, namespace, outgoing, place

SEVERITY = "error"
Found = Iterator[tuple[str | None, str]]


def check(process: Definition) -> Found:
    """Unknown children and attributes, then the shapes of events and flows."""
    stack = [process.element]
    while stack:
        element = stack.pop()
        yield from _attributes(element)
        if local(element) in CHILDREN:
            known, unknown = _children(element)
            stack += reversed(known)
            for child in unknown:
                yield place(child), f"{_shown(child)} belum dapat dijalankan. {HINTS.get(local(child), OTHERWISE)}"
    yield from _events(process)
    yield from _starts(process)
    yield from _flows(process)


def _children(element: etree._Element) -> tuple[list[etree._Element], list[etree._Element]]:
    """(executed or documentation, refused); elements of other tools are neither."""
    known: list[etree._Element] = []
    unknown: list[etree._Element] = []
    for child in element:
        if isinstance(child.tag, str) and (local(child) or not namespace(child.tag)):
            (known if local(child) in CHILDREN[local(element)] else unknown).append(child)
    return known, unknown


def _attributes(element: etree._Element) -> Found:
    allowed = ATTRIBUTES.get(local(element))
    if allowed is None:
        return
    for name, value in attributes(element):
        if namespace(name):
            continue
        if name not in allowed:
            yield place(element), f"Atribut {name} pada {_shown(element)} tidak didukung. Hapus atau perbaiki ejaannya."
        elif allowed[name] is not ANY and value not in allowed[name]:
            known = " atau ".join(sorted(allowed[name])[:4])
            yield place(element), f'{name}="{value[:40]}" tidak didukung. Nilai yang dapat dijalankan: {known}.'


def _events(process: Definition) -> Found:
    for element in process.element:
        if local(element) not in ("startEvent", "endEvent", "boundaryEvent"):
            continue
        count = sum(local(child).endswith("EventDefinition") for child in element)
        if count > 1:
            yield place(element), "Satu peristiwa hanya boleh punya satu pemicu. Pisahkan menjadi beberapa peristiwa."
        elif not count and local(element) == "boundaryEvent":
            yield place(element), "Peristiwa tepi ini belum punya pemicu. Pilih waktu atau pesan."
    for node in process.nodes.values():
        host = process.nodes.get(node.attached_to or "")
        if host is not None and not host.is_work_item:
            yield node.id, "Peristiwa tepi hanya dapat menempel pada tugas. Pindahkan ke sebuah tugas."


def _starts(process: Definition) -> Found:
    starts = [node for node in process.nodes.values() if node.tag == "startEvent"]
    for node in starts[1:]:
        yield node.id, f"Hanya satu peristiwa mulai yang dapat dijalankan; sudah ada {starts[0].id}. Gabungkan."


def _flows(process: Definition) -> Found:
    for source, flows in outgoing(process).items():
        node = process.nodes.get(source)
        if node is None:
            continue
        if node.tag not in GATEWAYS and len(flows) > 1:
            yield node.id, "Lebih dari satu alur keluar tanpa gerbang. Tambahkan gerbang paralel atau eksklusif."
        if node.tag != "exclusiveGateway" and any(flow.condition for flow in flows):
            yield node.id, "Syarat hanya dapat dipakai pada alur yang keluar dari gerbang eksklusif. Tambahkan gerbang."
        # alternatives of an exclusive gateway may meet at once: only one of them is taken
        for target, count in Counter(flow.target for flow in flows).items():
            if count > 1 and node.tag != "exclusiveGateway":
                yield node.id, f"Ada lebih dari satu alur dari sini langsung ke {target}. Sisakan satu alur."


def _shown(element: etree._Element) -> str:
    return f"bpmn:{local(element)}" if local(element) else f"<{element.tag}> tanpa namespace"
