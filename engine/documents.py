"""Documents: bytes in a store under their SHA-256, rows that say which step of which case they belong to."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import filetype
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, history, instances, library, people, scanner
from engine.definition import Node
from engine.errors import BadValue, FieldError, Infected, NotFound
from engine.model import Document, Instance, Kind, WorkItem
from engine.people import Actor, Sight
from engine.stores import CHUNK, LARGEST, Store

KINDS = {  # extension -> media type, and what its first bytes must look like
    "pdf": ("application/pdf", "pdf"),
    "png": ("image/png", "png"),
    "jpg": ("image/jpeg", "jpg"),
    "jpeg": ("image/jpeg", "jpg"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "zip": ("application/zip", "zip"),
}
PREFIX = "dokumen:"  # of the name of a file field
OF_ITEM = sa.select(Document).where(Document.work_item_id == sa.bindparam("item"))
OF_ITEM = OF_ITEM.order_by(Document.requirement, Document.version)


@dataclass(frozen=True)
class Upload:
    """A file whose bytes are in the store and which belongs to no step yet."""

    filename: str
    media_type: str
    sha256: str
    size: int
    wet_ink: bool = False  # a scan of what hands signed, says who sent it


def keep(store: Store, filename: str, source: IO[bytes], wet_ink: bool = False) -> Upload:
    """Check a file, have it scanned and put its bytes into the store: before a transaction, which no slow upload may
    hold open. Nothing looks inside it but the scanner.

    Raises BadValue: a kind that is not accepted, a file that is not what its name says, none or too many bytes, not
    scanned. Raises Infected. Raises SystemNotReady: the store cannot be reached.
    """
    name, media_type, looks = _kind(filename)
    _must_fit(source, name)
    _must_look(source.read(CHUNK), looks, name)
    scanner.must_be_clean(name, source)
    source.seek(0)
    sha256, size = store.put(source, lambda begins: _must_look(begins, looks, name))
    return Upload(name, media_type, sha256, size, wet_ink)


def add(
    session: Session,
    item_id: str,
    who: Actor,
    requirement: str,
    upload: Upload,
    request: str | None = None,
    beside: Document | None = None,
) -> Document:
    """Give an upload to one line of a step's kelengkapan. Raises AlreadyDone, BadValue, Conflict, NotAllowed, NotFound.

    A form may bring several files, and again with other files: a repeated `request` is the same file for the same line.
    Files that come together are one version: `beside` is the first of them.
    """
    item = instances.locked_with(session, item_id)
    people.must_prepare(who, item)
    key = request and _key(request, requirement, upload)
    if history.answered(session, key, Kind.DOCUMENT_ADDED, who.id, item=item.id):
        return next(one for one in of_requirement(session, item, requirement) if one.sha256 == upload.sha256)
    people.must_be_open(session, who, item)
    people.must_fill(session, who, item)
    _must_ask(session, item, requirement)
    last = max((one.version for one in of_requirement(session, item, requirement)), default=0)
    document = Document(
        instance_id=item.instance_id,
        work_item_id=item.id,
        requirement=requirement,
        version=beside.version if beside else last + 1,
        uploaded_at=clock.business(),
        uploaded_by=who.id,
        **vars(upload),
    )
    session.add(document)
    _tell(session, item, who, document, key)
    return document


def tell_infected(
    session: Session, item_id: str, who: Actor, requirement: str, refused: Infected, request: str | None = None
) -> None:
    """Write into the system's chain that the scanner refused a file, so that the operator learns whose machine to look
    at. Raises NotAllowed, NotFound."""
    item = instances.locked_with(session, item_id)
    people.must_prepare(who, item)
    body = {"instance": item.instance_id, "item": item.id, "requirement": requirement}
    told = body | {"filename": refused.values["name"], "found": refused.values["found"]}
    key = request and f"{request}.{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]}"
    if not history.answered(session, key, Kind.DOCUMENT_INFECTED, who.id):
        history.append(session, history.system(session), Kind.DOCUMENT_INFECTED, who.id, told, request=key)


def find(session: Session, who: Actor, document_id: str) -> Document:
    """A document that the person may open, of a case that they may see. Raises NotFound, NotAllowed."""
    document = session.get(Document, document_id)
    if document is None:
        raise NotFound()
    instance = session.get_one(Instance, document.instance_id)
    people.must_see(session, who, instance)
    people.must_read(people.sight(session, who, instance).document(document))
    return document


def of_instance(session: Session, instance_id: str) -> list[Document]:
    """Every version of every document of a case, oldest first."""
    query = sa.select(Document).where(Document.instance_id == instance_id)
    return list(session.scalars(query.order_by(Document.uploaded_at, Document.id)))


def of_requirement(session: Session, item: WorkItem, requirement: str) -> list[Document]:
    """The versions of one requirement of one step."""
    query = sa.select(Document).where(Document.work_item_id == item.id, Document.requirement == requirement)
    return list(session.scalars(query.order_by(Document.version)))


def uploaded(session: Session, items: list[str]) -> dict[str, set[str]]:
    """Which requirements have a document, by work item."""
    found: dict[str, set[str]] = {item: set() for item in items}
    query = sa.select(Document.work_item_id, Document.requirement).where(Document.work_item_id.in_(items)).distinct()
    for item, requirement in session.execute(query):
        found[item].add(requirement)
    return found


def of_item(session: Session, item: WorkItem) -> list[Document]:
    """What was uploaded at one step."""
    return list(session.scalars(OF_ITEM, {"item": item.id}))


def missing(node: Node, there: list[Document]) -> list[FieldError]:
    """The uploads that a step requires and still lacks."""
    names = {document.requirement for document in there}
    wanted = [requirement.name for requirement in node.requirements if requirement.upload]
    text = "Dokumen {name} belum diunggah."
    return [FieldError(PREFIX + name, text, (("name", name),)) for name in wanted if name not in names]


def versions(session: Session, seen: Sight, document: Document) -> list[Document]:
    """Every file that was given to the same line of kelengkapan in the same case and that somebody may open, the newest
    first."""
    same = (Document.instance_id == document.instance_id, Document.requirement == document.requirement)
    newest = (Document.uploaded_at.desc(), Document.version.desc(), Document.filename)
    return [one for one in session.scalars(sa.select(Document).where(*same).order_by(*newest)) if seen.document(one)]


def steps(session: Session, found: list[Document]) -> dict[str, WorkItem]:
    """The steps that documents were given at, by id."""
    ids = {one.work_item_id for one in found}
    return {item.id: item for item in session.scalars(sa.select(WorkItem).where(WorkItem.id.in_(ids)))}


def _tell(session: Session, item: WorkItem, who: Actor, document: Document, key: str | None) -> None:
    """The event of a document; as the history is folded, it takes away the mark of a prepared step."""
    item.prepared_by = item.prepared_at = None  # whoever prepared the step did so without this file
    told = {name: getattr(document, name) for name in ("requirement", "filename", "sha256", "size")}
    told |= {"wet_ink": True} if document.wet_ink else {}
    history.tell(session, item, Kind.DOCUMENT_ADDED, who.id, told, request=key)


def _must_ask(session: Session, item: WorkItem, requirement: str) -> None:
    """Raises BadValue unless the step asks for such a document."""
    if requirement not in {r.name for r in library.node(session, item.instance, item.element).requirements if r.upload}:
        raise BadValue("Langkah ini tidak meminta dokumen {name}.", name=requirement)


def _key(request: str, requirement: str, upload: Upload) -> str:
    """The key of one file of a request."""
    return f"{request}.{hashlib.sha256(f'{requirement}/{upload.sha256}'.encode()).hexdigest()[:12]}"


def _kind(filename: str) -> tuple[str, str, str]:
    name = Path(filename.replace("\\", "/")).name[:200]
    extension = name.rpartition(".")[2].lower()
    if extension not in KINDS or not name.isprintable():
        kinds = ", ".join(sorted(KINDS))
        raise BadValue("Jenis berkas {name} tidak diterima. Yang diterima: {kinds}.", name=name, kinds=kinds)
    return name, *KINDS[extension]


def _must_fit(source: IO[bytes], name: str) -> None:
    """Raises BadValue for a file without content, or too large a one."""
    size = source.seek(0, os.SEEK_END)
    source.seek(0)
    if not size:
        raise BadValue("Berkas {name} kosong.", name=name)
    if size > LARGEST:
        large = {"size": str(-(-size // 1_000_000)), "most": str(LARGEST // 1_000_000)}
        raise BadValue("Berkas {name} sebesar {size} MB; satu berkas paling besar {most} MB.", name=name, **large)


def _must_look(begins: bytes, looks: str, name: str) -> None:
    """Raises BadValue unless a file begins as its name says. An office document is a ZIP."""
    found = filetype.guess(begins) if begins else None
    if found is None or found.extension not in {looks, "zip" if looks in ("docx", "xlsx") else looks}:
        raise BadValue("Isi {name} bukan {kind}.", name=name, kind=looks.upper())
