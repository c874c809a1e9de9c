"""Our own attributes and elements are those of bpmn/sopan.moddle.json, each in its place: a typo is never ignored."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from engine.definition import BPMN, EVENTS, FLOW_NODES, SOPAN, WORK_ITEMS
from engine.rules._tree import attributes, local, namespace, place

SEVERITY = "error"
VOCABULARY = Path(__file__).resolve().parents[2] / "bpmn" / "sopan.moddle.json"
ABSTRACT = {
    "CatchEvent": frozenset({"startEvent", "boundaryEvent", "intermediateCatchEvent"}),
    "ThrowEvent": frozenset({"endEvent", "intermediateThrowEvent"}),
    "Event": EVENTS,
}
PLACES = {
    "form": WORK_ITEMS | {"startEvent"},
    "kelengkapan": WORK_ITEMS,
    "output": WORK_ITEMS,
    "asal": FLOW_NODES | {"sequenceFlow"},
}  # others: any node
REPEATED = frozenset({"kelengkapan", "output"})
NEEDED = {"form": "key", "kelengkapan": "nama", "output": "nama"}


def check(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """Every attribute and element of our namespace, wherever it stands; and namespaces that were meant to be ours."""
    known, extended = vocabulary()
    for element in root.iter("*"):
        for name, _ in attributes(element):
            if _ours(namespace(name)) and name not in extended.get(local(element), ()):
                yield place(element), f"Atribut {_short(name)} tidak dikenal di sini. Periksa ejaan dan tempatnya."
        if _ours(namespace(str(element.tag))):
            yield from ((place(element), message) for message in _element(element, known))
        elif local(element) == "extensionElements":
            counted = Counter(child.tag for child in element.iterchildren("*"))
            for tag, count in counted.items():
                if count > 1 and namespace(str(tag)) == SOPAN and etree.QName(tag).localname not in REPEATED:
                    yield place(element), f"{_short(tag)} tertulis {count} kali. Sisakan satu."


def _element(element: etree._Element, known: dict[str, dict[str, str]]) -> Iterator[str]:
    name, parent = _short(element.tag), element.getparent()
    allowed = known.get(name.removeprefix("sopan:")) if namespace(str(element.tag)) == SOPAN else None
    if allowed is None:
        yield f"Unsur {name} tidak dikenal. Periksa ejaannya; nama yang ada: {', '.join(sorted(known))}."
        return
    name = name.removeprefix("sopan:")
    if parent is None or local(parent) != "extensionElements" or not _fits(name, parent.getparent()):
        yield f"sopan:{name} tidak dapat berdiri di sini. Letakkan di extensionElements sebuah tugas."
    for attribute, value in attributes(element):
        if attribute not in allowed:
            yield f"Atribut {_short(attribute)} tidak dikenal pada sopan:{name}. Periksa ejaannya."
        elif allowed[attribute] == "Boolean" and value not in ("true", "false"):
            yield f'{attribute}="{value[:40]}" pada sopan:{name} harus true atau false.'
    if name in NEEDED and not element.get(NEEDED[name], "").strip():
        yield f"sopan:{name} belum diisi. Isi atribut {NEEDED[name]}."


def _fits(name: str, host: etree._Element | None) -> bool:
    return host is not None and local(host) in PLACES.get(name, FLOW_NODES)


@lru_cache(maxsize=1)
def vocabulary() -> tuple[dict[str, dict[str, str]], dict[str, set[str]]]:
    """(element -> its attributes and their types, BPMN element -> our attributes on it), from the moddle file."""
    elements: dict[str, dict[str, str]] = {}
    attributes: dict[str, set[str]] = {}
    for kind in json.loads(VOCABULARY.read_text("utf-8"))["types"]:
        properties = {one["name"]: one["type"] for one in kind.get("properties", ())}
        if "extends" not in kind:
            elements[_lower(kind["name"])] = properties
        for host in _hosts(kind):
            attributes.setdefault(host, set()).update(f"{{{SOPAN}}}{name}" for name in properties)
    return elements, attributes


def _hosts(kind: dict[str, Any]) -> Iterator[str]:
    for name in kind.get("extends", ()):
        plain = name.removeprefix("bpmn:")
        yield from ABSTRACT.get(plain, (_lower(plain),))


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _ours(found: str) -> bool:
    """Our namespace, or one that somebody wrote for it."""
    return found.lower().startswith("urn:sopan")


def _short(name: Any) -> str:
    found = etree.QName(name)
    prefix = {SOPAN: "sopan:", BPMN: "bpmn:"}.get(found.namespace or "")
    return (f"{prefix}{found.localname}" if prefix else str(name))[:120]
