"""Run benchmarks and print their tables: `./run python -m bench [NAME...] [--size quick|big|tiny] [--postgres]`."""

import argparse
import importlib
import sys
from contextlib import nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))  # the notation of the tests' small models

import postgres  # noqa: E402

from bench import folder  # noqa: E402
from bench.figures import SIZES, table  # noqa: E402

SYNCED = "-c max_connections=200 -c timezone=UTC"
NAMES = ("step", "submit", "case", "opening", "page", "timers", "messages", "inbox", "clients")


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(prog="bench")
    options.add_argument("names", nargs="*", choices=[*NAMES, []], default=[])
    options.add_argument("--size", choices=SIZES, default="quick")
    options.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own, fsync on")
    given = options.parse_args()
    with postgres.server(SYNCED) if given.postgres else nullcontext() as server:
        folder.servers += [server] if server else []
        for name in given.names or NAMES:
            module = importlib.import_module(f"bench.{name}")
            print(f"\n{name}: {(module.__doc__ or '').strip().splitlines()[0]}")
            table(module.measure(SIZES[given.size]))


if __name__ == "__main__":
    main()
