"""Aides (penyiap konsep): who prepares whose work, by which letter, on which days."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import history, people
from engine.directory.persons import holds
from engine.directory.telling import end_yesterday, row, tell
from engine.model import Aide, Kind, Person, Role, Staffing
from engine.people import OPERATOR, Actor
from engine.typed import Reader, Typed

AIDE = ("person_id", "for_id", "role_key", "letter", "letter_date", "begins", "ends")


def aides(session: Session, who: Actor, person_id: str) -> list[Aide]:
    """Whose work a person prepares or prepared, and who prepares theirs; the newest first. Raises NotAllowed."""
    people.must_have(who, OPERATOR)
    theirs = sa.or_(Aide.person_id == person_id, Aide.for_id == person_id)
    return list(session.scalars(sa.select(Aide).where(theirs).order_by(Aide.begins.desc(), Aide.id)))


def assign(session: Session, who: Actor, person_id: str, typed: Typed, request: str | None = None) -> Aide:
    """Let a person prepare the work of an official, by a letter, for some days. Raises NotAllowed, NotFound,
    BadForm."""
    people.must_have(who, OPERATOR)
    if event := history.answered(session, request, Kind.AIDE_CHANGED, who.id, person_id=person_id):
        return session.get_one(Aide, event.body["id"])
    person, read = row(session, Person, person_id), Reader(typed)
    role = read.text("role_key") or None
    if role and session.get(Role, role) is None:
        read.wrong("role_key", "Pilih peran dari daftar.")
    letter, letter_date, (begins, ends) = read.letter(), read.day("letter_date"), read.days(needed=True)
    other = read.text("for_id")
    if session.get(Person, other) is None or other == person.id:
        read.wrong("for_id", "Pilih pejabatnya dari daftar.")
    elif not holds(session, other, role, begins):
        read.wrong("for_id", "Orang itu tidak memegang peran ini, maka tidak ada yang disiapkan untuknya.")
    elif _is_vendor(session, person):
        read.wrong(
            "for_id", "Penyedia, atau orang yang hanya ditetapkan pada berkas, tidak dapat menyiapkan konsep pejabat."
        )
    read.check()
    days = {"letter_date": letter_date, "begins": begins, "ends": ends}
    aide = Aide(person_id=person.id, for_id=other, role_key=role, letter=letter, **days)
    session.add(aide)
    tell(session, Kind.AIDE_CHANGED, who, aide, AIDE, request=request)
    return aide


def dismiss(session: Session, who: Actor, aide_id: str, request: str | None = None) -> Aide:
    """An aide's days ended yesterday. Raises NotAllowed, NotFound, NotReady if they are over."""
    people.must_have(who, OPERATOR)
    aide: Aide = end_yesterday(session, who, Aide, aide_id, Kind.AIDE_CHANGED, AIDE, request)
    return aide


def _is_vendor(session: Session, person: Person) -> bool:
    """Whether somebody comes from outside: a case names or named them, or they got a vendor's role, and they never held
    an office."""
    if person.appointments:
        return {one.role_key for one in person.appointments} <= people.OUTSIDE
    return bool(session.scalar(sa.select(sa.exists().where(Staffing.person_id == person.id))))
