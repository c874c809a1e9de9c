"""The small drawing on a task's page: the step before, where you are, and what comes next."""

from dataclasses import dataclass

from engine.diagram import plane
from engine.diagram.mark import Mark
from engine.diagram.pen import Pen, finish, path, put, svg, write
from engine.diagram.shapes import Band, Box, Plane, Shape
from engine.diagram.text import width, wrap

WIDE, GAP, EDGE, INNER, MOST = 330.0, 26.0, 8.0, 10.0, 3
SIZE, STEP, SUB = 13.5, 16.0, 14.0


@dataclass(frozen=True)
class Words:
    """What the drawing says beside the names of the model, in its reader's language."""

    here: str = "Anda di sini"
    at: str = "Anda di langkah {name}"
    lane: str = ", jalur {name}"
    before: str = "Sebelumnya: {name}."
    after: str = "Berikutnya: {name}."
    other: str = ", atau "


INDONESIAN = Words()


def mini(xml: bytes, here: str, words: Words = INDONESIAN) -> str:
    """An SVG of the neighbours of an activity, or nothing if the file has no such activity. Raises BadValue."""
    picture = plane.read(xml)
    now = picture.by_id.get(here)
    if now is None:
        return ""
    rows = [_before(picture, now), [now], _after(picture, now)]
    rows = [row for row in rows if row]
    heights = [max(_height(shape, _room(row)) for shape in row) for row in rows]
    total = sum(heights) + GAP * (len(rows) - 1) + 2 * EDGE + 10
    drawing = svg("mini", (0, 0, WIDE, total))
    drawing.set("role", "img")
    put(drawing, "title", _told(picture, now, rows, words))
    y = EDGE + 10
    for row, height in zip(rows, heights, strict=True):
        for place, shape in enumerate(row):
            box = Box(EDGE + place * (_room(row) + EDGE), y, _room(row), height)
            if row is not rows[0]:
                _arrow(drawing, box, went=shape is now)
            _step(drawing, picture, shape, box, _mark(shape, now, row is rows[0]), words.here)
        y += height + GAP
    return finish(drawing)


def _mark(shape: Shape, now: Shape, first: bool) -> Mark:
    return Mark("run") if shape is now else Mark("done" if first else "")


def _before(picture: Plane, now: Shape) -> list[Shape]:
    """The step that leads here on the shortest way from the start."""
    starts = [shape.id for shape in picture.shapes if shape.tag == "startEvent"]
    parents: dict[str, str] = dict.fromkeys(starts, "")
    waiting = list(starts)
    while waiting:
        node = waiting.pop(0)
        for following in _next(picture, node):
            if following not in parents:
                parents[following] = node
                waiting.append(following)
    node = parents.get(now.id, "")
    while node and not picture.by_id[node].is_activity and picture.by_id[node].tag != "startEvent":
        node = parents[node]
    return [picture.by_id[node]] if node else []


def _after(picture: Plane, now: Shape) -> list[Shape]:
    """The steps and ends that may come next, through gateways; the nearest first."""
    found, seen, waiting = [], {now.id}, [now.id]
    while waiting:
        for following in _next(picture, waiting.pop(0)):
            if following in seen:
                continue
            seen.add(following)
            shape = picture.by_id[following]
            if shape.is_activity or shape.tag == "endEvent":
                found.append(shape)
            else:
                waiting.append(following)
    return sorted(found, key=lambda shape: shape.added)[:MOST]


def _next(picture: Plane, node: str) -> list[str]:
    flows = (edge for edge in picture.edges if edge.source == node and edge.tag == "sequenceFlow")
    return [flow.target for flow in flows if flow.target in picture.by_id]


def _room(row: list[Shape]) -> float:
    return (WIDE - EDGE) / len(row) - EDGE


def _lines(shape: Shape, room: float) -> list[str]:
    return wrap(shape.title or shape.id, room - 2 * INNER, SIZE, 4)


def _height(shape: Shape, room: float) -> float:
    return len(_lines(shape, room)) * STEP + 2 * SUB + 14


def _step(drawing: Pen, picture: Plane, shape: Shape, box: Box, mark: Mark, here: str) -> None:
    cls = " ".join(filter(None, ("task", mark.state, "plus" if shape.added else "")))
    group = put(drawing, "g", cls=cls)
    put(group, "rect", cls="b", x=box.x, y=box.y, width=box.w, height=box.h, rx=6.0)
    lines = _lines(shape, box.w)
    write(group, lines, box.x + INNER, box.y + 24, STEP, "nm", "start")
    band = _band(picture, shape)
    fits = width(band.name, 11.5) < box.w - 2 * INNER
    lane = wrap(band.name if fits else band.short, box.w - 2 * INNER, 11.5, 2)
    write(group, lane, box.x + INNER, box.y + 24 + len(lines) * STEP, SUB, "sub", "start")
    if shape.number:
        wide = max(width(shape.number, 12) + 12, 22)
        put(group, "rect", cls="nb", x=box.x + 8, y=box.y - 10, width=wide, height=19.0, rx=9.5, stroke="none")
        put(group, "text", shape.number, cls="n", x=box.x + 8 + wide / 2, y=box.y + 4, text_anchor="middle")
    if mark.state == "run":
        wide = width(here, 12) + 14
        flag = put(group, "g", cls="flag here")
        put(flag, "rect", x=box.right - wide - 8, y=box.y - 10, width=wide, height=19.0, rx=3.0)
        put(flag, "text", here, x=box.right - wide / 2 - 8, y=box.y + 4, text_anchor="middle")


def _arrow(drawing: Pen, box: Box, went: bool) -> None:
    end = box.y - 11
    put(drawing, "path", cls="edge went" if went else "edge", d=path([(box.cx, box.y - GAP), (box.cx, end)]))
    tip = path([(box.cx - 5, end - 2), (box.cx + 5, end - 2), (box.cx, end + 8)])
    put(drawing, "path", cls="tip went" if went else "tip", d=tip + "z")


def _band(picture: Plane, shape: Shape) -> Band:
    box = shape.box
    holders = (band for band in picture.bands if band.box.y <= box.cy <= band.box.bottom)
    return next(holders, Band("", box))


def _told(picture: Plane, now: Shape, rows: list[list[Shape]], words: Words) -> str:
    at = rows.index([now])
    before = rows[at - 1][0].name if at else ""
    after = words.other.join(shape.name for shape in rows[at + 1]) if len(rows) > at + 1 else ""
    lane = words.lane.format(name=_band(picture, now).name) if picture.bands else ""
    said = [f"{words.at.format(name=now.name)}{lane}."]
    said += [words.before.format(name=before)] if before else []
    return " ".join([*said, words.after.format(name=after)] if after else said)
