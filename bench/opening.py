"""From `sopan serve` to its first page, of a process of its own: seconds (CPU, wall)."""

import resource
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.figures import Cost, Row, Size, best
from bench.folder import seeded
from engine.database import Database

LONGEST = 90  # seconds, on a machine that does much else
ROOT = Path(__file__).resolve().parent.parent
SOPAN = "from webapp.cli import main; main()"  # the entry point of the command


def measure(size: Size) -> Iterator[Row]:
    """The best of some starts, on a folder with the seed SOP; and of a Python that only starts."""
    with seeded() as found:
        ours = best(size.rounds, lambda: child(lambda: first_page(found)))
    alone = best(size.rounds, lambda: child(python))
    yield "start to first page of `sopan serve`: seconds", (ours.cpu, ours.wall), "<= 2 s"
    yield "... / a Python that starts and ends", ours / alone, ""


def child(run: Callable[[], float]) -> Cost:
    """What a process cost that `run` starts and ends; `run` gives the seconds of wall time that count."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def first_page(found: Database) -> float:
    """Seconds until the sign-in page has been read."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    place = ["--data", str(found.folder), "--database-url", found.url]
    command = [sys.executable, "-c", SOPAN, *place, "serve", "--port", str(port)]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT) as process:
        try:
            return reached(f"http://127.0.0.1:{port}/masuk", began, process)
        finally:
            process.terminate()


def reached(url: str, began: float, process: "subprocess.Popen[bytes]") -> float:
    """Seconds until a page can be read."""
    while process.poll() is None and time.perf_counter() - began < LONGEST:
        try:
            with urllib.request.urlopen(url, timeout=LONGEST) as page:
                page.read()
                return time.perf_counter() - began
        except urllib.error.URLError:
            time.sleep(0.005)
    raise TimeoutError(f"no page after {LONGEST} s, or the server ended")


def python() -> float:
    """Seconds that a Python takes to start and end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", ""], check=True)
    return time.perf_counter() - began
