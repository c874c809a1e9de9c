"""Work that was done on paper first: what a page says of it, and what was sent about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import request

from engine import onpaper
from engine.model import HistoryEvent, Kind
from engine.people import today
from webapp.words import hour, marked, moment, say, written

BASIS = onpaper.ASIDE.lstrip(":")  # in the openings of an event
NAMES = onpaper.NAMES
SENTENCES = {  # whether the paper was in time -> what is said of the due date
    True: marked("Tenggat {due}: menurut kertas tepat waktu."),
    False: marked("Tenggat {due}: menurut kertas pun terlambat."),
}


def sent() -> dict[str, str]:
    """What the form said about paper."""
    return {name: request.form.get(name, "") for name in NAMES}


def kept() -> dict[str, list[str]]:
    """The same as a draft keeps it: what was filled in."""
    return {name: [text] for name, text in sent().items() if text}


def given(draft: Mapping[str, list[str]]) -> dict[str, str]:
    """What stands in the fields about paper: what was sent with this request, else the draft's."""
    return sent() if request.method == "POST" else {name: "".join(draft.get(name, ())) for name in NAMES}


@dataclass(frozen=True)
class Told:
    """What an event says about paper, in words."""

    dates: str  # 'menurut kertas selesai 3 Desember 2026, dicatat Sab 5 Des, 09.00'
    due: str  # what that means for the due date, or ""
    in_time: bool | None


def told(event: HistoryEvent) -> Told | None:
    """What an event says about paper; None if it was not done there."""
    return words(event.body.get("happened"), event.body.get("due"), event.at, event.kind == Kind.INSTANCE_STARTED)


def words(happened: str | None, due: str | None, at: datetime, began: bool = False) -> Told | None:
    """The day on paper beside the day of entry, and the due date beside both."""
    on = onpaper.happened({"happened": happened})
    if happened is None or on is None:
        return None
    day = written(today(on)) + (f", {hour(on)}" if "T" in happened else "")
    fill = {"day": day, "at": moment(at)}
    if began:
        dates = say("menurut kertas mulai {day}, dicatat {at}", **fill)
    else:
        dates = say("menurut kertas selesai {day}, dicatat {at}", **fill)
    kept = onpaper.in_time({"happened": happened, "due": due})
    about = "" if kept is None or due is None else say(SENTENCES[kept], due=moment(datetime.fromisoformat(due)))
    return Told(dates, about, kept)
