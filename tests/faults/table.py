"""The table of all faults: a module a fault, with `run(place, nursery, seconds, seed)`."""

from tests.faults import away, clocks, disks, kills, points, poison, power, races, restarts, workers

ALL = {
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
