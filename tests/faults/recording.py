"""What a process wrote, synced and acknowledged, in order: seen by strace where it is, else inferred from copies.

A recording begins with the files as they are and goes on with entries. A power cut at any entry leaves the files as
they were synced, and of what was written since then anything at all.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine import database
from tests.faults import steps
from tests.faults.nursery import ROOT

CALL = re.compile(r"(?:\d+ +)?(\w+)\((.*)\)\s+= (-?\d+)")
FD = re.compile(r"-?\d+<((?:\\x[0-9a-f]{2}|[^>])*)>")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
TRACED = "write,pwrite64,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,openat"
STRACE = ("strace", "-f", "--seccomp-bpf", "-y", "-xx", "-s", "1000000", "-e", f"trace={TRACED}")
BLOCK = 4096


@dataclass(frozen=True)
class Entry:
    """One thing that happened: `write`, `cut` (a file to a length), `sync`, `move`, `remove`, or `ack`."""

    kind: str
    path: str = ""
    at: int = 0
    data: bytes = b""
    to: str = ""


def can_trace() -> bool:
    """Whether there is a strace that may trace here."""
    trial = [*STRACE, "-o", os.devnull, "true"]
    return shutil.which(STRACE[0]) is not None and subprocess.run(trial, capture_output=True).returncode == 0


def by_strace(folder: Path, number: int, synchronous: int | None = None) -> list[Entry]:
    """Let a process work in a folder, and see each of its system calls that touch files. It has one thread."""
    log = folder.parent / "strace"
    job = ["-m", "tests.faults.steps", str(folder), str(number), *([] if synchronous is None else [str(synchronous)])]
    command = [*STRACE, "-o", str(log), sys.executable, *job]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.endswith("over\n"), done.stderr[-2000:]
    entries = list(_parsed(log.read_text().splitlines(), str(folder)))
    return entries[: next(n for n, entry in enumerate(entries) if entry.data == b"over\n")]


def by_copies(folder: Path, number: int) -> list[Entry]:
    """Work in this process, and compare the files after each commit with those before. That a commit is synced is
    taken from the pragmas here, not seen."""
    found, entries, before = database.open_(folder), list[Entry](), _contents(folder)
    for key, note in steps.work(found, number):
        now = _contents(folder)
        for rows in (False, True):  # a document is synced before the row that names it is written: test_stores.py
            paths = [path for path in now if path.startswith("sopan.db") == rows]
            entries += [one for path in paths for one in _changes(path, before.get(path, b""), now[path])]
            entries += [Entry("sync", path) for path in paths]
        entries.append(Entry("ack", data=f"ack {key} {note}\n".encode()))
        before = now
    found.engine.dispose()
    return entries


def _contents(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("-shm")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def _changes(path: str, before: bytes, now: bytes) -> Iterator[Entry]:
    """The blocks that differ, as writes."""
    for at in range(0, len(now), BLOCK):
        if before[at : at + BLOCK] != now[at : at + BLOCK]:
            yield Entry("write", path, at, now[at : at + BLOCK])
    if len(now) < len(before):
        yield Entry("cut", path, len(now))


def _parsed(lines: list[str], folder: str) -> Iterator[Entry]:
    """The entries of a trace that concern the folder, and what was told on stdout."""
    ends: dict[str, int] = {}  # where plain writes go on
    for line in lines:
        call = CALL.match(line)
        if call is None or call[3].startswith("-"):
            continue
        name, given = call[1], call[2]
        texts = [bytes.fromhex(text.replace("\\x", "")) for text in TEXT.findall(given)]
        file = FD.match(given)
        path = _inside(_plain(file[1]) if file else "", folder)
        if name == "write" and given.startswith("1<"):
            yield Entry("ack", data=texts[0])
        elif name == "write" and path:
            yield Entry("write", path, ends.get(path, 0), texts[0])
            ends[path] = ends.get(path, 0) + len(texts[0])
        elif name == "pwrite64" and path:
            yield Entry("write", path, int(given.rsplit(", ", 1)[1]), texts[0])
        elif name == "ftruncate" and path:
            yield Entry("cut", path, int(given.rsplit(", ", 1)[1]))
        elif name in ("fsync", "fdatasync") and path is not None:
            yield Entry("sync", path)
        elif name.startswith(("unlink", "rename")):
            here, *there = (_inside(text.decode(), folder) for text in texts[-2:])
            if here:
                yield Entry("move" if name.startswith("rename") else "remove", here, to=(there or [""])[0] or "")


def _plain(text: str) -> str:
    return bytes.fromhex(text.replace("\\x", "")).decode() if text.startswith("\\x") else text


def _inside(path: str, folder: str) -> str | None:
    """A path relative to the folder ("" is the folder itself), None if it lies elsewhere or need not last."""
    if path == folder:
        return ""
    found = path.removeprefix(f"{folder}/")
    return None if found == path or found.endswith("-shm") else found
