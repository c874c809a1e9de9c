"""One element of a drawing: a task with its marks, an event, a gateway, or a plain box for what we do not know."""

from collections.abc import Callable

from engine.diagram.mark import Mark
from engine.diagram.pen import Pen, path, put, write
from engine.diagram.shapes import Box, Shape
from engine.diagram.text import width, wrap

SIZES = ((13.5, 16.0, "nm"), (12.0, 13.5, "nm s"), (11.0, 12.5, "nm xs"))  # font size, line height, class
STATES = {"done": "done", "run": "run", "late": "over"}
LABEL, LABEL_STEP = 11.5, 13.0
SAFE_LINKS = ("/", "#", "?", "http://", "https://")


def task(pen: Pen, shape: Shape, mark: Mark, name: str, inset: float = 0) -> None:
    """An activity: name (`inset` from both sides), number, status spot and words; a link if there is an address."""
    holder = put(pen, "a", href=mark.href, aria_label=name) if mark.href.startswith(SAFE_LINKS) else pen
    group = put(holder, "g", cls=_classes("task", shape, mark), id=f"k-{shape.id}")
    box = shape.box
    put(group, "title", name)
    put(group, "rect", cls="b", x=box.x, y=box.y, width=box.w, height=box.h, rx=6.0)
    if shape.expanded:
        write(group, wrap(shape.title, box.w - 20, 12, 1), box.x + 10, box.y + 18, 0, "nm s", "start")
    else:
        below = 5 if shape.number else 0
        _name(group, shape.title, Box(box.x + inset, box.y + below, box.w - 2 * inset, box.h - below))
    if shape.tag == "callActivity" or (shape.tag.lower().endswith("subprocess") and not shape.expanded):
        put(group, "path", cls="mark", d=f"M{box.cx - 4:.1f} {box.bottom - 7:.1f}h8m-4-4v8")
    if shape.number:
        wide = 22 if len(shape.number) < 2 else width(shape.number, 12) + 12
        put(group, "rect", cls="nb", x=box.x + 8, y=box.y - 10, width=wide, height=19.0, rx=9.5, stroke="none")
        put(group, "text", shape.number, cls="n", x=box.x + 8 + wide / 2, y=box.y + 4, text_anchor="middle")
    _spot(group, box, mark)
    _words(group, box, mark)


def clock(pen: Pen, shape: Shape, fired: bool) -> None:
    """The deadline of a task: a clock on its border, and the maximum to its left."""
    box = shape.box
    group = put(pen, "g", cls="clock fired" if fired else "clock", id=f"k-{shape.id}")
    put(group, "title", f"Batas waktu {shape.name or shape.limit}")
    put(group, "circle", cx=box.cx, cy=box.cy, r=8.5)
    put(group, "path", d=f"M{box.cx:.1f} {box.cy - 5:.1f}v5h4")
    put(pen, "text", shape.limit, cls="t", x=box.cx - 13, y=box.cy + 13, text_anchor="end")


def event(pen: Pen, shape: Shape, mark: Mark) -> None:
    """A circle: thin for a start, double in between, thick for an end, with a sign for what happens."""
    box, radius = shape.box, min(shape.box.w, shape.box.h) / 2
    group = put(pen, "g", cls=_classes("event", shape, mark), id=f"k-{shape.id}")
    put(group, "title", shape.name)
    ring = "ring end" if shape.tag == "endEvent" else "ring" if shape.interrupting else "ring loose"
    put(group, "circle", cls=ring, cx=box.cx, cy=box.cy, r=radius)
    if shape.tag not in ("startEvent", "endEvent"):
        put(group, "circle", cls=ring, cx=box.cx, cy=box.cy, r=max(radius - 3, 1))
    if shape.event == "terminate":
        put(group, "circle", cls="dot", cx=box.cx, cy=box.cy, r=radius * 0.55)
    elif shape.event:
        put(group, "path", cls="sign", d=SIGNS.get(shape.event, _spark)(box.cx, box.cy, radius * 0.5))


def gateway(pen: Pen, shape: Shape, mark: Mark) -> None:
    """A diamond with the mark of its kind."""
    box = shape.box
    group = put(pen, "g", cls=_classes("gate", shape, mark), id=f"k-{shape.id}")
    put(group, "title", shape.name)
    corners = [(box.cx, box.y), (box.right, box.cy), (box.cx, box.bottom), (box.x, box.cy)]
    put(group, "path", d=path(corners) + "z")
    arm = min(box.w, box.h) * 0.18
    if shape.tag in ("inclusiveGateway", "eventBasedGateway"):
        put(group, "circle", cls="mark", cx=box.cx, cy=box.cy, r=arm * 1.3)
    if shape.tag != "inclusiveGateway":
        cross = shape.tag not in ("parallelGateway", "eventBasedGateway")
        put(group, "path", cls="mark", d=(_cross if cross else _plus)(box.cx, box.cy, arm if cross else arm * 1.2))


def other(pen: Pen, shape: Shape, mark: Mark) -> None:
    """Whatever we do not know: a box with its name."""
    box = shape.box
    group = put(pen, "g", cls=_classes("task other", shape, mark), id=f"k-{shape.id}")
    put(group, "rect", cls="b", x=box.x, y=box.y, width=box.w, height=box.h, rx=2.0)
    if shape.tag in ("group", "participant", "lane"):
        write(group, wrap(shape.name, max(box.w - 16, 40), 12, 1), box.x + 8, box.y + 16, 0, "nm s", "start")
    elif shape.tag == "textAnnotation":
        _name(group, shape.name, box)
    else:
        label(pen, shape)


def label(pen: Pen, shape: Shape) -> None:
    """The name of an event or a gateway, where the file puts it or below."""
    if shape.name:
        box = shape.label or Box(shape.box.cx - 55, shape.box.bottom + 4, 110, 14)
        caption(pen, shape.name, box)


def caption(pen: Pen, text: str, box: Box) -> None:
    """A small text around the middle of a box."""
    lines = wrap(text, max(box.w + 8, 56), LABEL, 5)
    write(pen, lines, box.cx, max(box.y, box.cy - len(lines) * LABEL_STEP / 2) + 10, LABEL_STEP, "t")


def _name(group: Pen, title: str, box: Box) -> None:
    fitting = (one for one in SIZES if len(wrap(title, box.w - 12, one[0], 99)) * one[1] <= box.h - 5)
    size, step, cls = next(fitting, SIZES[-1])
    lines = wrap(title, box.w - 12, size, max(int((box.h - 4) // step), 1))
    write(group, lines, box.cx, box.cy - (len(lines) - 1) * step / 2 + size * 0.35, step, cls)


def _spot(group: Pen, box: Box, mark: Mark) -> None:
    if mark.state == "done":
        seal = put(group, "g", cls="seal")
        put(seal, "circle", cx=box.right - 3, cy=box.y, r=10.5)
        put(seal, "path", d=f"M{box.right - 7.5:.1f} {box.y:.1f}l3.2 3.4 5.8-6.6")
    elif mark.state:
        face = put(group, "g", cls="ava" if mark.initials else "ava free")
        put(face, "circle", cx=box.right - 3, cy=box.y, r=13.0)
        put(face, "text", mark.initials[:3] or "…", x=box.right - 3, y=box.y + 4, text_anchor="middle")


def _words(group: Pen, box: Box, mark: Mark) -> None:
    if mark.round > 1:
        put(group, "text", f"putaran {mark.round}", cls="t", x=box.x + 2, y=box.bottom + 13, text_anchor="start")
    if not mark.words:
        return
    [line] = wrap(mark.words, 190, 12, 1) or [""]
    wide = width(line, 12) + 12
    flag = put(group, "g", cls="flag" if mark.state == "late" else "flag soft")
    put(flag, "rect", x=box.x, y=box.bottom + 18, width=wide, height=19.0, rx=3.0)
    put(flag, "text", line, x=box.x + wide / 2, y=box.bottom + 31.6, text_anchor="middle")


def _classes(base: str, shape: Shape, mark: Mark) -> str:
    return " ".join(filter(None, (base, STATES.get(mark.state, ""), "plus" if shape.added else "")))


def _cross(x: float, y: float, arm: float) -> str:
    return f"M{x - arm:.1f} {y - arm:.1f}l{2 * arm:.1f} {2 * arm:.1f}m0 {-2 * arm:.1f}l{-2 * arm:.1f} {2 * arm:.1f}"


def _plus(x: float, y: float, arm: float) -> str:
    return f"M{x - arm:.1f} {y:.1f}h{2 * arm:.1f}M{x:.1f} {y - arm:.1f}v{2 * arm:.1f}"


def _spark(x: float, y: float, r: float) -> str:
    return path([(x - r, y + r), (x, y - r), (x + r, y + r)]) + "z"


def _envelope(x: float, y: float, r: float) -> str:
    frame = [(x - r, y - 0.7 * r), (x + r, y - 0.7 * r), (x + r, y + 0.7 * r), (x - r, y + 0.7 * r)]
    return path(frame) + "z" + path([(x - r, y - 0.7 * r), (x, y + 0.1 * r), (x + r, y - 0.7 * r)])


def _hands(x: float, y: float, r: float) -> str:
    return f"M{x:.1f} {y - r:.1f}v{r:.1f}h{0.8 * r:.1f}"


SIGNS: dict[str, Callable[[float, float, float], str]] = {"message": _envelope, "timer": _hands, "signal": _spark}
