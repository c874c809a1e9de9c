"""The house's dated tables: which role works in a lane, which may start a process or change deadlines, which lanes are
kept apart."""

from typing import Any

from flask import Blueprint, render_template, url_for

from engine import directory, operations, people, sla
from engine.errors import NotFound
from webapp import typed
from webapp.auth import actor
from webapp.security import key
from webapp.store import db
from webapp.words import marked, say

bp = Blueprint("mapping", __name__, url_prefix="/operasi/tabel")
TITLES = {
    directory.LANE: marked("Jalur dan peran"),
    directory.START: marked("Siapa boleh memulai"),
    directory.PAIR: marked("Jalur yang dipisahkan"),
    directory.DEADLINE: marked("Siapa mengubah tenggat"),
}
STRICT = {"larang": marked("dilarang"), "ingatkan": marked("hanya diingatkan")}
ACTS = {sla.PROPOSE: marked("mengusulkan dan menjeda"), sla.APPROVE: marked("menyetujui")}


@bp.get("/<table>")
def show(table: str) -> str:
    """One table."""
    return _page(table, **typed.sent())


@bp.post("/<table>")
def add(table: str) -> Any:
    """A row more; work that waited for a lane's role is brought to it."""
    who = actor()

    def act(session: Any, given: dict[str, str]) -> None:
        operations.add_row(session, who, table, given, key())

    to = url_for("mapping.show", table=table)
    return typed.done(act, lambda **sent: _page(table, **sent), say("Baris ditambahkan."), to)


@bp.post("/jalur/peran")
def add_role() -> Any:
    """A role more, for lanes and appointments."""
    who, to, said = actor(), url_for("mapping.show", table=directory.LANE), say("Peran ditambahkan.")

    def act(session: Any, given: dict[str, str]) -> None:
        directory.add_role(session, who, given, key())

    return typed.done(act, lambda **sent: _page(directory.LANE, **sent), said, to, "peran")


@bp.post("/<table>/<row_id>/akhiri")
def end(table: str, row_id: str) -> Any:
    """The last day of a row."""
    who, to = actor(), url_for("mapping.show", table=table)
    said = say("Hari terakhir baris itu dicatat.")

    def act(session: Any, given: dict[str, str]) -> None:
        directory.end(session, who, table, row_id, given, key())

    return typed.done(act, lambda **sent: _page(table, **sent), said, to, f"b{row_id}")


def _page(name: str, **sent: Any) -> str:
    session = db.session()
    if name not in TITLES:
        raise NotFound()
    processes = directory.models(session)
    return render_template(
        "mapping.html",
        name=name,
        titles=TITLES,
        rows=directory.listed(session, actor(), name),
        processes={key: one.name for key, one in processes.items()},
        lanes={lane: lane for one in processes.values() for lane in one.lanes},
        roles=people.role_names(session),
        strict=STRICT,
        acts=ACTS,
        today=people.today(),
        **sent,
    )
