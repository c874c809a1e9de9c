"""A time limit agrees with the SOP's own words and with the other timers beside it."""

from collections.abc import Iterator
from datetime import timedelta

from engine import worktime
from engine.definition import Definition, Timer
from engine.errors import BadTime
from engine.rules._tree import attached
from engine.worktime import Span, Unit

SEVERITY = "warning"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Each timer alone, then each task's limit against its Waktu column and its interrupting timers."""
    for node in process.nodes.values():
        if node.timer is not None:
            limits = node == process.limit() or (bool(node.attached_to) and not node.interrupting)
            yield from ((node.id, message) for message in _alone(node.timer, limits))
    for host, events in attached(process).items():
        limits = [e for e in events if e.timer and not e.interrupting and e.timer.kind == "duration"]
        span = _span(limits[0].timer) if limits else None
        if span is None or host not in process.nodes:
            continue
        if message := _against_sop(process.nodes[host].time, span):
            yield limits[0].id, message
        for event in events:
            stop = _span(event.timer) if event.interrupting else None
            if stop is not None and stop.unit == span.unit and _less(stop, span):
                text = f"Batas waktu ini tidak pernah tercapai: {event.id} sudah menyela sebelumnya. Samakan waktunya."
                yield limits[0].id, text


def _alone(timer: Timer, limits: bool) -> Iterator[str]:
    """A warning that never comes; `limits`: the timer is a time limit."""
    if timer.warn and not limits and timer.kind == "duration":
        yield (
            "sopan:warn hanya dipakai pada batas waktu: di tepi tanpa menyela, atau pada awal sub-proses kejadian "
            "proses yang tidak menyela dengan sopan:unit. Hapus, atau jadikan tidak menyela."
        )
    span = _span(timer)
    if span is not None and span.minimum is not None and span.minimum == span.maximum:
        yield "sopan:warn sama dengan batasnya, jadi tidak ada peringatan sebelum batas. Kecilkan sopan:warn."


def _against_sop(words: str, span: Span) -> str | None:
    """Where the Waktu column can be read and says another time than the timer."""
    try:
        told = worktime.read_sop(words)
    except BadTime:
        return None
    unit = (
        Unit.HARI_KALENDER if span.unit is Unit.HARI_KALENDER_GESER else span.unit
    )  # no SOP says what a holiday moves
    agrees = (told.maximum, told.unit) == (span.maximum, unit) and told.minimum in (None, told.grain, span.minimum)
    if agrees:
        return None
    return f"SOP menyebut “{words[:60]}”, tetapi pewaktunya {worktime.span_text(span)}. Samakan salah satunya."


def _span(timer: Timer | None) -> Span | None:
    """The span of a timer with a literal duration that can be read."""
    if timer is None or timer.kind != "duration" or timer.text.startswith("="):
        return None
    try:
        return worktime.read_iso(timer.text, timer.unit, timer.warn)
    except BadTime:
        return None


def _less(one: Span, other: Span) -> bool:
    """Whether a span is shorter; False where months would have to be counted first."""
    short, long = one.maximum, other.maximum
    return isinstance(short, timedelta) and isinstance(long, timedelta) and short < long
