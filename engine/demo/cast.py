"""The demo's people. All of them are fictitious."""

import json
import os
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import accounts
from engine.definition import Definition
from engine.model import Aide, Appointment, DutyPair, KeyRole, LaneRole, Person, Role, StartRight

BEGINS, ENDS = date(2020, 1, 1), date(2099, 12, 31)
KOMINFO = "Dinas Komunikasi dan Informatika"
ROLES = {
    "ppk": "Pejabat Pembuat Komitmen (PPK)",
    "pptk": "PPTK",
    "pejabat_pengadaan": "Pejabat Pengadaan Barang dan Jasa",
    "penyedia": "Penyedia",
    "pa": "Pengguna Anggaran (PA)",
    "penyimpan_barang": "Penyimpan Barang",
    "pphp": "Pejabat Pemeriksa Hasil Pekerjaan (PPHP)",
    "opd": "OPD penerima",
    "auditor": "Auditor",
    "analis": "Analis",
    "operator": "Operator",
}
LANES = {  # the lane's id in the model -> role
    "L_PPK": "ppk",
    "L_PPTK": "pptk",
    "L_PBJ": "pejabat_pengadaan",
    "L_PENYEDIA": "penyedia",
    "L_PA": "pa",
    "L_PB": "penyimpan_barang",
    "L_PPHP": "pphp",
    "L_OPD": "opd",
}
BASIS = "Pemisahan tugas pengadaan: Perpres 16/2018, Pasal 8 sampai 17."
PAIRS = (  # lanes that one person does not both work in; the last only says so
    ("L_PPK", "L_PPHP", True),
    ("L_PPK", "L_PENYEDIA", True),
    ("L_PBJ", "L_PPHP", True),
    ("L_PBJ", "L_PENYEDIA", True),
    ("L_PPHP", "L_PENYEDIA", True),
    ("L_PA", "L_PPK", False),
)


@dataclass(frozen=True)
class Member:
    """One person of the demo."""

    name: str
    username: str
    role: str  # none: they only prepare the work of another
    opd: str = KOMINFO
    aids: str = ""  # the user name of whose aide they are


CAST = (
    Member("Rahmawati Siregar", "ppk", "ppk"),
    Member("Bonifasius Lintang", "ppk2", "ppk"),
    Member("Agus Setiadi", "pptk", "pptk"),
    Member("Theresia Nanga", "pejabat_pengadaan", "pejabat_pengadaan"),
    Member("Kurnia Dharma", "penyedia", "penyedia", "CV Kapuas Karya Rekaan"),
    Member("Wahyu Lestari", "pa", "pa"),
    Member("Nurhayati Zain", "penyimpan_barang", "penyimpan_barang"),
    Member("Markus Adiputra", "pphp", "pphp"),
    Member("Siti Halimah Rekaan", "opd", "opd", "Dinas Kesehatan"),
    Member("Yohana Prameswari", "auditor", "auditor", "Inspektorat Kota"),
    Member("Dimas Rekayasa", "analis", "analis"),
    Member("Fitri Operasional", "operator", "operator"),
    Member("Lia Konsepwati", "penyiap", "", aids="ppk"),
)


def hire(session: Session, cast: tuple[Member, ...] = CAST) -> dict[str, tuple[Person, str]]:
    """The people with their accounts and appointments: by username, (person, password). No role needs a second code."""
    session.execute(sa.delete(KeyRole))
    session.add_all(Role(key=key, name=name) for key, name in ROLES.items())
    hired = {}
    for member in cast:
        person, password = Person(name=member.name), secrets.token_urlsafe(9)
        session.add(person)
        session.flush()
        accounts.create(session, person, member.username, password)
        hired[member.username] = (person, password)
        session.add(_work(member, person.id, hired))
    session.flush()
    return hired


def _work(member: Member, person: str, hired: dict[str, tuple[Person, str]]) -> Appointment | Aide:
    """What a member does, from the demo's first day: hold an office, or prepare for somebody hired before."""
    if member.aids:
        official, _ = hired[member.aids]
        days = {"letter_date": BEGINS, "begins": BEGINS, "ends": ENDS}
        return Aide(person_id=person, for_id=official.id, letter="800/1/2020", **days)
    place = {"role_key": member.role, "opd": member.opd, "decree": f"SK/{member.role}/2020"}
    return Appointment(person_id=person, begins=BEGINS, **place)


def map_lanes(session: Session, process: Definition, starters: tuple[str, ...] = ("ppk",)) -> None:
    """Which role works in which lane of a process, which lanes are kept apart, and who may start it."""
    names = {id: lane.get("name") or id for lane in process.element.iter("{*}lane") if (id := lane.get("id") or "")}
    common: dict[str, Any] = {"key": process.key, "begins": BEGINS}
    rows = [LaneRole(lane=name, role_key=LANES[id], **common) for id, name in names.items() if id in LANES]
    apart = [(sorted((names[a], names[b])), strict) for a, b, strict in PAIRS if {a, b} <= names.keys()]
    pairs = [DutyPair(one=one, other=other, strict=strict, basis=BASIS, **common) for (one, other), strict in apart]
    session.add_all((*rows, *pairs))
    session.add_all(StartRight(key=process.key, role_key=role, begins=BEGINS) for role in starters)
    session.flush()


def write_accounts(path: Path, hired: dict[str, tuple[Person, str]], cast: tuple[Member, ...] = CAST) -> None:
    """The sign-ins, in a file that only its owner may read."""
    rows = [
        {
            "person": m.name,
            "role": m.role or f"penyiap {m.aids}",
            "username": m.username,
            "password": hired[m.username][1],
        }
        for m in cast
    ]
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(rows, file, indent=1)
