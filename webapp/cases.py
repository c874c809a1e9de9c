"""Cases: the list of all I may see, starting one, the page of one, its history, cancelling it, telling it news."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from engine import cases, forms, people
from engine.errors import BadForm, BadValue, FieldError
from engine.model import Instance, Status, WorkItem
from engine.people import Actor
from engine.transaction import transaction
from webapp import dossier, onpaper, replaying, security, story, tracking, words
from webapp.auth import actor
from webapp.steps import OURS
from webapp.store import db
from webapp.words import say

bp = Blueprint("cases", __name__)
PAGE = 50  # rows
LONGEST_PAGE = 7  # digits of a page's number
STATUS = {
    "berjalan": Status.RUNNING,
    "selesai": Status.COMPLETED,
    "dibatalkan": Status.CANCELLED,
    "gagal": Status.FAILED,
}


@dataclass(frozen=True)
class Filter:
    """What the list is asked for, as its address says it."""

    search: str = ""
    status: str = ""
    step: str = ""
    late: bool = False
    page: int = 1

    def address(self, **changes: Any) -> str:
        """The list's address with these wishes, some of them changed."""
        wishes: dict[str, Any] = {
            "q": self.search,
            "keadaan": self.status,
            "langkah": self.step,
            "terlambat": "1" if self.late else "",
        }
        wishes |= {"hal": str(self.page) if self.page > 1 else ""} | changes
        return url_for("cases.index", **{name: text for name, text in wishes.items() if text})


@dataclass(frozen=True)
class Open:
    """One open step of a case: who holds it, since when, until when."""

    item: WorkItem
    holder: str  # name, or ""
    role: str
    deadline: words.Deadline


@bp.get("/berkas")
def index() -> str:
    """Every case that I may see, the nearest deadline first."""
    session, who, wish = db.session(), actor(), _filter()
    query = cases.visible(who, wish.search, STATUS.get(wish.status, ""), wish.late, wish.step, by_due=True)
    total = cases.size(session, query)
    found = list(session.scalars(query.offset((wish.page - 1) * PAGE).limit(PAGE)))
    return render_template(
        "cases_list.html",
        wish=wish,
        total=total,
        pages=max(1, -(-total // PAGE)),
        running=cases.size(session, cases.visible(who, wish.search, Status.RUNNING, wish.late, wish.step)),
        late=cases.size(session, cases.visible(who, wish.search, STATUS.get(wish.status, ""), True, wish.step)),
        rows=_rows(found, who),
        outside=people.is_outside(who),
        passed=cases.late(session, [one.id for one in found]),
        steps=cases.open_steps(session, who),
        statuses=STATUS,
        may_start=bool(cases.startable(session, who)),
        status_stamp=story.status_stamp,
    )


@bp.get("/berkas/baru")
def choose() -> Any:
    """The processes that I may start."""
    found = cases.startable(db.session(), actor())
    if len(found) == 1:
        return redirect(url_for("cases.start", key=found[0].key))
    return render_template("case_start.html", entries=found)


@bp.get("/berkas/baru/<key>")
def start(key: str) -> str:
    """The form that starts a case."""
    people.must_start(db.session(), actor(), key)
    return _start_page(key)


@bp.post("/berkas/baru/<key>")
def begin(key: str) -> Any:
    """Start a case. Nothing is stored on error; what was typed is kept."""
    who = actor()
    typed = {name: texts for name, texts in request.form.lists() if name not in (*OURS, *onpaper.NAMES)}
    try:
        with transaction(db.session()) as session:
            made = cases.start(session, key, who, typed, security.key(), paper=onpaper.sent())
    except BadForm as error:
        return _start_page(key, typed, error.errors), 422
    told = {"number": made.number, "code": tracking.code_of(made)}
    flash(say("Berkas {number} dimulai. Kode lacak untuk pemohon: {code}.", **told))
    return redirect(url_for("cases.case", case_id=made.id))


@bp.get("/berkas/<case_id>")
def case(case_id: str) -> str:
    """One case: where it stands, its diagram, what happened, its documents and values."""
    return dossier.page(_find(case_id), actor())


@bp.get("/berkas/<case_id>/riwayat")
def history(case_id: str) -> str:
    """The case as it was right after its event `t`, the last one if none is asked for."""
    return replaying.page(_find(case_id), actor(), request.args.get("t"))


@bp.post("/berkas/<case_id>/batal")
def cancel(case_id: str) -> Any:
    """Cancel a case, with a reason."""
    found, who, reason = _find(case_id).id, actor(), request.form.get("alasan", "")[:2000]
    try:
        with transaction(db.session()) as session:
            cases.cancel(session, found, who, reason, security.key())
    except BadValue as error:
        return dossier.page(_find(found), who, reason, {"batal": words.translated(error)}), 422
    flash(say("Berkas dibatalkan. Semua langkah yang terbuka ditutup."))
    return redirect(url_for("cases.case", case_id=found))


@bp.post("/berkas/<case_id>/pesan")
def tell(case_id: str) -> Any:
    """Tell a case that something happened outside, with a reason."""
    one, who = _find(case_id), actor()
    cases.must_send(db.session(), who, one)
    found = one.id
    message, reason = request.form.get("pesan", "")[:200], request.form.get("alasan", "").strip()[:2000]
    if not reason:
        wrong = {"pesan": say("Tuliskan alasan atau nomor suratnya.")}
        return dossier.page(_find(found), who, reason, wrong), 422
    with transaction(db.session()) as session:
        cases.receive(session, found, who, message, {"alasan_peristiwa": reason}, security.key())
    flash(say("Kejadian disampaikan. Langkah yang terbuka sudah disesuaikan."))
    return redirect(url_for("cases.case", case_id=found))


def _find(case_id: str) -> Instance:
    found = cases.find(db.session(), actor(), case_id)
    g.case = found.id
    return found


def _filter() -> Filter:
    wanted = request.args
    page = wanted.get("hal", "1")
    return Filter(
        search=wanted.get("q", "").strip()[:100],
        status=wanted.get("keadaan", "") if wanted.get("keadaan") in STATUS else "",
        step=wanted.get("langkah", "").strip()[:500],
        late=wanted.get("terlambat") == "1",
        page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < LONGEST_PAGE else 1,
    )


def _rows(found: list[Instance], who: Actor) -> list[tuple[Instance, list[Open], str]]:
    """Each case with its open steps, the nearest deadline first, and how urgent the nearest is."""
    session = db.session()
    items = cases.open_items(session, [one.id for one in found])
    holders = {item.holder for some in items.values() for item in some if item.holder}
    names = people.names(session, holders & {who.id} if people.is_outside(who) else holders)
    roles = people.role_names(session)
    rows = []
    for one in found:
        some = [(item, roles.get(item.role or "", "")) for item in sorted(items[one.id], key=_nearest)]
        opened = [Open(i, names.get(i.holder, role) if i.holder else "", role, words.deadline(i)) for i, role in some]
        rows.append((one, opened, opened[0].deadline.kind if opened else ""))
    return rows


def _start_page(key: str, typed: dict[str, list[str]] | None = None, errors: list[FieldError] | None = None) -> str:
    process, form = cases.start_form(db.session(), key)
    return render_template(
        "case_start_form.html",
        process=process,
        form=form,
        rows=forms.shown(form, {}, typed) if form else [],
        errors=errors or [],
        **_outlook(key),
    )


def _outlook(key: str) -> dict[str, Any]:
    """When a case that starts now ends, and whether that is still in this budget year (1 January to 31 December)."""
    found = cases.outlook(db.session(), key)
    year = people.today().year
    over = [people.today(at).year > year for at in (found.earliest, found.latest)] if found else []
    return {"outlook": found, "year": year, "over": "all" if all(over) else "some" if any(over) else ""}


def _nearest(item: WorkItem) -> tuple[bool, str]:
    return item.due_at is None, item.due_at.isoformat() if item.due_at else ""
