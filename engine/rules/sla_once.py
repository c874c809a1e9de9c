"""A task has one time limit: the non-interrupting timer that carries its warning."""

from collections.abc import Iterator

from engine.definition import Definition
from engine.rules._tree import attached

SEVERITY = "error"


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """The second and later timers with a warning on one task."""
    for host, events in attached(process).items():
        limits = [event for event in events if event.timer and event.timer.warn and not event.interrupting]
        for event in limits[1:]:
            yield event.id, f"Tugas {host} sudah punya batas waktu dengan peringatan ({limits[0].id}). Sisakan satu."
