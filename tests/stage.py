"""A stage for questions of rights: everybody signed in, and one of each thing that an address can name."""

import shutil
from datetime import date, timedelta
from pathlib import Path

from browsing import Visitor
from sqlalchemy.orm import Session
from walks import KEY, PLAN, Walk
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from engine import calendars, comments, directory, incidents, operations, receivers, retention, sla, staffing
from engine.calendars import Holiday, HolidayKind
from engine.clock import business
from engine.database import Database
from engine.demo.cast import ROLES
from engine.demo.plans import STRAIGHT, Plan
from engine.model import Account, Document, Instance, StartRight, StartTimer
from engine.people import Actor
from engine.transaction import transaction
from engine.worktime import DEFAULT

STRANGER, AIDE = "anonymous", "penyiap"
PEOPLE = (STRANGER, *ROLES, AIDE)
CASES = ("new", "done")  # began this morning and only its first step is open; went through every lane
LETTER = {"letter": "Adendum 7/2026", "letter_date": "2026-11-23", "reason": "Banjir di gudang"}
RECEIVER = {"role_key": "opd", "moment": "breach", "channel": "halaman"}
Cast = dict[str, Actor]
Things = dict[str, str]  # the name of a parameter in an address -> its value


class Stage:
    """A deployed database with two cases, and everybody at a browser of their own."""

    def __init__(self, database: Database, cast: Cast, plan: Plan = PLAN) -> None:
        walks = {name: Walk(database, cast, plan, number) for number, name in enumerate(CASES, 1)}
        walks["new"].upload("A01")
        items = {name: walk.item("A01").id for name, walk in walks.items()}
        walks["done"].to(*STRAIGHT[:5]).complete("A07", nomor_bast=None)  # a number that follows
        walks["done"].to(*STRAIGHT[6:])
        self.database, self.walks = database, walks
        self.things = {name: _of_case(database, walks[name].id, items[name]) for name in CASES}
        self.things[""] = _others(database, cast, walks["new"].id, items["new"])
        with database.session() as session, transaction(session):
            comments.make(session, items["new"], cast["ppk"], plan.title)
        self.fields = {"/operasi/retensi/tahan": {"nomor": walks["new"].id}}  # by address, for forms about a case
        self.fields |= {f"/berkas/{walks[name].id}/komentar": {"tugas": items[name]} for name in CASES}
        self.visitors = {name: _arrived(database, name) for name in PEOPLE}

    def address(self, rule: Rule, case: str) -> str:
        """The address of a rule, about one of the cases. KeyError: nothing here is called as its parameter is."""
        values = self.things[""] | self.things.get(case, {})
        _, address = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False) or ("", "")
        return address

    def answer(self, who: str, method: str, path: str) -> TestResponse:
        """What somebody gets who asks for a page, or sends a form with nothing filled in that it can be refused for."""
        visitor = self.visitors[who]
        return visitor.post(path, self.fields.get(path)) if method == "POST" else visitor.get(path)


class Kept:
    """A stage that is put back as it was: what one question changes, the next does not see."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage, self.folder = stage, folder
        self.cookies = {name: one.client.get_cookie("sopan").value for name, one in stage.visitors.items()}
        stage.database.engine.dispose()
        shutil.copytree(stage.database.folder, folder)

    def again(self) -> Stage:
        """As on the first day; who signed out is signed in."""
        self.stage.database.engine.dispose()
        shutil.copytree(self.folder, self.stage.database.folder, dirs_exist_ok=True)
        for name, visitor in self.stage.visitors.items():
            visitor.client.set_cookie("sopan", self.cookies[name])
        return self.stage


def _of_case(database: Database, case: str, item: str) -> Things:
    with database.session() as session:
        document = session.query(Document).filter_by(work_item_id=item).order_by(Document.requirement).first()
        return {"case_id": case, "item_id": item, "document_id": document.id}


def _others(database: Database, cast: Cast, case: str, item: str) -> Things:
    """One of each other thing. A new kind of thing in an address gets its line here."""
    operator, auditor = cast["operator"], cast["auditor"]
    with database.session() as session, transaction(session):
        change = sla.ask(session, item, cast["ppk"], LETTER | {"added": "2 hari kerja"})
        hold = retention.place_hold(session, auditor, case, "Pemeriksaan", "S-1/2026")
        receiver = receivers.add(session, operator, RECEIVER)
        incident = incidents.record(session, case, "Tabel tarif tidak ada")
        content = calendars.book(session).content(DEFAULT)
        holiday = Holiday(date(2026, 11, 26), "Pilkada", HolidayKind("libur nasional"), "Keppres 99")
        moved = calendars.add_holiday(content, holiday)
        operation = operations.change_calendar(session, DEFAULT, moved, operator.id, "Keppres 99", 1)
        timer = StartTimer(
            key=KEY, element="Mulai", sha256="0" * 64, due_at=business() + timedelta(1), stuck_at=business()
        )
        session.add(timer)
        session.flush()
        return _of_people(session, cast, case) | {
            "change_id": change.id,
            "hold_id": hold.id,
            "receiver_id": receiver.id,
            "incident_id": incident.id,
            "timer_id": timer.id,
            "operation_id": operation.id,
            "key": KEY,
            "name": DEFAULT,
            "wanted": "jeda",
            "language": "id",
            "filename": "sopan.css",
            "channel": "surel",
            "token": "tautan-yang-tidak-ada",
            "sha256": "0" * 64,
            "letter_key": "lembar-kendali",
            "form": "pdf",
            "number": "1",
        }


def _of_people(session: Session, cast: Cast, case: str) -> Things:
    """A person with an office, who acts for another, is named for a case, and whom an exception is asked for."""
    ppk, operator, days = cast["ppk2"], cast["operator"], {"begins": "2026-11-23", "ends": "2026-11-30"}
    job = {"role_key": "pptk", "opd": "Dinas Rekaan", "decree": "SK 1/2026"}
    stead = {"letter": "800/1/2026", "letter_date": "2026-11-23", "for_id": cast["opd"].id} | days
    typed, why = {"person": ppk.id, "letter": "027/1/2026"}, {"reason": "Pejabat lain sakit"}
    lanes = {seat.role: {"lane": seat.lane} for seat in staffing.seats(session, session.get_one(Instance, case))}
    return {
        "person_id": ppk.id,
        "appointment_id": directory.appoint(session, operator, ppk.id, job | days).id,
        "aide_id": directory.assign(session, operator, ppk.id, stead).id,
        "substitution_id": directory.substitute(session, operator, ppk.id, stead | {"kind": "plh"}).id,
        "staffing_id": staffing.name(session, case, cast["ppk"], typed | days | lanes["pa"]).id,
        "exception_id": staffing.ask(session, case, cast["ppk"], typed | why | lanes["opd"]).id,
        "table": directory.START,
        "row_id": str(session.query(StartRight).first().id),
        "account_id": session.query(Account).filter_by(person_id=ppk.id).one().id,
        "deed": "keluarkan",
        "browser": "peramban-yang-tidak-ada",
    }


def _arrived(database: Database, name: str) -> Visitor:
    visitor = Visitor(database, None if name == STRANGER else name)
    visitor.read_token("/masuk" if name == STRANGER else "/")
    return visitor
