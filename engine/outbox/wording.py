"""The texts that leave the system: link, case number, step and deadline. No name of a person, no value of a form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.model import Instance, Notice, Notices, WorkItem
from engine.people import ZONE
from engine.worktime import date_text

HEADS = {
    Notices.OPENED: "Tugas menunggu",
    Notices.PREPARED: "Konsep siap disetujui",
    Notices.UNPREPARED: "Konsep perlu diperbaiki",
    Notices.WARNING: "Mendekati tenggat",
    Notices.BREACH: "Lewat tenggat",
}


@dataclass(frozen=True)
class Line:
    """One thing that somebody is told."""

    head: str
    number: str
    step: str
    due: datetime | None
    link: str
    minutes: bool = False

    @property
    def text(self) -> str:
        due = [f"Tenggat: {moment(self.due)}"] if self.due else []
        return "\n".join([self.head, f"Berkas: {self.number}", f"Langkah: {self.step}", *due, self.link])


def of_item(item: WorkItem, number: str, base: str, head: str = HEADS[Notices.OPENED]) -> Line:
    """What is told of an open step."""
    return Line(head, number, _one_line(item.name), item.due_at, f"{base}/tugas/{item.id}")


def of_notice(notice: Notice, instance: Instance, item: WorkItem | None, base: str) -> Line:
    """What is told of a notice, as things stand now."""
    head, body = HEADS[Notices(notice.kind)], notice.body
    if item is not None and notice.kind not in (Notices.WARNING, Notices.BREACH):
        return of_item(item, instance.number, base, head)
    due, link = datetime.fromisoformat(body["due"]), f"{base}/berkas/{instance.id}"
    return Line(head, instance.number, _one_line(body["step"]), due, link, bool(body.get("minutes")))


def subject(lines: Sequence[Line]) -> str:
    """The subject of a letter."""
    if len(lines) > 1:
        return f"Sopan: {len(lines)} pemberitahuan"
    return f"{lines[0].head}: {lines[0].step} ({lines[0].number})"


def text(lines: Sequence[Line], base: str) -> str:
    """The text of a letter: one thing, or a digest in which limits in minutes are one entry."""
    minutes = [line for line in lines if line.minutes]
    parts = [line.text for line in lines if not line.minutes]
    if len(minutes) == 1:
        parts.append(minutes[0].text)
    elif minutes:
        numbers = dict.fromkeys(line.number for line in minutes)
        parts.append(f"Batas dalam menit: {len(numbers)} berkas\n{', '.join(numbers)}\n{base}/terlambat")
    return "\n\n".join([*parts, f"-- \nSopan. Atur pemberitahuan: {base}/pemberitahuan\n"])


def moment(at: datetime) -> str:
    """'Sen 30 Nov 2026 pukul 16.00 WIB'."""
    local = at.astimezone(ZONE)
    return f"{date_text(local.date())} pukul {local:%H.%M} WIB"


def _one_line(name: str) -> str:
    return " ".join(name.split())
