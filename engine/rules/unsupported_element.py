"""Whatever the engine cannot execute rightly is refused by name; nothing is ignored silently."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from engine.definition import CALL, EMBEDDED, EVENTS, Definition
from engine.rules._grammar import ANY, ATTRIBUTES, CHILDREN, HINTS, ONCE, OTHERWISE
from engine.rules._tree import attributes, inner, local, namespace, outgoing, place

SEVERITY = "error"
HOSTS = EMBEDDED | {"receiveTask", "sendTask", "businessRuleTask", CALL}
BEGINS = frozenset(f"{kind}EventDefinition" for kind in ("message", "signal", "timer"))  # a process, beside a person
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
            for name, count in Counter(map(local, known)).items():
                if count > 1 and name in ONCE:
                    yield place(element), f"bpmn:{name} tertulis {count} kali di sini. Sisakan satu."
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
    for element in inner(process):
        if local(element) not in EVENTS:
            continue
        count = sum(local(child).endswith("EventDefinition") for child in element)
        if count > 1:
            yield place(element), "Satu peristiwa hanya boleh punya satu pemicu. Pisahkan menjadi beberapa peristiwa."
        elif not count and local(element) in ("boundaryEvent", "intermediateCatchEvent"):
            yield place(element), "Peristiwa ini belum punya pemicu. Pilih misalnya waktu atau pesan."
    for node in process.nodes.values():
        host = process.nodes.get(node.attached_to or "")
        if host is not None and not (host.is_work_item or host.tag in HOSTS) or host is not None and host.triggered:
            yield node.id, "Peristiwa tepi hanya dapat menempel pada tugas atau subproses. Pindahkan."
        if node.event == "errorEventDefinition" and not node.interrupting:
            yield node.id, "Kesalahan selalu menghentikan lingkupnya (BPMN 2.0, 10.5.6). Jadikan peristiwa ini menyela."


def _starts(process: Definition) -> Found:
    """One none start event a scope; a process may have others beside it that a message, signal or timer fires."""
    first: dict[str | None, str] = {}
    for node in process.nodes.values():
        if node.tag != "startEvent":
            continue
        around = process.nodes.get(node.parent or "")
        handler = around is not None and around.triggered
        alone = node.parent is not None or not node.event
        if alone and node.parent in first:
            text = f"Hanya satu peristiwa mulai yang dapat dijalankan; sudah ada {first[node.parent]}. Gabungkan."
            yield node.id, text
        elif node.event and not handler and (around is not None or node.event not in BEGINS):
            yield node.id, "Pemicu pada peristiwa mulai ini tidak dapat dijalankan di sini. Pakai awal biasa."
        elif not node.interrupting and not (handler and node.event):
            yield node.id, 'isInterrupting="false" hanya berlaku untuk subproses peristiwa. Hapus.'
        if alone:
            first.setdefault(node.parent, node.id)


def _flows(process: Definition) -> Found:
    for source, flows in outgoing(process).items():
        node = process.nodes.get(source)
        if (
            node is not None
            and node.tag in ("parallelGateway", "eventBasedGateway")
            and any(f.condition for f in flows)
        ):
            yield node.id, "Alur dari gerbang ini tidak boleh bersyarat. Hapus syaratnya, atau pakai gerbang lain."
        elif node is not None and node.tag in EVENTS and any(f.condition for f in flows):
            yield node.id, "Alur dari peristiwa tidak boleh bersyarat (BPMN 2.0, 8.3.13). Tambahkan gerbang eksklusif."


def _shown(element: etree._Element) -> str:
    return f"bpmn:{local(element)}" if local(element) else f"<{element.tag}> tanpa namespace"
