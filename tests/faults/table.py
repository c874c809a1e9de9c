"""The table of all faults: a module a fault, with `run(place, nursery, seconds, seed)`."""

from types import ModuleType

from tests.faults import away, clocks, disks, kills, points, poison, power, races, restarts, workers
from tests.faults.ground import Ground

ALL: dict[str, ModuleType] = {
    "kill": kills,
    "points": points,
    "power": power,
    "races": races,
    "workers": workers,
    "clock": clocks,
    "disk": disks,
    "away": away,
    "poison": poison,
    "restart": restarts,
}
FILES = ("power", "disk")  # of SQLite's own files: of a server's files the server takes care


QUICK = ("kill", "races", "workers", "away")  # where the database makes a difference: what a short run does on a server


def on(place: Ground) -> list[str]:
    """The faults that are done on this ground."""
    return [name for name in ALL if place.on_sqlite or name not in FILES]
