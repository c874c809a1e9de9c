"""The whole diagram: the names of the lanes as one SVG that stays put, everything else as another beside it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from engine.diagram import nodes, plane
from engine.diagram.mark import NONE, Mark
from engine.diagram.pen import Pen, finish, path, put, svg, write
from engine.diagram.shapes import Band, Box, Edge, Plane, Shape
from engine.diagram.text import wrap

NAMES, HEAD, MARGIN = 124.0, 30.0, 16.0  # the column of names; the part of a lane that BPMN tools write the name into
SCALE = 0.85  # of the file's pixels: smallest text about 10 px
BASE = 11.5


@dataclass(frozen=True)
class Drawing:
    """Two SVGs of one height and scale: the names of the lanes (empty without lanes) and the body."""

    names: str
    body: str

    def __str__(self) -> str:
        return f'<div class="flow">{self.names}{self.body}</div>'

    __html__ = __str__


def draw(xml: bytes, marks: Mapping[str, Mark] = NONE, taken: Collection[str] = (), title: str = "") -> Drawing:
    """Draw a BPMN file with what is so at its elements and the flows that were taken.

    A file without a picture gets a plain automatic layout. Elements we do not know become boxes. Raises BadValue.
    """
    picture = plane.read(xml)
    view = _view(picture)
    marks = _passed(picture, frozenset(taken)) | dict(marks)
    body = svg("body", (view.x, view.y, view.w, view.h), SCALE)
    _title(body, picture, marks, title)
    _markers(body)
    _bands(body, picture.bands, view)
    _groups(body, picture, marks)
    _edges(body, picture, frozenset(taken))
    _nodes(body, picture, marks, frozenset(taken))
    return Drawing(_names(picture.bands, view), finish(body))


def _view(picture: Plane) -> Box:
    box = picture.box
    if not picture.bands:
        return Box(box.x - MARGIN, box.y - MARGIN, box.w + 2 * MARGIN, box.h + 3 * MARGIN)
    left = min(band.box.x for band in picture.bands) + HEAD
    left = min([left, *(shape.box.x - MARGIN for shape in picture.shapes)])
    return Box(left, box.y, box.right - left, box.h)


def _passed(picture: Plane, taken: frozenset[str]) -> dict[str, Mark]:
    """Events and gateways that the taken flows touch count as done."""
    touched = {node for edge in picture.edges if edge.id in taken for node in (edge.source, edge.target)}
    return {s.id: Mark("done") for s in picture.shapes if s.id in touched and not s.is_activity and not s.host}


def _title(body: Pen, picture: Plane, marks: Mapping[str, Mark], title: str) -> None:
    linked = any(mark.href for mark in marks.values())
    body.set("role", "group" if linked else "img")
    body.set("aria-labelledby", "k-t k-d")
    put(body, "title", title or "Diagram proses", id="k-t")
    steps = [_told(s, marks.get(s.id, Mark())) for s in picture.shapes if s.is_activity]
    said = [step for step in steps if ": " in step]
    put(body, "desc", " ".join(f"{step}." for step in said or steps), id="k-d")


def _told(shape: Shape, mark: Mark) -> str:
    return ": ".join(part for part in (shape.name or shape.id, mark.told()) if part)


def _markers(body: Pen) -> None:
    defs = put(body, "defs")
    for key, cls, size in (("k-m", "tip", 8.0), ("k-w", "tip went", 10.0)):
        marker = put(defs, "marker", id=key, markerWidth=size, markerHeight=size)
        for name, value in {"viewBox": "0 0 8 8", "refX": "7", "refY": "4"}.items():
            marker.set(name, value)
        marker.set("markerUnits", "userSpaceOnUse")
        marker.set("orient", "auto")
        put(marker, "path", cls=cls, d="M0 0 8 4 0 8z")


def _bands(body: Pen, bands: tuple[Band, ...], view: Box) -> None:
    for number, band in enumerate(bands):
        cls = "band odd" if number % 2 else "band"
        put(body, "rect", cls=cls, x=view.x, y=band.box.y, width=view.w, height=band.box.h)
        put(body, "path", cls="cut", d=path([(view.x, band.box.bottom), (view.right, band.box.bottom)]))


def _groups(body: Pen, picture: Plane, marks: Mapping[str, Mark]) -> None:
    """What lies behind everything else: opened sub-processes, pools without bands, groups."""
    for shape in picture.shapes:
        if _behind(shape):
            if shape.is_activity:
                nodes.task(body, shape, marks.get(shape.id, Mark()), _told(shape, marks.get(shape.id, Mark())))
            else:
                nodes.other(body, shape, Mark())


def _behind(shape: Shape) -> bool:
    return shape.tag in ("group", "participant", "lane") or (shape.expanded and shape.is_activity)


def _edges(body: Pen, picture: Plane, taken: frozenset[str]) -> None:
    """The flows, those taken on top, and then their names."""
    shown = [edge for edge in picture.edges if edge.id not in picture.tails]
    for edge in sorted(shown, key=lambda edge: edge.id in taken):
        went = edge.id in taken
        plain = edge.tag == "sequenceFlow" and not edge.added
        cls = " ".join(filter(None, ("edge", "went" if went else "", "" if plain else "plus")))
        put(body, "path", cls=cls, d=path(edge.points), marker_end=f"url(#{'k-w' if went else 'k-m'})")
    for edge in shown:
        if edge.name:
            nodes.caption(body, edge.name, edge.label or _beside(edge))


def _beside(edge: Edge) -> Box:
    """A place for the name of a flow that has none in the file: above the middle of its longest part."""
    parts = zip(edge.points, edge.points[1:], strict=False)
    (x1, y1), (x2, y2) = max(parts, key=lambda part: abs(part[0][0] - part[1][0]) + abs(part[0][1] - part[1][1]))
    return Box((x1 + x2) / 2 - 40, (y1 + y2) / 2 - 18, 80, 14)


def _nodes(body: Pen, picture: Plane, marks: Mapping[str, Mark], taken: frozenset[str]) -> None:
    fired = {edge.source for edge in picture.edges if edge.id in taken}
    insets = {s.host: s.box.w / 2 for s in picture.shapes if _beside_name(s, picture.by_id.get(s.host))}
    for shape in picture.shapes:
        mark = marks.get(shape.id, Mark())
        if shape.id in picture.tails or _behind(shape):
            continue
        if shape.limit:
            nodes.clock(body, shape, shape.id in fired)
        elif shape.is_activity:
            nodes.task(body, shape, mark, _told(shape, mark), insets.get(shape.id, 0))
        elif shape.is_node:
            (nodes.gateway if shape.tag.endswith("Gateway") else nodes.event)(body, shape, mark)
            nodes.label(body, shape)
        else:
            nodes.other(body, shape, mark)


def _beside_name(event: Shape, host: Shape | None) -> bool:
    """Whether a boundary event sits at the height of its host's name."""
    return host is not None and host.box.y + 8 < event.box.cy < host.box.bottom - 8


def _names(bands: tuple[Band, ...], view: Box) -> str:
    """The names of the lanes: the short name stands out, the rest below it."""
    if not bands:
        return ""
    names = svg("names", (0, view.y, NAMES, view.h), SCALE)
    names.set("aria-hidden", "true")
    names.set("focusable", "false")
    for band in bands:
        box = band.box
        put(names, "rect", x=0.0, y=box.y, width=NAMES, height=box.h)
        put(names, "path", cls="cut", d=path([(0, box.bottom), (NAMES, box.bottom)]))
        big, small = wrap(band.short, NAMES - 18, 14, 4), wrap(band.long, NAMES - 18, BASE, 3)
        top = box.cy - (len(big) * 17 + len(small) * 14) / 2 + 13
        write(names, big, 10, top, 17, "lane", "start")
        write(names, small, 10, top + len(big) * 17 - 2, 14, "sub", "start")
    return finish(names)
