"""A timer can be read: ISO 8601 or FEEL, and our attributes of working time fit it and each other."""

import re
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from engine import feel, worktime
from engine.definition import Definition, Timer
from engine.errors import BadTime
from engine.rules._tree import all_of, local, place

SEVERITY = "error"
CLOCK = re.compile(r"sendiri|bersama:[A-Za-z][A-Za-z0-9_]{0,59}")
VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Each timer alone, then the beginnings of shared clocks against each other."""
    begins: dict[str, str | None] = {}
    for element in all_of(process.element, "timerEventDefinition"):
        if sum(local(child).startswith("time") for child in element) != 1:
            yield _host(element), "Isi tepat satu waktu: timeDuration, timeDate atau timeCycle."
    for node in process.nodes.values():
        if (timer := node.timer) is None:
            continue
        if timer.kind == "cycle" and not (node.attached_to or node.tag == "startEvent"):
            yield node.id, "Peristiwa di tengah alur hanya menunggu sekali. Pakai timeDuration atau timeDate."
        yield from ((node.id, message) for message in (*_text(timer), *_attributes(timer)))
        if timer.clock != "sendiri" and begins.setdefault(timer.clock, timer.begins) != timer.begins:
            yield node.id, f"Jam {timer.clock} dimulai dari tanggal yang berbeda di tempat lain. Samakan sopan:mulai."


def _host(definition: etree._Element) -> str | None:
    """The event that a definition stands in."""
    parent = definition.getparent()
    return place(definition if parent is None else parent)


def _text(timer: Timer) -> Iterator[str]:
    """Why the time itself, its unit or its warning cannot be read."""
    try:
        if timer.text.startswith("="):
            feel.compile(timer.text)
        if timer.kind == "date" and not timer.text.startswith("="):
            datetime.fromisoformat(timer.text)
        elif timer.kind == "duration":
            _read(timer)
        elif timer.kind == "cycle" and not timer.text.startswith("="):
            worktime.read_iso(worktime.read_cycle(timer.text)[1], timer.unit)
    except (BadTime, feel.FeelError) as error:
        yield str(error)
    except ValueError:
        yield "timeDate bukan tanggal ISO 8601. Contoh: 2026-11-23T09:00:00+07:00, atau FEEL setelah tanda =."


def _read(timer: Timer) -> None:
    """Raises BadTime; where the time is FEEL, only unit and warning can be read before it runs."""
    if not timer.text.startswith("="):
        worktime.read_iso(timer.text, timer.unit, timer.warn)
    elif timer.warn or timer.unit:
        example = "PT1H" if timer.unit == "jam_kerja" else "P1D"
        worktime.read_iso(timer.warn or example, timer.unit)


def _attributes(timer: Timer) -> Iterator[str]:
    """What contradicts what."""
    if timer.kind != "duration" and (timer.unit or timer.warn or timer.begins or timer.clock != "sendiri"):
        yield "sopan:unit, warn, clock, dan mulai hanya berlaku untuk timeDuration. Hapus, atau pakai timeDuration."
        return
    if not CLOCK.fullmatch(timer.clock):
        yield f"sopan:clock “{timer.clock[:40]}” tidak dikenal. Pakai sendiri atau bersama:NAMA."
    if timer.begins and timer.clock == "sendiri":
        yield 'sopan:mulai hanya berlaku untuk jam bersama. Tulis sopan:clock="bersama:NAMA" atau hapus sopan:mulai.'
    if timer.begins and not VARIABLE.fullmatch(timer.begins):
        yield f"sopan:mulai “{timer.begins[:40]}” bukan nama variabel. Tulis nama isian tanggal, mis. tgl_spmk."
