"""The history of a case in words: what happened, by whom, and what came of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import forms, history, library
from engine.definition import Definition, Node
from engine.forms import Field, Form
from engine.library import Library
from engine.model import HistoryEvent, Kind, Status
from engine.tasks import NOTE
from engine.values import Value
from webapp.words import moment, say

HIDDEN = "••••••"  # stands for personal data that the reader may not see


@dataclass(frozen=True)
class Book:
    """What names and labels are taken from: the model, what it calls, and the forms; whether personal data may be
    read."""

    definition: Definition
    library: Library
    personal: bool = False

    def at(self, element: str) -> tuple[Definition, Node | None]:
        """The process that an element stands in, and the element."""
        key, _, node = element.rpartition("|")
        home = self.library.processes[key] if key else self.definition
        return home, home.nodes.get(node)

    def home(self, event: HistoryEvent) -> Definition:
        """The process that the element of an event stands in."""
        return self.at(event.element or "")[0]

    def node(self, event: HistoryEvent) -> Node | None:
        """The element of an event."""
        return self.at(event.element or "")[1]

    def host(self, event: HistoryEvent) -> Node | None:
        """The activity that the boundary event of an event is attached to."""
        node = self.node(event)
        return self.home(event).nodes.get(node.attached_to or "") if node else None

    def form(self, event: HistoryEvent) -> Form | None:
        """The form behind an event: of its step, or of the start."""
        node = self.definition.start() if event.kind == Kind.INSTANCE_STARTED else self.node(event)
        return self.library.forms.get(node.form) if node is not None and node.form else None


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

    @property
    def alarm(self) -> bool:
        """Whether this event is a breach of a deadline."""
        return self.stamp[0] == "is-late"


@dataclass(frozen=True)
class Entered:
    """What somebody filled in at one step: (label, text) of each field."""

    seq: int
    step: str
    who: str
    at: datetime
    values: tuple[tuple[str, str], ...]


def told(event: HistoryEvent, names: Mapping[str, str], book: Book) -> Line:
    """One event in words; `names` are those of the people, by id."""
    words, stamp = _TOLD[Kind(event.kind)](event, book), _stamps()[Kind(event.kind)]
    if event.kind == Kind.TIMER_FIRED and not _is_breach(event, book):
        stamp = ("is-wait", say("waktu tiba"), "clock")
    who = names.get(event.actor) or (say("sistem") if event.actor == history.SYSTEM else event.actor)
    return Line(event.seq, event.at, words, who, effect(event), stamp, event.hash, event.element)


def lines(events: Iterable[HistoryEvent], names: Mapping[str, str], book: Book) -> list[Line]:
    """Events in words, in the order given."""
    return [told(event, names, book) for event in events]


def effect(event: HistoryEvent) -> str:
    """What an event brought about: which steps opened, how the case ended."""
    opened = event.body.get("opened", ())
    said = [_old_and_new(event)] if event.body.get("moved") else []
    said += [say("{step} terbuka", step=_in_round(item["name"], item["round"])) for item in opened]
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
    """The values of one event under the labels of their form."""
    form = book.form(event)
    rows = tuple(_row(form, key, value, book.personal) for key, value in _ordered(form, opening))
    return Entered(event.seq, line.words, line.who, event.at, tuple(row for row in rows if row[1]))


def message_name(node: Node) -> str:
    """What a message means, as the diagram says it."""
    return node.name or (node.message or "").replace("_", " ").capitalize()


def _row(form: Form | None, key: str, value: Value, personal: bool) -> tuple[str, str]:
    key = key.lstrip("=").partition("@")[0]  # the model itself wrote it
    field = form.field(key) if form else None
    if field is None:
        words = {NOTE: say("Catatan pelaksana"), "alasan": say("Alasan")}
        return words.get(key, key.replace("_", " ").capitalize()), forms.plain_text(value)
    text = forms.text(field, value)
    return field.label, HIDDEN if text and _is_hidden(field, personal) else text


def _is_hidden(field: Field, personal: bool) -> bool:
    return field.personal and not personal


def _ordered(form: Form | None, opening: Mapping[str, Value]) -> list[tuple[str, Value]]:
    """The values in the order of the form's fields; the others after them."""
    order = {field.key: number for number, field in enumerate(form.fields)} if form else {}
    return sorted(opening.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))


def _step(event: HistoryEvent, book: Book) -> str:
    node = book.node(event)
    return _in_round((node.name if node else "") or event.element or "", event.round or 1)


def timed(element: str, book: Book, number: int = 1) -> str:
    """What a time limit is about, by its step or its timer: a step in its round, a part, or the whole case."""
    about = library.timed(book.definition, book.library, element)
    return _in_round(about.name or about.id, number) if about else say("Seluruh berkas")


def _in_round(name: str, number: int) -> str:
    return name if number == 1 else say("{step}, putaran {n}", step=name, n=number)


def _is_breach(event: HistoryEvent, book: Book) -> bool:
    """Whether a timer that fired is the time limit of a step, a part or the whole case."""
    node, host = book.node(event), book.host(event)
    home = book.home(event)
    whole = home.limit() if home == book.definition else None
    return bool(node and (node == whole or (host and node.timer == home.sla(host.id))))


def _started(event: HistoryEvent, book: Book) -> str:
    by = event.body.get("message") or event.body.get("signal") or event.body.get("timer")
    return say("Berkas dimulai oleh {what}", what=by) if by else say("Berkas dimulai")


def _timer(event: HistoryEvent, book: Book) -> str:
    node = book.node(event)
    if _is_breach(event, book):
        return say("{step}: lewat batas waktu", step=timed(event.element or "", book))
    return say("Waktunya tiba: {what}", what=(node.name if node else "") or event.element or "")


def _moved(event: HistoryEvent, book: Book) -> str:
    """Both due dates, the old beside the new."""
    old, new = (moment(datetime.fromisoformat(at)) for at in (event.body["was"]["due"], event.body["due"]))
    what = timed(event.element or "", book, event.round or 1)
    return say("{step}: tenggat dari {old} menjadi {new}", step=what, old=old, new=new)


def _message(event: HistoryEvent, book: Book) -> str:
    message = event.body["message"]
    node = next((node for node in book.definition.nodes.values() if node.message == message), None)
    what = message_name(node) if node else str(message)
    if event.kind == Kind.MESSAGE_SENT:
        return say("Dikirim keluar: {what}", what=what)
    return say("Disampaikan: {what}", what=what)


def _document(event: HistoryEvent, _: Book) -> str:
    name = event.body.get("requirement", "")
    if event.body.get("wet_ink"):
        return say("Dokumen bertanda tangan basah diunggah: {name}", name=name)
    return say("Dokumen diunggah: {name}", name=name)


Teller = Callable[[HistoryEvent, Book], str]
_TOLD: dict[Kind, Teller] = {
    Kind.INSTANCE_STARTED: _started,
    Kind.ITEM_COMPLETED: lambda e, b: say("{step}: selesai", step=_step(e, b)),
    Kind.ITEM_CLAIMED: lambda e, b: say("{step}: diambil", step=_step(e, b)),
    Kind.ITEM_RELEASED: lambda e, b: say("{step}: dilepas", step=_step(e, b)),
    Kind.TIMER_FIRED: _timer,
    Kind.TIMER_WARNED: lambda e, b: say("{step}: mendekati batas waktu", step=timed(e.element or "", b, e.round or 1)),
    Kind.DEADLINE_ASKED: lambda e, b: say("{step}: perpanjangan tenggat diusulkan", step=_step(e, b)),
    Kind.DEADLINE_EXTENDED: lambda e, b: say("{step}: tenggat diperpanjang", step=_step(e, b)),
    Kind.DEADLINE_DENIED: lambda e, b: say("{step}: perpanjangan tenggat ditolak", step=_step(e, b)),
    Kind.DEADLINE_PAUSED: lambda e, b: say("{step}: tenggat dijeda", step=_step(e, b)),
    Kind.DEADLINE_RESUMED: lambda e, b: say("{step}: jeda tenggat diakhiri", step=_step(e, b)),
    Kind.DEADLINE_MOVED: _moved,
    Kind.MESSAGE_RECEIVED: _message,
    Kind.MESSAGE_SENT: _message,
    Kind.SIGNAL_RECEIVED: lambda e, b: say(
        "Isyarat {name} dari {number}", name=e.body["signal"], number=e.body["from"]
    ),
    Kind.DOCUMENT_ADDED: _document,
    Kind.DOCUMENT_INFECTED: lambda e, b: say("Dokumen ditolak pemindai virus: {name}", name=e.body["requirement"]),
    Kind.INSTANCE_CANCELLED: lambda e, b: say("Berkas dibatalkan"),
    Kind.HOLD_PLACED: lambda e, b: say("Berkas ditahan menurut surat {letter}", letter=e.body["letter"]),
    Kind.HOLD_LIFTED: lambda e, b: say("Penahanan menurut surat {letter} dilepas", letter=e.body["letter"]),
    Kind.RETENTION_SET: lambda e, b: say("Lama simpan ditetapkan"),
    Kind.DEPLOYED: lambda e, b: say("Model diterbitkan"),
    Kind.RECEIVER_CHANGED: lambda e, b: say("Penerima peringatan diubah"),
    Kind.CALENDAR_CHANGED: lambda e, b: say("Kalender diubah"),
    Kind.CLOCK_MOVED: lambda e, b: say("Jam demo dimajukan"),
}


def _stamps() -> dict[Kind, tuple[str, str, str]]:
    return {
        Kind.INSTANCE_STARTED: ("is-run", say("mulai"), "half"),
        Kind.ITEM_COMPLETED: ("is-done", say("selesai"), "ok"),
        Kind.ITEM_CLAIMED: ("is-run", say("dipegang"), "half"),
        Kind.ITEM_RELEASED: ("is-wait", say("dilepas"), "ring"),
        Kind.TIMER_FIRED: ("is-late", say("terlambat"), "bang"),
        Kind.TIMER_WARNED: ("is-warn", say("peringatan"), "clock"),
        Kind.DEADLINE_ASKED: ("is-wait", say("tenggat"), "clock"),
        Kind.DEADLINE_EXTENDED: ("is-warn", say("tenggat"), "clock"),
        Kind.DEADLINE_DENIED: ("is-wait", say("tenggat"), "clock"),
        Kind.DEADLINE_PAUSED: ("is-warn", say("tenggat"), "clock"),
        Kind.DEADLINE_RESUMED: ("is-warn", say("tenggat"), "clock"),
        Kind.DEADLINE_MOVED: ("is-wait", say("tenggat bergeser"), "clock"),
        Kind.MESSAGE_RECEIVED: ("is-warn", say("kejadian"), "bang"),
        Kind.MESSAGE_SENT: ("is-wait", say("pesan"), "ring"),
        Kind.SIGNAL_RECEIVED: ("is-warn", say("isyarat"), "bang"),
        Kind.DOCUMENT_ADDED: ("is-wait", say("dokumen"), "doc"),
        Kind.DOCUMENT_INFECTED: ("is-late", say("ditolak"), "bang"),
        Kind.INSTANCE_CANCELLED: ("is-wait", say("dibatalkan"), "ring"),
        Kind.HOLD_PLACED: ("is-warn", say("ditahan"), "bang"),
        Kind.HOLD_LIFTED: ("is-wait", say("dilepas"), "ring"),
        Kind.RETENTION_SET: ("is-wait", say("retensi"), "clock"),
        Kind.DEPLOYED: ("is-wait", say("model"), "pen"),
        Kind.RECEIVER_CHANGED: ("is-wait", say("penerima"), "clock"),
        Kind.CALENDAR_CHANGED: ("is-wait", say("kalender"), "clock"),
        Kind.CLOCK_MOVED: ("is-wait", say("jam"), "clock"),
    }
