"""A short run of every fault: what was acknowledged is there once, what was refused is not, and nothing is torn."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import backends
import pytest

from tests.faults import ground, power, recording
from tests.faults.ground import Ground
from tests.faults.ledger import Answer, Ledger, Sent, Tally
from tests.faults.nursery import ROOT, Nursery
from tests.faults.table import ALL, QUICK

SECONDS, SEED = 2.0, 1


RUNS = [("sqlite", name) for name in ALL] + [("postgresql", name) for name in QUICK]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Ground]:
    with backends.backend(request.param) as backend:
        yield ground.make(backend, tmp_path_factory.mktemp("faults") / "ground")


@pytest.fixture(scope="module")
def nursery(place: Ground) -> Iterator[Nursery]:
    with Nursery(place) as nursery:
        yield nursery


@pytest.mark.slow
@pytest.mark.parametrize(("place", "name"), RUNS, indirect=["place"], scope="module")
def test_nothing_is_lost_doubled_torn_or_answered_wrongly(place: Ground, nursery: Nursery, name: str) -> None:
    tally = ALL[name].run(place, nursery, SECONDS, SEED)
    assert tally.violations == []
    assert tally.runs > 0


@pytest.mark.slow
@pytest.mark.parametrize("place", ["sqlite"], indirect=True, scope="module")
def test_the_cuts_see_what_commits_without_a_sync_lose(place: Ground) -> None:
    with power.prepared(place) as folder:
        files = {path: (folder / path).read_bytes() for path in power.files_of(folder)}
        entries = recording.by_copies(folder, power.FEW)
    synced = power.cut(files, entries, Tally("synced"), 1, SEED)
    unsynced = power.cut(files, [one for one in entries if one.kind != "sync"], Tally("not synced"), 1, SEED)
    assert synced.violations == [] and synced.acknowledged > 0
    assert "lost" in {violation.kind for violation in unsynced.violations}


@pytest.mark.parametrize(
    ("statuses", "kinds"),
    [
        ([302, 302], []),
        ([None, 302], []),
        ([409, 409], []),
        ([409, 302], []),
        ([503, 302], []),
        ([302, 409], ["wrong"]),
        ([500], ["wrong"]),
    ],
)
def test_a_ledger_knows_which_answers_one_key_may_get(statuses: list[int | None], kinds: list[str]) -> None:
    ledger = Ledger()
    ledger.remember(Sent("start", "/berkas/baru/x", answers=[Answer(status) for status in statuses]))
    assert [violation.kind for violation in ledger.violations()] == kinds


def test_two_different_answers_to_one_key_are_wrong() -> None:
    ledger = Ledger()
    ledger.remember(Sent("start", "/berkas/baru/x", answers=[Answer(302, "/berkas/a"), Answer(302, "/berkas/b")]))
    assert [violation.kind for violation in ledger.violations()] == ["wrong"]


def test_the_runner_lists_every_fault() -> None:
    command = [sys.executable, "-m", "tests.faults"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [line.split()[0] for line in told.splitlines()] == list(ALL)


def test_every_fault_stands_in_the_documentation() -> None:
    page = (Path(ROOT) / "docs/explanation/nothing-lost.md").read_text()
    assert [name for name in ALL if f"| `{name}` |" not in page] == []
