"""A plain layout for a file without a picture: one row a lane, one column a step, in the order of the flow."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from engine.diagram.shapes import Box, Edge, Point, Shape

COLUMN, ROW, HEAD = 190.0, 150.0, 30.0
SIZES = {"Gateway": (36.0, 36.0), "Event": (36.0, 36.0)}
TASK = (140.0, 66.0)


def lay_out(
    nodes: Sequence[Shape], flows: Sequence[Edge], lanes: dict[str, str]
) -> tuple[list[Shape], tuple[Edge, ...]]:
    """The nodes with boxes and the flows with points. Lines may cross: it is a substitute, not a drawing."""
    rows = list(dict.fromkeys(lanes.values())) or [""]
    columns = {node: place for place, node in enumerate(_order(nodes, flows))}
    placed = []
    for node in nodes:
        if not node.host:
            column, row = columns[node.id], rows.index(lanes.get(node.id, rows[0]))
            placed.append(replace(node, box=_box(node, (column + 0.5) * COLUMN + HEAD, (row + 0.5) * ROW)))
    boxes = {node.id: node.box for node in placed}
    for node in nodes:
        if host := boxes.get(node.host):
            placed.append(replace(node, box=Box(host.right - 32, host.bottom - 12, 24, 24)))
    boxes |= {node.id: node.box for node in placed}
    edges = tuple(
        replace(flow, points=_route(boxes[flow.source], boxes[flow.target]))
        for flow in flows
        if flow.source in boxes and flow.target in boxes
    )
    named = len(rows) > 1 or rows[0]
    wide = len(columns) * COLUMN + HEAD
    bands = [Shape(f"_lane_{n}", "lane", name, Box(0, n * ROW, wide, ROW)) for n, name in enumerate(rows) if named]
    return bands + placed, edges


def _order(nodes: Sequence[Shape], flows: Sequence[Edge]) -> list[str]:
    """The ids breadth first from the starts; what nothing leads to comes last."""
    after: dict[str, list[str]] = {}
    for flow in flows:
        after.setdefault(flow.source, []).append(flow.target)
    for node in nodes:
        if node.host:
            after.setdefault(node.host, []).extend(after.get(node.id, ()))
    known = {node.id for node in nodes if not node.host}
    found = dict.fromkeys(node.id for node in nodes if node.tag == "startEvent")
    waiting = list(found)
    while waiting:
        for following in after.get(waiting.pop(0), ()):
            if following in known and following not in found:
                found[following] = None
                waiting.append(following)
    return [*found, *(key for key in (node.id for node in nodes) if key in known and key not in found)]


def _box(node: Shape, cx: float, cy: float) -> Box:
    w, h = next((size for end, size in SIZES.items() if node.tag.endswith(end)), TASK)
    return Box(cx - w / 2, cy - h / 2, w, h)


def _route(source: Box, target: Box) -> tuple[Point, ...]:
    if target.x > source.right:
        middle = (source.right + target.x) / 2
        points = [(source.right, source.cy), (middle, source.cy), (middle, target.cy), (target.x, target.cy)]
    else:
        below = ceil(max(source.bottom, target.bottom) / ROW) * ROW - 10
        points = [(source.cx, source.bottom), (source.cx, below), (target.cx, below), (target.cx, target.bottom)]
    return tuple(dict.fromkeys(points))
