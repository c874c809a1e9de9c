"""Letters filled from a case, as PDF and as DOCX from one description: to be printed, signed by hand and scanned."""

from collections.abc import Mapping
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, library, people, tasks
from engine.definition import Node
from engine.errors import BadValue, NotFound
from engine.model import Instance, WorkItem
from engine.papers import knowing
from engine.papers.docx import docx
from engine.papers.filling import Known, clean, filled
from engine.papers.knowing import NIP
from engine.papers.pdf import pdf
from engine.papers.shape import SIZES, Letter, Paper, head, letters, places
from engine.people import Actor, Sight

WRITERS = {"pdf": pdf, "docx": docx}
__all__ = [
    "NIP", "SIZES", "WRITERS", "Letter", "Paper", "at_receipt", "at_step", "docx", "filled_from", "of_case", "pdf",
]  # fmt: skip


def at_step(node: Node) -> dict[str, Letter]:
    """The letters that become a document of this step, by the line of its kelengkapan."""
    asked = {one.name for one in node.requirements if one.upload}
    return {one.document: one for one in letters().values() if one.document in asked}


def of_case(session: Session, instance: Instance, seen: Sight) -> list[tuple[Letter, str | None]]:
    """The letters that a case has, and those of the steps that it came to: each with the last such step. Only what
    somebody may read."""
    found: dict[str, tuple[Letter, str | None]] = {
        key: (one, None) for key, one in letters().items() if one.place == "case" and seen.letter(None)
    }
    query = sa.select(WorkItem).where(WorkItem.instance_id == instance.id).order_by(WorkItem.opened_at, WorkItem.round)
    for item in (one for one in session.scalars(query) if seen.letter(one.id)):
        for one in at_step(library.node(session, instance, item.element)).values():
            found[one.key] = one, item.id
    return list(found.values())


def at_receipt() -> list[Letter]:
    """The letters of a step that is done."""
    return [one for one in letters().values() if one.place == "receipt"]


def filled_from(session: Session, who: Actor, key: str, case: str, step: str | None, size: str, address: str) -> Paper:
    """A letter filled from a case that somebody may see, or from one step of it. `address` is where a hash of the
    case is looked up; its QR code leads there. Raises BadValue, NotAllowed, NotFound."""
    letter, instance = letters().get(key), session.get(Instance, case)
    if letter is None or instance is None:
        raise NotFound()
    people.must_see(session, who, instance)
    if size not in SIZES:
        raise BadValue("Ukuran kertas {size} tidak dikenal: A4 atau F4.", size=size)
    item, seen = _step(session, instance, letter, step), people.sight(session, who, instance)
    people.must_read(seen.letter(item.id if item and letter.place != "case" else None))
    top = head()
    known, mark = knowing.of_case(session, instance, seen, item, top), instance.head
    tables = {
        "langkah": knowing.steps(session, instance),
        "dokumen": knowing.papers(session, seen, item) if item else [],
    }
    if item and letter.place == "receipt":
        receipt = tasks.receipt(session, who, item.id)
        known, mark = known | knowing.of_receipt(session, item, receipt), receipt.hash
    printed = f"Dicetak dari Sopan {known['waktu_cetak'].text} oleh {who.name}"
    return Paper(
        name=f"{letter.name} {instance.number}",
        size=size,
        head=tuple(top.lines()),
        blocks=tuple(filled(letter.blocks, known, tables)),
        foot=clean(f"Berkas {instance.number}. {printed}. Sidik {mark[:16]}."),
        address=f"{address}{mark}?nomor={quote(instance.number)}",
        at=clock.business().replace(microsecond=0),
        personal=_personal(letter, known, seen),
    )


def _personal(letter: Letter, known: Mapping[str, Known], seen: Sight) -> tuple[str, ...]:
    """The names of the places that personal data fills."""
    names = {name for name, _ in places(letter.blocks) if name in seen.tagged or name.startswith(NIP)}
    return tuple(sorted(name for name in names if name in known and known[name].text))


def _step(session: Session, instance: Instance, letter: Letter, step: str | None) -> WorkItem | None:
    """The step of the case that a letter is for. Raises NotFound: it is none of this case, or has no such letter."""
    if step is None and letter.place == "case":
        return None
    item = tasks.find(session, step or "")
    node = library.node(session, instance, item.element) if item.instance_id == instance.id else None
    if node is None or letter.document and letter not in at_step(node).values():
        raise NotFound()
    return item
