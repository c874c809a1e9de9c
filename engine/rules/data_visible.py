"""A data association leads to and from data that are visible where it stands (10.4.1)."""

from collections.abc import Iterator

from lxml import etree

from engine.definition import Definition
from engine.rules._tree import all_of, content, elements, local, place

SEVERITY = "warning"  # data move nothing here
OBJECTS = ("dataObject", "dataObjectReference")
OWN = {"sourceRef": "dataOutput", "targetRef": "dataInput"}  # of the process: nothing inside reads or fills it


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Each end of each association, named by its activity or event."""
    known = {element.get("id"): element for element in elements(process.element) if element.get("id")}
    for kind in ("dataInputAssociation", "dataOutputAssociation"):
        for association in all_of(process.element, kind):
            around = list(association.iterancestors())
            for end in association:
                found = known.get(content(end)) if local(end) in OWN else None
                if found is not None and (why := _hidden(found, local(end), around, process.element)):
                    yield place(around[0]), why.format(name=found.get("id", "")[:80])


def _hidden(data: etree._Element, end: str, around: list[etree._Element], process: etree._Element) -> str | None:
    """Why data cannot be the source or target of an association that stands in these elements."""
    if local(data) in OBJECTS and data.getparent() not in around:
        return "Objek data {name} berada di subproses lain, jadi tidak terlihat dari sini. Pindahkan ke luar."
    specification = data.getparent()
    if local(data) == OWN[end] and specification is not None and specification.getparent() is process:
        return "{name} adalah data milik proses: masukannya tidak diisi dan keluarannya tidak dibaca dari dalam."
    return None
