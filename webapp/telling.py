"""Each kind of event of a case in words, and the stamp beside it. What is the house's own stands in no case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine import library
from engine.definition import Definition, Node
from engine.forms import Form
from engine.library import Library
from engine.model import HistoryEvent, Kind
from engine.people import Sight
from webapp.words import marked, moment, say


@dataclass(frozen=True)
class Book:
    """What names and labels are taken from: the model, what it calls, and the forms; what the reader sees, where it is
    about what a case holds; the names of people, by id."""

    definition: Definition
    library: Library
    seen: Sight | None = None
    people: Mapping[str, str] = field(default_factory=dict)

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
class Told:
    """How a kind of event is told."""

    sentence: str | Callable[[HistoryEvent, Book], str]
    look: str  # of the stamp
    stamp: str  # its word, still to be translated
    icon: str

    def words(self, event: HistoryEvent, book: Book) -> str:
        """The sentence of an event, filled."""
        return self.sentence(event, book) if callable(self.sentence) else say(self.sentence, **_fill(event, book))


def message_name(node: Node) -> str:
    """What a message means, as the diagram says it."""
    return node.name or (node.message or "").replace("_", " ").capitalize()


def _fill(event: HistoryEvent, book: Book) -> dict[str, str]:
    """What may stand in the sentence of an event."""
    body = event.body
    person = book.people.get(body.get("to") or body.get("person") or "", "-")
    names = {"name": body.get("signal") or body.get("requirement", ""), "number": body.get("from", "")}
    return names | {
        "step": _step(event, book),
        "who": person,
        "lane": body.get("lane", ""),
        "letter": body.get("letter", ""),
    }


def _step(event: HistoryEvent, book: Book) -> str:
    node = book.node(event)
    return in_round((node.name if node else "") or event.element or "", event.round or 1)


def timed(element: str, book: Book, number: int = 1) -> str:
    """What a time limit is about, by its step or its timer: a step in its round, a part, or the whole case."""
    about = library.timed(book.definition, book.library, element)
    return in_round(about.name or about.id, number) if about else say("Seluruh berkas")


def in_round(name: str, number: int) -> str:
    return name if number == 1 else say("{step}, putaran {n}", step=name, n=number)


def is_breach(event: HistoryEvent, book: Book) -> bool:
    """Whether a timer that fired is the time limit of a step, a part or the whole case."""
    node, host = book.node(event), book.host(event)
    home = book.home(event)
    whole = home.limit() if home == book.definition else None
    return bool(node and (node == whole or (host and node.timer == home.sla(host.id))))


def _started(event: HistoryEvent, book: Book) -> str:
    by = event.body.get("message") or event.body.get("signal") or event.body.get("timer")
    return say("Berkas dimulai oleh {what}", what=by) if by else say("Berkas dimulai")


def _completed(event: HistoryEvent, book: Book) -> str:
    by = event.body.get("prepared")
    if by is None:
        return say("{step}: selesai", step=_step(event, book))
    return say("{step}: selesai, disiapkan oleh {who}", step=_step(event, book), who=book.people.get(by, "-"))


def _unprepared(event: HistoryEvent, book: Book) -> str:
    if event.body.get("to") is None:
        return say("{step}: drafnya berubah, tanda siap dihapus", step=_step(event, book))
    return say("{step}: dikembalikan ke penyiap {who}", **_fill(event, book))


def _timer(event: HistoryEvent, book: Book) -> str:
    node = book.node(event)
    if is_breach(event, book):
        return say("{step}: lewat batas waktu", step=timed(event.element or "", book))
    return say("Waktunya tiba: {what}", what=(node.name if node else "") or event.element or "")


def _warned(event: HistoryEvent, book: Book) -> str:
    return say("{step}: mendekati batas waktu", step=timed(event.element or "", book, event.round or 1))


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


def _returned(event: HistoryEvent, book: Book) -> str:
    way = book.home(event).nodes[event.body["by"]]
    return say("{step}: dikembalikan ({way})", step=_step(event, book), way=way.name or way.code or way.id)


def _document(event: HistoryEvent, _: Book) -> str:
    name = event.body.get("requirement", "")
    if event.body.get("wet_ink"):
        return say("Dokumen bertanda tangan basah diunggah: {name}", name=name)
    return say("Dokumen diunggah: {name}", name=name)


TOLD: dict[Kind, Told] = {
    Kind.INSTANCE_STARTED: Told(_started, "is-run", marked("mulai"), "half"),
    Kind.ITEM_COMPLETED: Told(_completed, "is-done", marked("selesai"), "ok"),
    Kind.ITEM_CLAIMED: Told(marked("{step}: diambil"), "is-run", marked("dipegang"), "half"),
    Kind.ITEM_RELEASED: Told(marked("{step}: dilepas"), "is-wait", marked("dilepas"), "ring"),
    Kind.ITEM_RETURNED: Told(_returned, "is-warn", marked("dikembalikan"), "back"),
    Kind.ITEM_RECALLED: Told(marked("{step}: ditarik kembali"), "is-warn", marked("ditarik kembali"), "back"),
    Kind.ITEM_HANDED: Told(marked("{step}: diserahkan kepada {who}"), "is-run", marked("diserahkan"), "right"),
    Kind.ITEM_PREPARED: Told(marked("{step}: siap disetujui"), "is-run", marked("siap"), "half"),
    Kind.ITEM_UNPREPARED: Told(_unprepared, "is-wait", marked("belum siap"), "ring"),
    Kind.COMMENT_MADE: Told(marked("{step}: dikomentari"), "is-wait", marked("komentar"), "pen"),
    Kind.ITEM_ROUTED: Told(marked("{step}: sampai ke pemegangnya"), "is-wait", marked("dialihkan"), "right"),
    Kind.STAFFING_SET: Told(
        marked("{who} ditetapkan untuk jalur {lane}, surat {letter}"), "is-wait", marked("penetapan"), "tray"
    ),
    Kind.STAFFING_ENDED: Told(
        marked("Penetapan {who} untuk jalur {lane} berakhir"), "is-wait", marked("penetapan"), "tray"
    ),
    Kind.DUTY_ASKED: Told(
        marked("Pengecualian pemisahan tugas diusulkan: {who} di jalur {lane}"),
        "is-warn",
        marked("pengecualian"),
        "bang",
    ),
    Kind.DUTY_GIVEN: Told(
        marked("Pengecualian pemisahan tugas diberikan: {who} di jalur {lane}"),
        "is-late",
        marked("pengecualian"),
        "bang",
    ),
    Kind.DUTY_DENIED: Told(
        marked("Pengecualian pemisahan tugas ditolak: {who} di jalur {lane}"), "is-wait", marked("pengecualian"), "ring"
    ),
    Kind.NUMBER_GIVEN: Told(marked("{step}: nomor menyusul diberikan"), "is-done", marked("nomor"), "pen"),
    Kind.NUMBER_CORRECTED: Told(marked("{step}: nomor diralat"), "is-warn", marked("ralat"), "pen"),
    Kind.TIMER_FIRED: Told(_timer, "is-late", marked("terlambat"), "bang"),
    Kind.TIMER_WARNED: Told(_warned, "is-warn", marked("peringatan"), "clock"),
    Kind.DEADLINE_ASKED: Told(marked("{step}: perpanjangan tenggat diusulkan"), "is-wait", marked("tenggat"), "clock"),
    Kind.DEADLINE_EXTENDED: Told(marked("{step}: tenggat diperpanjang"), "is-warn", marked("tenggat"), "clock"),
    Kind.DEADLINE_DENIED: Told(marked("{step}: perpanjangan tenggat ditolak"), "is-wait", marked("tenggat"), "clock"),
    Kind.DEADLINE_PAUSED: Told(marked("{step}: tenggat dijeda"), "is-warn", marked("tenggat"), "clock"),
    Kind.DEADLINE_RESUMED: Told(marked("{step}: jeda tenggat diakhiri"), "is-warn", marked("tenggat"), "clock"),
    Kind.DEADLINE_MOVED: Told(_moved, "is-wait", marked("tenggat bergeser"), "clock"),
    Kind.MESSAGE_RECEIVED: Told(_message, "is-warn", marked("kejadian"), "bang"),
    Kind.MESSAGE_SENT: Told(_message, "is-wait", marked("pesan"), "ring"),
    Kind.SIGNAL_RECEIVED: Told(marked("Isyarat {name} dari {number}"), "is-warn", marked("isyarat"), "bang"),
    Kind.DOCUMENT_ADDED: Told(_document, "is-wait", marked("dokumen"), "doc"),
    Kind.INSTANCE_CANCELLED: Told(marked("Berkas dibatalkan"), "is-wait", marked("dibatalkan"), "ring"),
    Kind.CODE_WITHDRAWN: Told(marked("Kode lacak ditarik, yang baru berlaku"), "is-wait", marked("kode lacak"), "ring"),
    Kind.HOLD_PLACED: Told(marked("Berkas ditahan menurut surat {letter}"), "is-warn", marked("ditahan"), "bang"),
    Kind.HOLD_LIFTED: Told(marked("Penahanan menurut surat {letter} dilepas"), "is-wait", marked("dilepas"), "ring"),
}
