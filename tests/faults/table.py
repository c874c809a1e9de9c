"""The table of all faults: a module a fault, with `run(place, nursery, seconds, seed)`."""

from tests.faults import kills, points

ALL = {"kill": kills, "points": points}
