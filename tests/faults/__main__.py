"""What can go wrong, done on purpose: `./run python -m tests.faults [NAME...|all] [--seconds N] [--seed N]
[--database sqlite|postgresql]`.

Without a name: the faults that there are. Each fault runs for about N seconds on loopback and in temporary folders
only. Prints one table; exit code 1 if anything was lost, done twice, corrupt or answered wrongly.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import backends
from backends import Backend

from tests.faults import ground
from tests.faults.ledger import HEAD, Tally
from tests.faults.nursery import Nursery
from tests.faults.table import ALL, on

MOST_SECONDS = 600.0


def main(given: list[str]) -> int:
    """Run the faults that are asked for. The exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*ALL, "all", []], metavar="NAME")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each fault")
    parser.add_argument("--database", choices=backends.BOTH, default=backends.BOTH[0])
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(given)
    if not asked.names:
        print("\n".join(f"{name:<16}{(fault.__doc__ or '').splitlines()[0]}" for name, fault in ALL.items()))
        return 0
    names = list(ALL) if "all" in asked.names else asked.names
    print(f"{asked.database}, seed {asked.seed}, {asked.seconds:g} s a fault\n{HEAD}", flush=True)
    with backends.backend(asked.database) as backend:
        tallies = run(backend, names, min(asked.seconds, MOST_SECONDS), asked.seed)
    for tally in tallies:
        for violation in tally.violations:
            print(f"{tally.name}: {violation.kind}: {violation.text}")
    return 1 if any(tally.violations for tally in tallies) else 0


def run(backend: Backend, names: list[str], seconds: float, seed: int) -> list[Tally]:
    """Run those of some faults that this database has, on one ground, and print their rows."""
    tallies = []
    with tempfile.TemporaryDirectory(prefix="sopan-faults-") as folder:
        place = ground.make(backend, Path(folder) / "ground")
        with Nursery(place) as nursery:
            for name in (name for name in names if name in on(place)):
                began = time.monotonic()
                tallies.append(ALL[name].run(place, nursery, seconds, seed))
                print(f"{tallies[-1].row()}{time.monotonic() - began:>9.1f} s", flush=True)
    return tallies


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
