"""The values a picture consists of. Lengths are those of the BPMN file, in pixels."""

from dataclasses import dataclass
from functools import cached_property

Point = tuple[float, float]
NOT_NODES = frozenset({"lane", "participant", "group", "textAnnotation", "dataObjectReference", "dataStoreReference"})
NODES = ("Task", "task", "Event", "Gateway", "subProcess", "SubProcess", "callActivity", "transaction")


@dataclass(frozen=True)
class Box:
    """An upright rectangle."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    @property
    def cx(self) -> float:
        return self.x + self.w / 2

    @property
    def cy(self) -> float:
        return self.y + self.h / 2


@dataclass(frozen=True)
class Shape:
    """An element with a place."""

    id: str
    tag: str
    name: str
    box: Box
    label: Box | None = None
    number: str = ""  # the SOP's own numbering
    added: bool = False  # not in the SOP's text
    event: str = ""  # "timer", "message", ...
    host: str = ""  # the activity that a boundary event sits on
    interrupting: bool = True
    limit: str = ""  # of a deadline's timer: "5 hk"
    horizontal: bool = True
    expanded: bool = False

    @property
    def is_node(self) -> bool:
        return self.tag.endswith(NODES) and self.tag not in NOT_NODES

    @property
    def is_activity(self) -> bool:
        return self.is_node and not self.tag.endswith(("Event", "Gateway"))

    @property
    def title(self) -> str:
        """The name without the number that stands beside it."""
        prefix = f"{self.number}."
        return self.name.removeprefix(prefix).strip() if self.number else self.name


@dataclass(frozen=True)
class Edge:
    """A line between two elements."""

    id: str
    tag: str
    name: str
    points: tuple[Point, ...]
    source: str
    target: str
    added: bool = False
    label: Box | None = None


@dataclass(frozen=True)
class Band:
    """A lane, or a pool without lanes."""

    name: str
    box: Box

    @property
    def short(self) -> str:
        """What stands in brackets at the end of the name, or else the name."""
        return self._parts()[1] or self.name

    @property
    def long(self) -> str:
        """The name without the brackets at its end, or nothing if it has none."""
        return self._parts()[0]

    def _parts(self) -> tuple[str, str]:
        long, _, brackets = self.name.strip().removesuffix(")").rpartition(" (")
        return (long, brackets) if long and self.name.strip().endswith(")") else ("", "")


@dataclass(frozen=True)
class Plane:
    """All that is to be drawn, back to front."""

    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]
    bands: tuple[Band, ...]
    box: Box

    @cached_property
    def by_id(self) -> dict[str, Shape]:
        """The shapes by element id."""
        return {shape.id: shape for shape in self.shapes}

    @cached_property
    def tails(self) -> frozenset[str]:
        """Plain ends that only a deadline leads to, and the flows there: the clock says it already."""
        clocks = {shape.id for shape in self.shapes if shape.limit}
        sources: dict[str, set[str]] = {}
        for edge in self.edges:
            sources.setdefault(edge.target, set()).add(edge.source)
        plain = {s.id for s in self.shapes if s.tag == "endEvent" and not s.event}
        ends = {node for node in plain if sources.get(node) and sources[node] <= clocks}
        return frozenset(ends | {edge.id for edge in self.edges if edge.target in ends})
