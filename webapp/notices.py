"""Notices: how each person wants to be told, what waits or failed for the operator, and a text to send by hand."""

import os
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import outbox, people, tasks
from engine.errors import BadValue, NotFound, SystemNotReady
from engine.model import Channel, Choice, Mode, WorkItem
from engine.people import OPERATOR
from engine.transaction import transaction
from webapp import typed, words
from webapp.auth import actor
from webapp.store import db
from webapp.words import marked, say

bp = Blueprint("notices", __name__)
BOXES = ("quiet", "urgent")
FIELDS = ("address", "mode", "hour", *BOXES)
MOST = 100  # rows
CHANNELS = {Channel.MAIL: marked("Surel"), Channel.GATEWAY: marked("WhatsApp atau Telegram")}
ADDRESSES = {Channel.MAIL: marked("Alamat surel"), Channel.GATEWAY: marked("Nomor atau nama Anda di sana")}
MODES = {
    Mode.AT_ONCE: marked("Segera, satu per satu"),
    Mode.DAILY: marked("Sekali sehari, dirangkum"),
    Mode.NEVER: marked("Tidak"),
}


@bp.get("/pemberitahuan")
def index() -> str:
    """How I want to be told."""
    return _page()


@bp.post("/pemberitahuan/<channel>")
def choose(channel: str) -> Any:
    """Set my choice for a channel."""
    if channel not in frozenset(Channel):
        raise NotFound()
    who, wanted = actor(), Channel(channel)
    said, to = say("Pilihan Anda tersimpan."), url_for("notices.index")
    return typed.done(lambda session, given: outbox.choose(session, who, wanted, given), _page, said, to, channel)


@bp.get("/tugas/<item_id>/teks")
def text(item_id: str) -> str:
    """A text about a step, to send by hand."""
    item = tasks.find(db.session(), item_id)
    people.must_prepare(actor(), item)
    return render_template("notice_text.html", item=item, text=text_of(item))


@bp.get("/operasi/pemberitahuan")
def operate() -> str:
    """What waits and what failed."""
    people.must_have(actor(), OPERATOR)
    session = db.session()
    failed, waiting = outbox.failed(session, MOST), outbox.waiting(session, MOST)
    return render_template(
        "notices_operator.html",
        letters=outbox.standing(session),
        old=outbox.OLD,
        failed=failed,
        waiting=waiting,
        names=people.names(session, {one.person_id for one in (*failed, *waiting) if one.person_id}),
        channels=CHANNELS,
        **_set_up(),
    )


@bp.post("/operasi/pemberitahuan")
def retry() -> Response:
    """Let the chosen ones be tried anew. Raises BadValue where none is chosen."""
    who, chosen = actor(), set(request.form.getlist("pilih"))
    people.must_have(who, OPERATOR)
    if not chosen:
        raise BadValue("Pilih paling sedikit satu kabar.")
    with transaction(db.session()) as session:
        number = outbox.retry(session, who, chosen)
    flash(say("Dicoba lagi oleh pekerja: {n}.", n=number))
    return redirect(url_for("notices.operate"))


def text_of(item: WorkItem) -> str:
    """What somebody may send of an open step: link, number, step and deadline."""
    return outbox.of_item(item, item.instance.number, base()).text


def base() -> str:
    """What links begin with: as the operator set it, or else as this browser came."""
    return outbox.base(os.environ) or request.host_url.rstrip("/")


def _page(**sent: Any) -> str:
    given = {sent["form"]: _typed(sent["typed"])} if sent else {}
    return render_template(
        "notices.html",
        choices={channel: _shown(one) for channel, one in outbox.of(db.session(), actor()).items()} | given,
        sent=sent,
        channels=CHANNELS,
        addresses=ADDRESSES,
        modes=MODES,
        hours=outbox.HOURS,
        **_set_up(),
    )


def _set_up() -> dict[str, Any]:
    """The channels that are set up, or why none can be used."""
    try:
        return {"ready": outbox.read(os.environ).channels, "problem": ""}
    except SystemNotReady as error:
        return {"ready": frozenset(), "problem": words.translated(error)}


def _shown(choice: Choice) -> dict[str, Any]:
    return {name: getattr(choice, name) for name in FIELDS}


def _typed(given: dict[str, str]) -> dict[str, Any]:
    """What was typed, as `_shown` shows what is kept; a box that was not ticked is not sent."""
    return {name: given.get(name, "") for name in FIELDS} | {name: given.get(name) == "1" for name in BOXES}
