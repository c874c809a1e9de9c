"""Writing SVG elements: a tag, classes and geometry; text is escaped by lxml."""

from collections.abc import Sequence

from lxml import etree

from engine.diagram.shapes import Point
from engine.diagram.text import clean, printable

Pen = etree._Element


def put(parent: Pen, tag: str, text: str = "", **attributes: str | float) -> Pen:
    """Add an element. An attribute's underscore is a hyphen, `cls` is the class, numbers are rounded."""
    element = etree.SubElement(parent, tag)
    for name, value in attributes.items():
        key = "class" if name == "cls" else name.replace("_", "-")
        element.set(key, printable(value) if isinstance(value, str) else short(value))
    if text:
        element.text = clean(text)
    return element


def write(parent: Pen, lines: Sequence[str], x: float, y: float, step: float, cls: str, anchor: str = "middle") -> None:
    """Lines of text from the first baseline down."""
    for number, line in enumerate(lines):
        put(parent, "text", line, cls=cls, x=x, y=y + number * step, text_anchor=anchor)


def short(number: float) -> str:
    """A length with one decimal at most."""
    return f"{round(number, 1) or 0.0:.1f}".removesuffix(".0")


def path(points: Sequence[Point]) -> str:
    """A line through points."""
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points)


def svg(cls: str, box: tuple[float, float, float, float], scale: float = 1) -> Pen:
    """An empty drawing of this viewBox, at this scale."""
    view = " ".join(short(number) for number in box)
    return etree.Element(
        "svg", {"class": cls, "viewBox": view, "width": short(box[2] * scale), "height": short(box[3] * scale)}
    )


def finish(drawing: Pen) -> str:
    """The drawing as text for a page."""
    return etree.tostring(drawing, encoding="unicode")
