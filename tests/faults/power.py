"""Power cuts: what was written is cut off at any moment, lost, torn or mixed since the last sync, and opened again."""

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from engine import database
from engine.database import Database
from engine.errors import SystemNotReady
from tests.faults import ground, invariants, recording
from tests.faults.ground import Ground
from tests.faults.ledger import Answer, Ledger, Sent, Tally, Violation
from tests.faults.nursery import Nursery
from tests.faults.recording import Entry

CASES, FEW = 20, 3  # about 100 commits, with a checkpoint among them; in a short run about 16
SHORT = 10  # seconds
SECTOR = 512  # bytes: what a disk writes whole


def run(place: Ground, nursery: Nursery, seconds: float, seed: int) -> Tally:
    """One run a cut, in one recording. The row says how it was recorded."""
    traced, number = recording.can_trace(), CASES if seconds > SHORT else FEW
    with prepared(place) as folder:
        files = {path: (folder / path).read_bytes() for path in files_of(folder)}
        entries = recording.by_strace(folder, number) if traced else recording.by_copies(folder, number)
    return cut(files, entries, Tally("power/strace" if traced else "power/copies"), seconds, seed)


def cut(files: dict[str, bytes], entries: list[Entry], tally: Tally, seconds: float, seed: int) -> Tally:
    """Cut a recording at random moments until the time is over."""
    chance, end = random.Random(seed), time.monotonic() + seconds
    while tally.runs == 0 or time.monotonic() < end:
        moment = chance.randrange(len(entries) + 1)
        with tempfile.TemporaryDirectory(prefix="sopan-cut-") as name:
            for path, content in left(files, entries[:moment], chance).items():
                target = Path(name) / "data" / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            ledger = told(entries[:moment])
            tally.add(ledger, opened(Path(name) / "data", ledger))
    return tally


def opened(folder: Path, ledger: Ledger) -> list[Violation]:
    """What does not hold when the machine is on again."""
    try:
        found = database.open_(folder)
        with disposing(found):
            return invariants.broken(found, ledger)
    except (SQLAlchemyError, SystemNotReady) as error:
        return [Violation("corrupt", f"it cannot be read: {error}")]


@contextmanager
def disposing(found: Database) -> Iterator[None]:
    try:
        yield
    finally:
        found.engine.dispose()


def left(files: dict[str, bytes], entries: list[Entry], chance: random.Random) -> dict[str, bytes]:
    """What a power cut leaves: everything that was synced, and of the rest nothing, a beginning, or any parts of it."""
    lasting, since = {path: bytearray(content) for path, content in files.items()}, list[Entry]()
    for entry in entries:
        if entry.kind == "sync":
            mine = [one for one in since if _belongs(one, entry.path)]
            since = [one for one in since if not _belongs(one, entry.path)]
            [_apply(lasting, one) for one in mine]
        elif entry.kind != "ack":
            since.append(entry)
    mode = chance.choice(("lost", "beginning", "parts", "torn"))
    kept = {"lost": 0, "beginning": chance.randrange(len(since) + 1)}.get(mode, len(since))
    for one in since[:kept]:
        if mode == "torn":
            _apply(lasting, _torn(one, chance))
        elif mode == "beginning" or chance.random() < 0.5:
            _apply(lasting, one)
    return {path: bytes(content) for path, content in lasting.items()}


def told(entries: list[Entry]) -> Ledger:
    """What had been acknowledged by then."""
    ledger = Ledger()
    for entry in entries:
        if entry.kind == "ack" and entry.data.startswith(b"ack "):
            _, key, note = entry.data.decode().rstrip("\n").split(" ", 2)
            kind = "start" if note else "upload"
            ledger.remember(Sent(kind, "/berkas/x", key, note, [Answer(302)]))
    return ledger


@contextmanager
def prepared(place: Ground) -> Iterator[Path]:
    """A copy of the ground with a case of the SOP whose first step is open."""
    with place.opened() as found:
        ground.begin_sop(found)
        found.engine.dispose()
        yield found.folder


def files_of(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]


def _belongs(entry: Entry, synced: str) -> bool:
    """Whether syncing a file, or a folder, makes this lasting."""
    if entry.kind in ("move", "remove"):
        return str(Path(entry.to or entry.path).parent) in (synced, synced or ".")
    return entry.path == synced


def _apply(files: dict[str, bytearray], entry: Entry) -> None:
    if entry.kind == "move":
        files[entry.to] = files.pop(entry.path, bytearray())
    elif entry.kind == "remove":
        files.pop(entry.path, None)
    else:
        content = files.setdefault(entry.path, bytearray())
        if entry.kind == "cut":
            del content[entry.at :]
            return
        content.extend(bytes(max(0, entry.at - len(content))))
        content[entry.at : entry.at + len(entry.data)] = entry.data


def _torn(entry: Entry, chance: random.Random) -> Entry:
    """A write of which only the first sectors have reached the disk."""
    sectors = len(entry.data) // SECTOR
    return Entry(entry.kind, entry.path, entry.at, entry.data[: chance.randrange(sectors + 1) * SECTOR], entry.to)
