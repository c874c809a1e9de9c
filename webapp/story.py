"""The history of a case in words: what happened, by whom, and what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine import forms, history, preparing
from engine.comments import TEXT
from engine.forms import Form
from engine.model import HistoryEvent, Kind, Status
from engine.tasks import NOTE
from engine.values import Value
from webapp import onpaper
from webapp.telling import TOLD, Book, in_round, is_breach
from webapp.words import moment, say

STEADS = {"plt": "Plt.", "plh": "Plh.", "an": "a.n."}
HIDDEN = "••••••"  # stands for personal data that the reader may not see
UNTOLD = "…"  # for who did what the reader is not told


@dataclass(frozen=True)
class Line:
    """One event as a row: `stamp` is (kind, words, icon) of the macro `stamp`."""

    seq: int
    at: datetime
    words: str
    who: str
    effect: str
    stamp: tuple[str, str, str]
    hash: str
    element: str | None
    paper: onpaper.Told | None = None

    @property
    def alarm(self) -> bool:
        """Whether this event is a breach of a deadline."""
        return self.stamp[0] == "is-late"


@dataclass(frozen=True)
class Entered:
    """What somebody filled in at one step: (label, text) of each field, and which fields with personal data these show
    in clear."""

    seq: int
    step: str
    who: str
    at: datetime
    values: tuple[tuple[str, str], ...]
    personal: frozenset[str] = frozenset()


def told(event: HistoryEvent, names: Mapping[str, str], book: Book) -> Line:
    """One event in words; `names` are those of the people, by id."""
    if book.seen and not book.seen.follows(event):
        return _untold(event)
    how = TOLD[Kind(event.kind)]
    stamp = (how.look, say(how.stamp), how.icon)
    if event.kind == Kind.TIMER_FIRED and not is_breach(event, book):
        stamp = ("is-wait", say("waktu tiba"), "clock")
    stead = event.body.get("stead") if not book.seen or book.seen.whole else None
    said = how.words(event, book), _who(event, names, stead), effect(event)
    paper = onpaper.told(event) if not book.seen or book.seen.step(event.body.get("item")) else None
    return Line(event.seq, event.at, *said, stamp, event.hash, event.element, paper)


def _untold(event: HistoryEvent) -> Line:
    """An event that its reader is not told: that it was, and when."""
    stamp = ("is-wait", say("tidak ditampilkan"), "ring")
    return Line(event.seq, event.at, say("Peristiwa di bagian lain"), UNTOLD, "", stamp, event.hash, None)


def _who(event: HistoryEvent, names: Mapping[str, str], stead: Mapping[str, Any] | None) -> str:
    """Who did it, and in whose stead by which letter."""
    who = names.get(event.actor) or (say("sistem") if event.actor == history.SYSTEM else event.actor)
    if not stead:
        return who
    other = names.get(stead["person"] or "") or say("jabatan kosong")
    return say(
        "{who}, {kind} {other} (surat {letter})",
        who=who,
        kind=STEADS[stead["kind"]],
        other=other,
        letter=stead["letter"],
    )


def lines(events: Iterable[HistoryEvent], names: Mapping[str, str], book: Book) -> list[Line]:
    """Events in words, in the order given."""
    return [told(event, names, replace(book, people=names)) for event in events]


def persons(events: Iterable[HistoryEvent]) -> set[str]:
    """Whom events speak of: who did something, in whose stead, for whom or with whom."""
    found = set()
    for event in events:
        stead = event.body.get("stead") or {}
        named = (event.body.get(name) for name in ("to", "person", "prepared"))
        found |= {event.actor, stead.get("person"), *named}
    return {one for one in found if isinstance(one, str)}


def effect(event: HistoryEvent) -> str:
    """What an event brought about: which steps opened, how the case ended."""
    opened = event.body.get("opened", ())
    said = [_old_and_new(event)] if event.body.get("moved") else []
    said += [say("{step} terbuka", step=in_round(item["name"], item["round"])) for item in opened]
    if ended := event.body.get("ended"):
        said.append(status_words(Status(ended["status"])))
    return "; ".join(said)


def _old_and_new(event: HistoryEvent) -> str:
    """The old deadline beside the new."""
    was, due = (datetime.fromisoformat(text) if text else None for text in (event.body["was"], event.body["due"]))
    if due is None:
        return say("tenggat semula {was}, berhenti berjalan", was=moment(was))
    return say("tenggat {due}, semula {was}", due=moment(due), was=moment(was))


def status_words(status: str) -> str:
    """'berkas selesai', 'berkas dibatalkan', 'berkas berjalan'."""
    words = {
        Status.RUNNING: say("berkas berjalan"),
        Status.COMPLETED: say("berkas selesai"),
        Status.CANCELLED: say("berkas dibatalkan"),
        Status.FAILED: say("berkas gagal"),
    }
    return words[Status(status)]


def status_stamp(status: str) -> tuple[str, str, str]:
    """The state of a case as (kind, words, icon)."""
    stamps = {
        Status.RUNNING: ("is-run", say("berjalan"), "half"),
        Status.COMPLETED: ("is-done", say("selesai"), "ok"),
        Status.CANCELLED: ("is-wait", say("dibatalkan"), "ring"),
        Status.FAILED: ("is-late", say("gagal"), "bang"),
    }
    return stamps[Status(status)]


def entered(event: HistoryEvent, line: Line, opening: Mapping[str, Value], book: Book) -> Entered:
    """The values of one event under the labels of their form, as far as its reader sees them."""
    form, seen = book.form(event), book.seen
    if seen is None:
        raise ValueError("whose eyes?")
    found = [(key, value) for key, value in _ordered(form, opening) if seen.filled(event, key)]
    rows = [(history.about(key), *_row(form, history.about(key), value)) for key, value in found]
    hidden = frozenset() if seen.personal else seen.tagged
    told = tuple((label, HIDDEN if key in hidden else text) for key, label, text in rows if text)
    clear = {key for key, _, text in rows if text} & seen.tagged - hidden
    return Entered(event.seq, line.words, line.who, event.at, told, frozenset(clear))


def _row(form: Form | None, key: str, value: Value) -> tuple[str, str]:
    field = form.field(key) if form else None
    if field is None:
        words = {NOTE: say("Catatan pelaksana"), "alasan": say("Alasan"), "disposisi": say("Disposisi")}
        words |= {TEXT: say("Komentar"), preparing.NOTE: say("Catatan untuk penyiap")}
        words |= {onpaper.BASIS: say("Dasar di kertas")}
        return words.get(key, key.replace("_", " ").capitalize()), forms.plain_text(value)
    return field.label, forms.text(field, value)


def _ordered(form: Form | None, opening: Mapping[str, Value]) -> list[tuple[str, Value]]:
    """The values in the order of the form's fields; the others after them."""
    order = {field.key: number for number, field in enumerate(form.fields)} if form else {}
    return sorted(opening.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))
