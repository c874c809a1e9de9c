"""What a case knows that a letter may say: its variables, the draft of its step, who works in it, how far it is."""

from textwrap import wrap

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, documents, drafts, forms, history, library, onpaper, people, tasks
from engine import values as codec
from engine.forms import Field, date_text
from engine.forms.checker import read, settle
from engine.model import Instance, ItemStatus, Person, Status, WorkItem
from engine.papers.filling import Known
from engine.papers.shape import Head
from engine.people import Actor, Sight
from engine.tasks import Receipt
from engine.values import Value

STATES = {
    Status.RUNNING: "berjalan", Status.COMPLETED: "selesai",
    Status.CANCELLED: "dibatalkan", Status.FAILED: "gagal",
}  # fmt: skip
NIP = "nip_"  # and a role: the number of who signs there
WET = " (bertanda tangan basah)"
WORKER = sa.func.coalesce(WorkItem.closed_by, WorkItem.holder)
WORKED = sa.func.coalesce(WorkItem.closed_at, WorkItem.held_since)
Table = list[list[str]]


def of_case(session: Session, instance: Instance, seen: Sight, item: WorkItem | None, head: Head) -> dict[str, Known]:
    """Everything known about a case that somebody reads; with a step also what stands in its draft, for those who work
    on it."""
    definition, _ = library.of(session, instance)
    roles = people.role_names(session)
    known = _fields(session, instance, seen, item)
    known |= {f"jabatan_{role}": Known(name) for role, name in roles.items()}
    for role, person in _workers(session, instance, seen.who, item).items():
        if seen.whole or person.id in (seen.who.id, *seen.mates):
            known[f"petugas_{role}"] = Known(person.name)
            known |= {f"{NIP}{role}": Known(_nip(person.nip))} if person.nip and seen.personal else {}
    said = {
        "nomor_berkas": instance.number,
        "paket": instance.title,
        "opd": instance.opd,
        "surat_permohonan": instance.letter if seen.whole else "",
        "sop": definition.name,
        "keadaan": STATES[Status(instance.status)],
        "kota": head.town,
        "dinas": head.office,
        "dinas_lengkap": f"{head.office} {head.city}",
        "tgl_mulai_berkas": date_text(people.today(instance.started_at)),
        "tanggal": date_text(people.today()),
        "waktu_cetak": _moment(),
    }
    return known | {name: Known(text) for name, text in said.items()}


def of_receipt(session: Session, item: WorkItem, receipt: Receipt) -> dict[str, Known]:
    """What the receipt of a completed step says."""
    closed = forms.plain_text(item.closed_at.astimezone(people.ZONE)) if item.closed_at else ""
    happened = onpaper.happened({"happened": receipt.happened})
    on_paper = date_text(people.today(happened)) if happened else ""
    said = {
        "nama_langkah": _round(item),
        "pelaksana": people.names(session, {item.closed_by or ""}).get(item.closed_by or "", ""),
        "waktu_selesai": f"{closed} WIB{f', menurut kertas {on_paper}' if on_paper else ''}",
        "langkah_berikutnya": ", ".join(receipt.opened) or ("berkas selesai" if receipt.finished else "-"),
        "nomor_peristiwa": str(receipt.seq),
        "sidik": " ".join(wrap(receipt.hash, 16)),
    }
    return {name: Known(text) for name, text in said.items()}


def steps(session: Session, instance: Instance) -> Table:
    """Every step that the case took, and after them those of its SOP that it has not come to."""
    opened = [one["id"] for event in history.events(session, instance.id) for one in event.body.get("opened", ())]
    stands = WorkItem.instance_id == instance.id, WorkItem.status != ItemStatus.RECALLED  # that never came to anybody
    found = {item.id: item for item in session.scalars(sa.select(WorkItem).where(*stands))}
    items, roles = [found[one] for one in opened if one in found], people.role_names(session)
    names = people.names(session, {item.closed_by or item.holder or "" for item in items})
    rows = []
    for item in items:
        who = names.get(item.closed_by or item.holder or "", "")
        role = roles.get(item.role or "", item.lane or "")
        closed = f"{people.today(item.closed_at):%d-%m-%Y}" if item.closed_at else "berjalan"
        rows.append([_round(item), f"{role}\n{who}".strip(), f"{people.today(item.opened_at):%d-%m-%Y}", closed, ""])
    definition, _ = library.of(session, instance)
    seen, lanes = {item.element for item in items}, people.lane_roles(session, instance.key)
    for node in definition.nodes.values():
        if instance.status == Status.RUNNING and node.is_work_item and node.number and node.id not in seen:
            rows.append([node.name, roles.get(lanes.get(node.lane or "", ""), ""), "", "", ""])
    return rows


def papers(session: Session, seen: Sight, item: WorkItem) -> Table:
    """The documents that were given at a step, as far as somebody reads their names."""
    return [
        [one.requirement, one.filename + (WET if one.wet_ink else ""), str(one.version), f"{one.sha256[:16]}..."]
        for one in documents.of_item(session, item)
        if seen.document(one)
    ]


def _fields(session: Session, instance: Instance, seen: Sight, item: WorkItem | None) -> dict[str, Known]:
    _, found = library.of(session, instance)
    every = {field.key: field for form in found.forms.values() for field in form.fields}
    values: dict[str, Value] = dict(tasks.seen(item) if item else codec.decode(instance.variables))
    if item is not None:
        _, form = tasks.node_and_form(session, item)
        every |= {field.key: field for field in form.fields} if form else {}
        if form and item.status == ItemStatus.OPEN and item.draft and people.may_prepare(seen.who, item):
            given = {name: texts[0] if len(texts) == 1 else texts for name, texts in (drafts.typed(item) or {}).items()}
            values, _ = settle(form, read(form, given)[0], values)
    return {key: _known(every.get(key), value) for key, value in values.items() if seen.value(key)}


def _known(field: Field | None, value: Value) -> Known:
    return Known(forms.text(field, value) if field else forms.plain_text(value), value)


def _workers(session: Session, instance: Instance, who: Actor, item: WorkItem | None) -> dict[str, Person]:
    """Who signs in each role of the case: the one person that it names, or else who worked there last; for the letter
    of a step who holds it, or asks for it in their own role."""
    query = sa.select(WorkItem.role, WORKER).where(WorkItem.instance_id == instance.id, WORKER.is_not(None))
    found = {role: person for role, person in session.execute(query.order_by(WORKED)) if role}
    found |= people.only_named(session, instance.id)
    if item is not None and item.role and item.status == ItemStatus.OPEN:
        signer = people.signer(who, item)
        found |= {item.role: item.holder or signer} if signer else {}
    persons = {one.id: one for one in session.scalars(sa.select(Person).where(Person.id.in_(found.values())))}
    return {role: persons[person] for role, person in found.items() if person in persons}


def _nip(digits: str) -> str:
    """A NIP as it is written: date of birth, month of appointment, sex, number."""
    return f"{digits[:8]} {digits[8:14]} {digits[14]} {digits[15:]}"


def _round(item: WorkItem) -> str:
    return item.name if item.round == 1 else f"{item.name} (putaran {item.round})"


def _moment() -> str:
    return f"{forms.plain_text(clock.business().astimezone(people.ZONE))} WIB"
