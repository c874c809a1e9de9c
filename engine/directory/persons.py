"""Persons, the offices that they hold, and in whose stead they act."""

import re
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import history, people
from engine.directory.telling import end_yesterday, row, tell
from engine.model import Account, Acting, Appointment, Kind, Person, Role, Substitution
from engine.people import OPERATOR, Actor
from engine.typed import Reader, Typed

MOST = 200  # persons of a page
ROLE = re.compile(r"[a-z][a-z0-9_]{1,99}")
NIP = re.compile(r"(\d{8})\d{10}")
APPOINTMENT = ("person_id", "role_key", "opd", "title", "decree", "begins", "ends")
SUBSTITUTION = ("person_id", "for_id", "kind", "role_key", "opd", "letter", "letter_date", "begins", "ends")


def search(session: Session, who: Actor, words: str = "", most: int = MOST) -> list[Person]:
    """Persons by words of their name, user name or office. Raises NotAllowed."""
    people.must_have(who, OPERATOR)
    query = sa.select(Person).outerjoin(Account, Account.person_id == Person.id).outerjoin(Person.appointments)
    for word in words.split():
        columns = (Person.name, Account.username, Appointment.opd, Appointment.role_key, Appointment.title)
        query = query.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return list(session.scalars(query.distinct().order_by(Person.name, Person.id).limit(most)))


def found(session: Session, who: Actor, person_id: str) -> Person:
    """A person. Raises NotFound, NotAllowed."""
    people.must_have(who, OPERATOR)
    person: Person = row(session, Person, person_id)
    return person


def officials(session: Session, who: Actor) -> list[Person]:
    """Everybody who holds an office, or will: whom one can act for, or leave work to. Raises NotAllowed."""
    people.must_have(who, OPERATOR)
    query = sa.select(Person).join(Appointment, Appointment.person_id == Person.id).where(people.lasts(Appointment))
    return list(session.scalars(query.order_by(Person.name, Person.id).distinct()))


def steads(session: Session, who: Actor, person_id: str) -> list[Substitution]:
    """In whose stead a person acts or acted, and who acts in theirs; the newest first. Raises NotAllowed."""
    people.must_have(who, OPERATOR)
    theirs = sa.or_(Substitution.person_id == person_id, Substitution.for_id == person_id)
    return list(session.scalars(sa.select(Substitution).where(theirs).order_by(Substitution.begins.desc())))


def usernames(session: Session, who: Actor, persons: list[str]) -> dict[str, str]:
    """The user names of some persons that have one, by their ids. Raises NotAllowed."""
    people.must_have(who, OPERATOR)
    query = sa.select(Account.person_id, Account.username).where(Account.person_id.in_(persons))
    return dict(session.execute(query).all())


def change(
    session: Session, who: Actor, typed: Typed, person_id: str | None = None, request: str | None = None
) -> Person:
    """A new person, or another name or NIP of one. Raises NotAllowed, NotFound, BadForm."""
    people.must_have(who, OPERATOR)
    if event := history.answered(session, request, Kind.PERSON_CHANGED, who.id):
        return session.get_one(Person, event.body["id"])
    read = Reader(typed)
    name, nip = read.text("name", "Tuliskan namanya."), read_nip(read)
    person: Person = row(session, Person, person_id) if person_id else Person()
    if nip and session.scalar(sa.select(Person.id).where(Person.nip == nip, Person.id != (person.id or ""))):
        read.wrong("nip", "NIP ini sudah dipakai orang lain.")
    read.check()
    person.name, person.nip = name, nip
    session.add(person)
    tell(session, Kind.PERSON_CHANGED, who, person, (), {"nama": name, "nip": nip}, request)
    return person


def add_role(session: Session, who: Actor, typed: Typed, request: str | None = None) -> Role:
    """A role that appointments can give and lanes can have. Raises NotAllowed, BadForm."""
    people.must_have(who, OPERATOR)
    if event := history.answered(session, request, Kind.ROLE_ADDED, who.id):
        return session.get_one(Role, event.body["key"])
    read = Reader(typed)
    key, name = read.text("role", most=100), read.text("title", "Tuliskan nama perannya.")
    if not ROLE.fullmatch(key):
        read.wrong("role", "Kunci peran: huruf kecil, angka dan garis bawah, diawali huruf, misalnya tim_teknis.")
    elif session.get(Role, key) is not None:
        read.wrong("role", "Peran ini sudah ada.")
    read.check()
    role = Role(key=key, name=name)
    session.add(role)
    session.flush()
    history.append(
        session, history.system(session), Kind.ROLE_ADDED, who.id, {"key": key, "name": name}, request=request
    )
    return role


def read_nip(read: Reader) -> str | None:
    """A NIP of 18 digits, spaces allowed, which begins with a date of birth; None if there is none."""
    text = re.sub(r"\s", "", read.text("nip"))
    if not text:
        return None
    match = NIP.fullmatch(text)
    if match is None or not _is_day(match[1]):
        read.wrong("nip", "NIP terdiri atas 18 angka dan diawali tanggal lahir, misalnya 19850101...")
    return text


def appoint(session: Session, who: Actor, person_id: str, typed: Typed, request: str | None = None) -> Appointment:
    """Give a person a role in an office, by a decree, from a day on. Raises NotAllowed, NotFound, BadForm."""
    people.must_have(who, OPERATOR)
    if event := history.answered(session, request, Kind.APPOINTMENT_CHANGED, who.id, person_id=person_id):
        return session.get_one(Appointment, event.body["id"])
    person, read = row(session, Person, person_id), Reader(typed)
    given = {
        "role_key": read.choice("role_key", people.role_names(session), "Pilih peran dari daftar."),
        "opd": read.text("opd", "Tuliskan OPD atau unitnya."),
        "title": read.text("title"),
        "decree": read.letter("decree"),
    }
    begins, ends = read.days()
    read.check()
    appointment = Appointment(person_id=person.id, **given, begins=begins, ends=ends)
    session.add(appointment)
    tell(session, Kind.APPOINTMENT_CHANGED, who, appointment, APPOINTMENT, request=request)
    return appointment


def resign(session: Session, who: Actor, appointment_id: str, typed: Typed, request: str | None = None) -> Appointment:
    """An appointment gets its last day. Raises NotAllowed, NotFound, BadForm."""
    people.must_have(who, OPERATOR)
    appointment: Appointment = row(session, Appointment, appointment_id)
    if history.answered(session, request, Kind.APPOINTMENT_CHANGED, who.id, id=appointment_id):
        return appointment
    appointment.ends = last_day(Reader(typed), appointment.begins, appointment.ends)
    tell(session, Kind.APPOINTMENT_CHANGED, who, appointment, APPOINTMENT, request=request)
    return appointment


def substitute(session: Session, who: Actor, person_id: str, typed: Typed, request: str | None = None) -> Substitution:
    """Let a person act as Plt., Plh. or a.n., by a letter, for some days. Nobody gives more than they hold, and
    nobody who acts for another can be acted for in that. Raises NotAllowed, NotFound, BadForm."""
    people.must_have(who, OPERATOR)
    if event := history.answered(session, request, Kind.SUBSTITUTION_CHANGED, who.id, person_id=person_id):
        return session.get_one(Substitution, event.body["id"])
    person, read = row(session, Person, person_id), Reader(typed)
    kind = read.choice("kind", set(Acting), "Pilih Plt., Plh. atau a.n.")
    role = read.text("role_key") or None
    if role and session.get(Role, role) is None:
        read.wrong("role_key", "Pilih peran dari daftar.")
    given = {"kind": kind, "role_key": role, "opd": read.text("opd"), "letter": read.letter()}
    letter_date, (begins, ends) = read.day("letter_date"), read.days(needed=True)
    other = _absent(session, read, person, kind, role, begins)
    read.check()
    days = {"letter_date": letter_date, "begins": begins, "ends": ends}
    substitution = Substitution(person_id=person.id, for_id=other, **given, **days)
    session.add(substitution)
    tell(session, Kind.SUBSTITUTION_CHANGED, who, substitution, SUBSTITUTION, request=request)
    return substitution


def revoke(session: Session, who: Actor, substitution_id: str, request: str | None = None) -> Substitution:
    """A substitution ended yesterday. Raises NotAllowed, NotFound, NotReady if it is over."""
    people.must_have(who, OPERATOR)
    kind = Kind.SUBSTITUTION_CHANGED
    found: Substitution = end_yesterday(session, who, Substitution, substitution_id, kind, SUBSTITUTION, request)
    return found


def last_day(read: Reader, begins: date, ends: date | None) -> date:
    """The last day of a row; the day before its first, of one that should never have been. What has an end gets no
    later one: that is another row, with a decree of its own. Raises BadForm."""
    last = read.day("ends")
    if last and ends and last > ends:
        read.wrong("ends", "Baris ini sudah berakhir lebih awal. Tambahkan baris baru dengan dasarnya.")
    if last and last < begins - timedelta(days=1):
        read.wrong("ends", "Hari terakhir sebelum hari pertama.")
    read.check()
    assert last is not None
    return last


def _absent(session: Session, read: Reader, person: Person, kind: str, role: str | None, begins: date) -> str | None:
    """In whose stead: nobody's for a vacant post, else somebody's who holds what is asked for themselves."""
    other = read.text("for_id") or None
    if kind == Acting.PLT and other is None:
        if role is None:
            read.wrong("role_key", "Jabatan yang kosong perlu peran yang dilaksanakan.")
    elif other is None or session.get(Person, other) is None or other == person.id:
        read.wrong("for_id", "Pilih orang yang digantikan dari daftar.")
    elif not holds(session, other, role, begins):
        read.wrong("for_id", "Orang itu tidak memegang peran ini, maka tidak dapat digantikan di dalamnya.")
    if not holds(session, person.id, None, begins):
        read.wrong("for_id", "Hanya pejabat yang memegang suatu jabatan yang dapat menggantikan orang lain.")
    return other


def holds(session: Session, person_id: str, role: str | None, day: date) -> bool:
    """Whether somebody holds an office on a day themselves: with this role, or with any. A vendor's role is none."""
    query = sa.select(Appointment.id).where(Appointment.person_id == person_id, people.valid(Appointment))
    query = query.where(Appointment.role_key.not_in(people.OUTSIDE))
    query = query.where(Appointment.role_key == role) if role else query
    return session.scalar(query.limit(1), {"day": day}) is not None


def _is_day(digits: str) -> bool:
    try:
        return date.fromisoformat(digits).year > 1900
    except ValueError:
        return False
