"""The drawing of a model on a page: of a case as it stands, of a case at a moment of its history, of a model alone."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from engine import diagram
from engine.diagram import Drawing, Mark
from engine.model import WorkItem
from engine.replay import Moment
from webapp import words
from webapp.words import say


class Opened(Protocol):
    """An open step as a page knows it."""

    @property
    def item(self) -> WorkItem: ...
    @property
    def holder(self) -> str: ...
    @property
    def deadline(self) -> words.Deadline: ...
    @property
    def mine(self) -> bool: ...


def of_case(content: bytes, moment: Moment, opened: Iterable[Opened], number: str) -> Drawing:
    """The drawing of a case as it stands: who holds what, how late; my own steps are links."""
    running = {}
    for one in opened:
        kind = one.deadline.kind
        running[one.item.element] = Mark(
            state="late" if kind == "late" else "run",
            words=one.deadline.words if kind in ("late", "warn") else "",
            initials=words.initials(one.holder) if one.holder else "",
            round=one.item.round,
            href=f"/tugas/{one.item.id}" if one.mine else "",
        )
    title = say("Diagram berkas {number}", number=number)
    return diagram.draw(content, _done(moment) | running, moment.flows.keys(), title)


def of_moment(content: bytes, moment: Moment, names: Mapping[str, str], title: str) -> Drawing:
    """The drawing of a case as its history tells it."""
    running = {
        item.element: Mark(
            state="late" if item.late else "run",
            words=say("terlambat") if item.late else "",
            initials=words.initials(names.get(item.holder, "")) if item.holder else "",
            round=item.round,
        )
        for item in moment.open.values()
    }
    return diagram.draw(content, _done(moment) | running, moment.flows.keys(), title)


def of_model(content: bytes, name: str) -> Drawing:
    """The drawing of a model that no case runs in."""
    return diagram.draw(content, title=say("Diagram {name}", name=name))


def _done(moment: Moment) -> dict[str, Mark]:
    return {element: Mark("done", round=number) for element, number in moment.done.items()}
