"""One job in one process: what it is asked, how it ended, what it told, and what a ledger remembers of it."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.database import Database
from tests.faults.client import NOTE
from tests.faults.ledger import Answer, Sent
from tests.faults.nursery import Nursery

Told = list[dict[str, Any]]


def done(found: Database, nursery: Nursery, **job: Any) -> tuple[int, Told]:
    """Let a process do a job on a database: its exit code, and what it told."""
    out = found.folder.parent / f"told-{time.monotonic_ns()}"
    code = nursery.wait(nursery.start(found, out, **job))
    return code, read(out)


def read(out: Path) -> Told:
    """What a process has told until now."""
    lines = out.read_text().splitlines() if out.exists() else []
    return [json.loads(line) for line in lines if line.startswith("{")]


def form(sent: Sent, fields: Mapping[str, str] | None = None, **files: tuple[str, str]) -> dict[str, Any]:
    """The job that posts a command's form."""
    ours = {"complete": {NOTE: sent.note, "aksi": "selesai"}, "upload": {"aksi": "draf"}}.get(sent.kind, {})
    given = ours | dict(fields or {}) | {"request": sent.key}
    return {"job": "post", "username": "ppk", "path": sent.path, "fields": given, "files": files}


def hear(sent: Sent, told: Told) -> Answer:
    """Remember what was answered, or that nothing was."""
    last = next((one for one in told if "status" in one), {"status": None, "location": ""})
    sent.answers.append(Answer(last["status"], last["location"]))
    return sent.answers[-1]
