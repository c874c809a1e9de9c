"""An ioSpecification is whole: each input and output stands in a set, and sets name what is there (10.4.1)."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from engine.definition import Definition
from engine.rules._tree import all_of, children, content, local, place, variable

SEVERITY = "error"
REFERS = {
    "dataInputRefs": "dataInput", "optionalInputRefs": "dataInput", "whileExecutingInputRefs": "dataInput",
    "dataOutputRefs": "dataOutput", "optionalOutputRefs": "dataOutput", "whileExecutingOutputRefs": "dataOutput",
    "outputSetRefs": "outputSet", "inputSetRefs": "inputSet",
}  # fmt: skip


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Each ioSpecification, named by its activity."""
    for specification in all_of(process.element, "ioSpecification"):
        host = specification.getparent()
        where = place(specification if host is None else host)
        yield from ((where, message) for message in _sets(specification))
        if host is not None and local(host) == "callActivity":
            yield from ((where, message) for message in _handed(specification))


def _sets(specification: etree._Element) -> Iterator[str]:
    """What the sets name and is not there, then what is there and no set names."""
    known = {kind: {e.get("id") for e in children(specification, kind)} for kind in set(REFERS.values())}
    used: set[str] = set()
    for group in children(specification, "inputSet", "outputSet"):
        for reference in group:
            kind, name = REFERS.get(local(reference)), content(reference)
            used.add(name)
            if kind and name not in known[kind]:
                yield f"ioSpecification menyebut {kind} {name[:80] or '(kosong)'}, yang tidak ada. Perbaiki {kind}-nya."
        yield from _parts(group)
    for group_name in ("inputSet", "outputSet"):
        if not children(specification, group_name):
            yield f"ioSpecification tanpa {group_name}. Tambahkan sebuah {group_name}, boleh kosong."
    for kind, group_name in (("dataInput", "inputSet"), ("dataOutput", "outputSet")):
        for item in children(specification, kind):
            if item.get("id") not in used:
                shown = variable(item)[:80] or "(tanpa nama)"
                yield f"{kind} {shown} tidak disebut di {group_name} mana pun. Sebutkan di sebuah {group_name}."


def _parts(group: etree._Element) -> Iterator[str]:
    """What a set calls optional or used while executing is one of its own."""
    for kind in ("Input", "Output"):
        own = {content(child) for child in children(group, f"data{kind}Refs")}
        for child in children(group, f"optional{kind}Refs", f"whileExecuting{kind}Refs"):
            if content(child) not in own:
                shown = content(child)[:80] or "(kosong)"
                yield f"{shown} disebut di {local(child)}, tetapi bukan bagian set itu. Sebutkan di data{kind}Refs."


def _handed(specification: etree._Element) -> Iterator[str]:
    """What a call hands in and back is named once a direction."""
    for kind in ("dataInput", "dataOutput"):
        counted = Counter(variable(item) for item in children(specification, kind))
        if counted.pop("", 0):
            yield f"Sebuah {kind} belum bernama, jadi tidak jelas variabel mana yang disalin. Isi atribut name."
        for name, count in counted.items():
            if count > 1:
                yield f"{kind} {name[:80]} tertulis {count} kali. Sisakan satu."
