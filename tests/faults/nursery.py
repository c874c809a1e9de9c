"""The nursery: starts processes of the product, each a fork of one that has imported it and read the models.

A new process so costs milliseconds, not the seconds of importing. `python -m tests.faults.nursery` reads one JSON
request a line and answers each with one line.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.database import Database
    from tests.faults.ground import Ground

ROOT = Path(__file__).resolve().parents[2]


class Nursery:
    """The caller's side. Ends every process it has started that still runs."""

    def __init__(self, place: "Ground") -> None:
        command = [sys.executable, "-m", "tests.faults.nursery"]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, **pipes)
        self.running: set[int] = set()
        self._lock = threading.Lock()
        with place.opened() as copy:
            copy.engine.dispose()
            assert self._ask(place_of(copy)) == "ready\n"

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, *_: object) -> None:
        for pid in list(self.running):
            self.kill(pid)
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()

    def start(self, found: "Database", out: Path, *, argv: list[str] | None = None, **job: Any) -> int:
        """Start a command of the product, or a job of `jobs`. What it tells stands in the file `out`. Its pid."""
        pid = int(self._ask(place_of(found) | {"out": str(out), "argv": argv, **job}))
        self.running.add(pid)
        return pid

    def wait(self, pid: int) -> int:
        """Wait for the end of a process: its exit code, or minus the signal that ended it."""
        self.running.discard(pid)
        return os.waitstatus_to_exitcode(int(self._ask({"wait": pid})))

    def kill(self, pid: int, by: int = signal.SIGKILL) -> int:
        """End a process and wait for that."""
        os.kill(pid, by)
        return self.wait(pid)

    def _ask(self, request: dict[str, Any]) -> str:
        assert self.process.stdin and self.process.stdout
        with self._lock:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            return self.process.stdout.readline()


def place_of(found: "Database") -> dict[str, Any]:
    """Where a database is, for another process."""
    return {"folder": str(found.folder), "url": found.url}


def main() -> None:
    """The nursery's own side."""
    from tests.faults import jobs  # imports all of the product: here only, and once

    jobs.warm(json.loads(sys.stdin.readline()))
    print("ready", flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            print(os.waitpid(request["wait"], 0)[1], flush=True)
            continue
        pid = os.fork()
        if not pid:
            _become(request, jobs)
        print(pid, flush=True)


def _become(request: dict[str, Any], jobs: Any) -> None:
    """Run one request in the child and end it: nothing of the nursery may go on there."""
    code = 70
    try:
        out = os.open(request["out"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(out, 1)
        os.dup2(out, 2)
        code = jobs.run(request)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
