"""People and appointments from a CSV file: first what would change, line by line, then all of it or nothing.

A person is known by NIP, or by user name where there is none; a line without `peran` is about the person alone.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import accounts, history, people, sheet
from engine.directory import persons
from engine.directory.telling import tell
from engine.errors import BadForm, FieldError
from engine.model import Account, Appointment, Kind, Person
from engine.people import OPERATOR, Actor
from engine.typed import Reader

COLUMNS = ("nama", "nip", "nama_pengguna", "peran", "opd", "jabatan", "sk", "mulai", "selesai")
OURS = ("name", "nip", "username", "role_key", "opd", "title", "decree", "begins", "ends")  # the names of our forms
LARGEST = 1_000_000  # bytes
Days = tuple[str, str, str]  # of an appointment: role, office, first day


class Change(StrEnum):
    """What a line changes."""

    PERSON = "orang"  #: a new person
    NAME = "nama"  #: another name or NIP of a known one
    ACCOUNT = "akun"  #: a new user name
    APPOINTMENT = "jabatan"  #: a new appointment
    END = "akhir"  #: another last day of a known appointment


@dataclass
class Known:
    """A person as the lines read so far would leave them; without an id until they are made."""

    id: str | None = None
    name: str = ""
    nip: str = ""
    username: str = ""
    held: dict[Days, str] = field(default_factory=dict)  # last day, "" for none
    rows: dict[Days, str] = field(default_factory=dict)  # ids of appointments
    line: int | None = None  # the first that speaks of them


class Register:
    """Everybody who is known, by NIP and by user name."""

    def __init__(self) -> None:
        self.by_nip: dict[str, Known] = {}
        self.by_username: dict[str, Known] = {}

    def file(self, known: Known) -> None:
        """Somebody is found by what is known of them now."""
        self.by_nip |= {known.nip: known} if known.nip else {}
        self.by_username |= {known.username: known} if known.username else {}


@dataclass(frozen=True)
class Line:
    """One line of the file: what it says by the names of our forms, about whom, what it changes, what is wrong."""

    number: int
    given: dict[str, str]
    whom: Known
    changes: tuple[Change, ...]
    errors: tuple[FieldError, ...]


def preview(session: Session, who: Actor, content: bytes) -> list[Line]:
    """What a file would change, nothing of it done. Raises NotAllowed, BadValue and BadForm for none of our files."""
    people.must_have(who, OPERATOR)
    known, roles = _known(session), people.role_names(session)
    rows, errors = sheet.rows(content, COLUMNS, LARGEST)
    if errors:
        raise BadForm(errors)
    return [_line(known, roles, number, cells) for number, cells in rows]


def apply(session: Session, who: Actor, content: bytes, request: str | None = None) -> list[Line]:
    """Do what a file says, all of it or nothing. Raises NotAllowed, BadValue, BadForm naming every wrong line."""
    digest = hashlib.sha256(content).hexdigest()
    if history.answered(session, request, Kind.PEOPLE_IMPORTED, who.id, file=digest):
        return []
    history.system(session)  # one file after the other
    lines = preview(session, who, content)
    if wrong := [(line, error) for line in lines for error in line.errors]:
        raise BadForm([_located(line, error) for line, error in wrong])
    for line in lines:
        for change in line.changes:
            DO[change](session, who, line)
    told = {"file": digest, "lines": sum(bool(line.changes) for line in lines)}
    history.append(session, history.system(session), Kind.PEOPLE_IMPORTED, who.id, told, request=request)
    return lines


def _known(session: Session) -> Register:
    register = Register()
    usernames = dict(session.execute(sa.select(Account.person_id, Account.username)).all())
    for person in session.scalars(sa.select(Person)):
        found = Known(person.id, person.name, person.nip or "", usernames.get(person.id, ""))
        for one in person.appointments:
            place = (one.role_key, one.opd, one.begins.isoformat())
            found.held[place], found.rows[place] = one.ends.isoformat() if one.ends else "", one.id
        register.file(found)
    return register


def _line(known: Register, roles: dict[str, str], number: int, cells: dict[str, str]) -> Line:
    given = {name: cells[column] for name, column in zip(OURS, COLUMNS, strict=True)}
    read = Reader(given)
    given["name"], given["nip"] = read.text("name", "Tuliskan namanya."), persons.read_nip(read) or ""
    given["username"] = given["username"].lower()
    if given["username"] and not accounts.NAME.fullmatch(given["username"]):
        read.wrong("username", accounts.NAME_WRONG)
    if given["role_key"]:
        _read_appointment(read, roles)
    whom, changes = _whom(known, given, read), []
    if whom.line and whom.name != given["name"]:
        read.wrong("name", "Nama orang ini lain daripada di baris {line}.", line=str(whom.line))
    if not read.errors:
        whom.line = whom.line or number
        changes = list(_changes(whom, given))
        known.file(whom)
    return Line(number, given, whom, tuple(changes), tuple(read.errors))


def _read_appointment(read: Reader, roles: dict[str, str]) -> None:
    read.choice("role_key", roles, "Peran ini tidak dikenal.")
    read.text("opd", "Tuliskan OPD atau unitnya.")
    read.letter("decree")
    read.days()


def _whom(known: Register, given: dict[str, str], read: Reader) -> Known:
    """Whom a line is about: a known person, or a new one."""
    if not given["nip"] and not given["username"]:
        read.wrong("nip", "Isi NIP atau nama pengguna: tanpa itu orangnya tidak dapat dikenali lagi.")
    by_nip, by_name = known.by_nip.get(given["nip"]), known.by_username.get(given["username"])
    if by_nip and by_name and by_nip is not by_name:
        read.wrong("username", "NIP dan nama pengguna ini milik dua orang yang berbeda.")
    found = by_nip or by_name
    if found and found.nip and given["nip"] and found.nip != given["nip"]:
        read.wrong("nip", "Nama pengguna ini milik orang dengan NIP lain.")
    if found and found.username and given["username"] and found.username != given["username"]:
        read.wrong("username", "Orang ini sudah mempunyai nama pengguna lain.")
    return found or Known()


def _changes(whom: Known, given: dict[str, str]) -> Iterator[Change]:
    """What a line changes of a person, who is then so for the lines after it."""
    new = whom.id is None and not whom.name
    if new:
        yield Change.PERSON
    elif whom.name != given["name"] or (given["nip"] and whom.nip != given["nip"]):
        yield Change.NAME
    whom.name, whom.nip = given["name"], given["nip"] or whom.nip
    if given["username"] and not whom.username:
        whom.username = given["username"]
        yield Change.ACCOUNT
    if not given["role_key"]:
        return
    place = (given["role_key"], given["opd"], given["begins"])
    if place not in whom.held:
        yield Change.APPOINTMENT
    elif whom.held[place] != given["ends"]:
        yield Change.END
    whom.held[place] = given["ends"]


def _make(session: Session, who: Actor, line: Line) -> None:
    known = {"name": line.given["name"], "nip": line.given["nip"] or line.whom.nip}  # a line without takes none away
    line.whom.id = persons.change(session, who, known, line.whom.id).id


def _open(session: Session, who: Actor, line: Line) -> None:
    person = session.get_one(Person, line.whom.id)
    accounts.open_for(session, person, line.given["username"], who.id)


def _appoint(session: Session, who: Actor, line: Line) -> None:
    assert line.whom.id is not None
    office = {name: text for name, text in line.given.items() if name in persons.APPOINTMENT}
    made = persons.appoint(session, who, line.whom.id, office)
    line.whom.rows[line.given["role_key"], line.given["opd"], line.given["begins"]] = made.id


def _end(session: Session, who: Actor, line: Line) -> None:
    place = (line.given["role_key"], line.given["opd"], line.given["begins"])
    row = session.get_one(Appointment, line.whom.rows[place])
    row.ends = date.fromisoformat(line.given["ends"]) if line.given["ends"] else None
    tell(session, Kind.APPOINTMENT_CHANGED, who, row, persons.APPOINTMENT)


DO = {
    Change.PERSON: _make,
    Change.NAME: _make,
    Change.ACCOUNT: _open,
    Change.APPOINTMENT: _appoint,
    Change.END: _end,
}


def _located(line: Line, error: FieldError) -> FieldError:
    """The same, at its place: `3: nip`."""
    column = dict(zip(OURS, COLUMNS, strict=True)).get(error.field, error.field)
    return FieldError(f"{line.number}: {column}", error.text, error.values)
