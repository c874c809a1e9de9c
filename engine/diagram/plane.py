"""A BPMN file's picture as plain values: boxes, lines and names, of any tool and any element."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from math import isfinite

from lxml import etree

from engine.diagram import arrange, limit
from engine.diagram.shapes import Band, Box, Edge, Plane, Point, Shape
from engine.errors import BadValue

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
SOPAN = "{urn:sopan:bpmn:1}"
FLOWS = frozenset({"sequenceFlow", "messageFlow", "association", "dataInputAssociation", "dataOutputAssociation"})
FURTHEST = 1_000_000  # a coordinate beyond is no drawing
Elements = dict[str, etree._Element]


@lru_cache(maxsize=64)
def read(xml: bytes) -> Plane:
    """The first diagram of a file; one of our own making where it has none. Raises BadValue: not XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadValue("Diagram tidak dapat dibaca: bukan XML yang benar.") from error
    elements = {e.get("id", ""): e for e in root.iter(f"{BPMN}*") if e.get("id")}
    plane = next(root.iter(f"{DI}BPMNPlane"), None)
    drawn = list(_shapes(plane, elements)) if plane is not None else []
    edges = tuple(_edges(plane, elements)) if plane is not None else ()
    nodes, flows, lanes = _undrawn(elements)
    if nodes and not any(shape.is_node for shape in drawn):
        drawn, edges = arrange.lay_out(nodes, flows, lanes)
    return _plane(tuple(drawn), edges)


def _plane(drawn: tuple[Shape, ...], edges: tuple[Edge, ...]) -> Plane:
    bands = tuple(_bands(drawn))
    shapes = tuple(shape for shape in drawn if not bands or shape.tag not in ("lane", "participant"))
    return Plane(shapes, edges, bands, _around(drawn, edges))


def _bands(drawn: tuple[Shape, ...]) -> Iterator[Band]:
    """The innermost horizontal lanes, and pools without lanes; nothing where a pool stands upright."""
    rows = [shape for shape in drawn if shape.tag in ("lane", "participant")]
    if not all(shape.horizontal for shape in rows):
        return
    for row in rows:
        inside = [other for other in rows if other is not row and _holds(row.box, other.box)]
        if not inside or (row.tag == "lane" and all(other.tag == "participant" for other in inside)):
            yield Band(row.name, row.box)


def _holds(outer: Box, inner: Box) -> bool:
    return outer.x <= inner.x and outer.y <= inner.y and outer.right >= inner.right and outer.bottom >= inner.bottom


def _around(drawn: tuple[Shape, ...], edges: tuple[Edge, ...]) -> Box:
    boxes = [shape.box for shape in drawn]
    boxes += [label for label in (*(s.label for s in drawn), *(e.label for e in edges)) if label]
    points = [point for edge in edges for point in edge.points]
    points += [corner for box in boxes for corner in ((box.x, box.y), (box.right, box.bottom))]
    if not points:
        return Box(0, 0, 1, 1)
    left, top = min(x for x, _ in points), min(y for _, y in points)
    return Box(left, top, max(x for x, _ in points) - left, max(y for _, y in points) - top)


def _shapes(plane: etree._Element, elements: Elements) -> Iterator[Shape]:
    limits = _limits(elements)
    for drawn in plane.iterchildren(f"{DI}BPMNShape"):
        element, box = elements.get(_plain(drawn.get("bpmnElement"))), _bounds(drawn)
        if element is None or box is None:
            continue
        label = drawn.find(f"{DI}BPMNLabel")
        shape = _shape(element, box, limits)
        yield replace(
            shape,
            label=_bounds(label) if label is not None else None,
            horizontal=drawn.get("isHorizontal", "true") != "false",
            expanded=drawn.get("isExpanded") == "true",
        )


def _shape(element: etree._Element, box: Box, limits: dict[str, str]) -> Shape:
    found, tag = element.find(f"{BPMN}extensionElements"), _local(element)
    sop = found.find(f"{SOPAN}sop") if found is not None else None
    text = element.findtext(f"{BPMN}text") if tag == "textAnnotation" else None
    event = next((_local(child) for child in element if _local(child).endswith("EventDefinition")), "")
    return Shape(
        id=element.get("id", ""),
        tag=tag,
        name=text or element.get("name") or "",
        box=box,
        number=(sop.get("nomor") or "") if sop is not None else "",
        added=_added(element),
        event=event.removesuffix("EventDefinition"),
        host=element.get("attachedToRef") or "",
        interrupting=element.get("cancelActivity", "true") != "false",
        limit=limits.get(element.get("id", ""), ""),
    )


def _edges(plane: etree._Element, elements: Elements) -> Iterator[Edge]:
    for drawn in plane.iterchildren(f"{DI}BPMNEdge"):
        element = elements.get(_plain(drawn.get("bpmnElement")))
        points = [point for point in map(_point, drawn.iterchildren(WAYPOINT)) if point]
        if element is None or len(points) < 2:
            continue
        label = drawn.find(f"{DI}BPMNLabel")
        yield replace(_edge(element, tuple(points)), label=_bounds(label) if label is not None else None)


def _edge(element: etree._Element, points: tuple[Point, ...]) -> Edge:
    source, target = _plain(element.get("sourceRef")), _plain(element.get("targetRef"))
    name = element.get("name") or ""
    return Edge(element.get("id", ""), _local(element), name, points, source, target, _added(element))


def _undrawn(elements: Elements) -> tuple[list[Shape], list[Edge], dict[str, str]]:
    """The nodes, the flows and the lanes of a file without a picture."""
    limits, nothing = _limits(elements), Box(0, 0, 0, 0)
    parents = {e.getparent() for e in elements.values() if _local(e) == "sequenceFlow"}
    parents |= {e for e in elements.values() if _local(e) == "process"}
    shapes = [_shape(e, nothing, limits) for e in elements.values() if e.getparent() in parents]
    lanes = {
        str(ref.xpath("string()")).strip(): lane.get("name") or lane.get("id") or ""
        for lane in elements.values()
        if _local(lane) == "lane"
        for ref in lane.iterchildren(f"{BPMN}flowNodeRef")
    }
    flows = [_edge(e, ()) for e in elements.values() if _local(e) == "sequenceFlow"]
    return [shape for shape in shapes if shape.is_node], flows, lanes


def _limits(elements: Elements) -> dict[str, str]:
    """Boundary event -> the deadline it stands for, in short words."""
    found = {}
    for key, element in elements.items():
        duration = element.find(f"{BPMN}timerEventDefinition/{BPMN}timeDuration")
        if duration is not None and _local(element) == "boundaryEvent" and element.get("cancelActivity") == "false":
            places = (duration, *duration.iterancestors())
            unit = next((place.get(f"{SOPAN}unit") for place in places if place.get(f"{SOPAN}unit")), None)
            found[key] = limit.tell((duration.text or "").strip(), unit or "")
    return found


def _added(element: etree._Element) -> bool:
    found = element.find(f"{BPMN}extensionElements")
    return found is not None and any(e.get("jenis") == "tambahan" for e in found.iterchildren(f"{SOPAN}asal"))


def _bounds(drawn: etree._Element) -> Box | None:
    bounds = drawn.find(f"{DC}Bounds")
    numbers = [_number(bounds.get(name)) for name in ("x", "y", "width", "height")] if bounds is not None else []
    if not numbers or any(number is None for number in numbers):
        return None
    x, y, w, h = (number or 0.0 for number in numbers)
    return Box(x, y, w, h) if w >= 0 and h >= 0 else None


def _point(waypoint: etree._Element) -> Point | None:
    x, y = _number(waypoint.get("x")), _number(waypoint.get("y"))
    return (x, y) if x is not None and y is not None else None


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if isfinite(number) and abs(number) < FURTHEST else None


def _plain(reference: str | None) -> str:
    """An id without the prefix that a QName may carry."""
    return (reference or "").rpartition(":")[2]


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
