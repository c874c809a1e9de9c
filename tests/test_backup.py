"""Backup and restore: taken while everybody works, checked from end to end, and nothing half done."""

import io
import random
import sqlite3
import tarfile
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from backends import Backend, behind_the_triggers, drop_trigger
from models import model
from test_cli import sopan
from walks import Walk

from engine import backup, cases, deployments, history, outbox, replay, stores, tasks
from engine import database as databases
from engine.backup import archive, snapshot
from engine.database import Database
from engine.errors import BadValue, SystemNotReady
from engine.model import Document, Instance, Person, Role, StartRight, System
from engine.people import Actor
from engine.transaction import transaction

CLIENTS = 4
LOOP = "start S | user A | xor X | end E | S > A | A > X | X > A back : not(selesai) | X > E done : selesai"
BEFORE = 8  # acknowledged steps of each client before the backup begins


@pytest.fixture
def kept(deployed: Database, cast: dict[str, Actor]) -> Database:
    """A folder with a case, a document and a key."""
    Walk(deployed, cast).to("A01")
    outbox.deliver_due(deployed.session)  # as a worker does
    deployed.secret()
    return deployed


@pytest.fixture
def made(kept: Database, tmp_path: Path) -> Path:
    """Its backup."""
    backup.make(kept, tmp_path / "b.tar")
    return tmp_path / "b.tar"


class Client(threading.Thread):
    """Somebody who completes one step after the other, and remembers what was acknowledged."""

    def __init__(self, database: Database, who: Actor) -> None:
        super().__init__()
        self.database, self.who, self.ending, self.warm = database, who, threading.Event(), threading.Event()
        self.acknowledged: list[tuple[str, int, str]] = []

    def run(self) -> None:
        with self.database.session() as session, transaction(session):
            case = cases.start(session, "p", self.who, {}).id
        while not self.ending.is_set():
            self.step(case)

    def step(self, case: str) -> None:
        with self.database.session() as session, transaction(session):
            [item] = cases.open_items(session, [case])[case]
            done = tasks.complete(session, item.id, self.who, {"selesai": False}, typed=True)
        self.acknowledged.append((case, done.seq, done.hash))
        if len(self.acknowledged) == BEFORE:
            self.warm.set()


def test_a_backup_while_four_clients_write_has_every_step_that_was_acknowledged(
    database: Database, tmp_path: Path
) -> None:
    with database.session() as session, transaction(session):
        deployments.deploy(session, {"m.bpmn": model(LOOP)}, "system")
        session.add_all([Person(id="x", name="X"), Role(key="x", name="X")])
        session.flush()
        session.add(StartRight(key="p", role_key="x", begins=date(2020, 1, 1)))
    clients = [Client(database, Actor("x", "X", frozenset({"x"}), frozenset())) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        assert client.warm.wait(30)
    before = [step for client in clients for step in client.acknowledged]
    manifest = backup.make(database, tmp_path / "b.tar")
    after = sum(len(client.acknowledged) for client in clients)
    for client in clients:
        client.ending.set()
        client.join()
    assert after > len(before)
    assert backup.restore(tmp_path / "b.tar", tmp_path / "new").problems == []
    restored = databases.open_(tmp_path / "new")
    with restored.session() as session:
        there = {(e.instance_id, e.seq, e.hash) for c in session.query(Instance) for e in history.events(session, c.id)}
        own = len(history.events(session, history.SYSTEM))
        assert set(before) <= there and manifest.rows["history_event"] == len(there) + own
        assert [d for case in session.query(Instance) for d in replay.differences(session, case)] == []
    restored.engine.dispose()


def test_everything_comes_back_and_only_its_owner_reads_it(kept: Database, made: Path, tmp_path: Path) -> None:
    new = tmp_path / "deep" / "new"
    done = backup.restore(made, new)
    assert done.problems == [] and done.manifest.documents == 1
    assert (new / "secret").read_text() == kept.secret()
    with kept.session() as session:
        document = session.query(Document).first()
    assert kept.store.path(document.sha256).read_bytes() == (
        databases.attach(new).store.path(document.sha256).read_bytes()
    )
    private = [made, new / "secret", new / "sopan.db", *(p for p in new.rglob("*") if len(p.name) == 64)]
    assert {path.stat().st_mode & 0o777 for path in private} == {0o600} and new.stat().st_mode & 0o777 == 0o700


def test_the_documents_go_into_the_store_that_is_named(kept: Database, made: Path, tmp_path: Path) -> None:
    assert backup.restore(made, tmp_path / "new", documents=str(tmp_path / "store")).problems == []
    with kept.session() as session:
        sha256 = session.query(Document).first().sha256
    assert stores.at(str(tmp_path / "store")).read(sha256) == kept.store.read(sha256)
    assert not (tmp_path / "new" / "documents").exists()


def test_the_shell_finds_the_documents_where_the_environment_says(
    kept: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (kept.folder / "documents").rename(tmp_path / "elsewhere")
    sopan("backup", tmp_path / "b.tar", folder=kept.folder, code=4)
    monkeypatch.setenv("SOPAN_DOCUMENTS", str(tmp_path / "elsewhere"))
    assert sopan("backup", tmp_path / "b.tar", folder=kept.folder)["documents"] == 1


def test_a_restored_case_goes_on(made: Path, tmp_path: Path, cast: dict[str, Actor]) -> None:
    backup.restore(made, tmp_path / "new")
    restored = databases.open_(tmp_path / "new")
    with restored.session() as session:
        case = session.query(Instance).one()
    with restored.session() as session, transaction(session):
        [item] = cases.open_items(session, [case.id])[case.id]
        tasks.claim(session, item.id, cast["pejabat_pengadaan"])
    assert item.element == "A02"
    restored.engine.dispose()


def test_no_file_is_overwritten_and_no_folder_filled(kept: Database, made: Path, tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="sudah ada"):
        backup.make(kept, made)
    before = sorted(kept.folder.rglob("*"))
    with pytest.raises(BadValue, match="tidak kosong"):
        backup.restore(made, kept.folder)
    assert sorted(kept.folder.rglob("*")) == before


def test_an_empty_folder_is_filled(made: Path, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    assert backup.restore(made, tmp_path / "new").problems == [] and (tmp_path / "new/sopan.db").exists()


@pytest.mark.parametrize("damage", ["gone", "changed", "longer"])
def test_a_damaged_document_stops_the_backup_and_leaves_nothing(kept: Database, tmp_path: Path, damage: str) -> None:
    with kept.session() as session:
        path = kept.store.path(session.query(Document).first().sha256)
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b"x" if damage == "longer" else path.read_bytes()[::-1])
    with pytest.raises(SystemNotReady, match="Cadangan tidak dibuat"):
        backup.make(kept, tmp_path / "b.tar")
    assert [p.name for p in tmp_path.iterdir()] == ["data"]


def test_a_folder_without_a_database_has_no_backup(tmp_path: Path) -> None:
    with pytest.raises(SystemNotReady, match="Belum ada basis data"):
        backup.make(databases.attach(tmp_path / "x"), tmp_path / "b.tar")


def test_a_damaged_archive_is_refused_or_gives_exactly_what_was_kept(made: Path, tmp_path: Path) -> None:
    whole, seed = made.read_bytes(), random.Random(7)
    archive.read(made, tmp_path / "whole")
    kept = contents(tmp_path / "whole")
    refused = 0
    for number in range(120):
        place = seed.randrange(len(whole))
        made.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << seed.randrange(8))]) + whole[place + 1 :])
        try:
            archive.read(made, tmp_path / str(number))
        except BadValue:
            refused += 1
            continue
        assert contents(tmp_path / str(number)) == kept, place
    assert refused > 100  # the rest met the padding between members


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_cut_anywhere_before_its_end_is_refused(made: Path, tmp_path: Path) -> None:
    whole = made.read_bytes()
    with tarfile.open(made) as tar:
        last = max(member.offset_data + member.size for member in tar)
    for place in [0, 1, 511, 512, 5000, *range(20_000, last, last // 20), last - 1]:
        made.write_bytes(whole[:place])
        with pytest.raises(BadValue):
            backup.restore(made, tmp_path / "new")
        assert not (tmp_path / "new").exists()


def rewritten(made: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]) -> None:
    with tarfile.open(made) as tar:
        found = [(member, tar.extractfile(member).read()) for member in tar]
    change(found)
    with tarfile.open(made, "w") as tar:
        for member, content in found:
            member.size = len(content) if member.isreg() else 0
            tar.addfile(member, io.BytesIO(content))


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tuple[tarfile.TarInfo, bytes]:
    found = tarfile.TarInfo(name)
    found.type, found.linkname = kind, link
    return found, b"x" if kind == tarfile.REGTYPE else b""


@pytest.mark.parametrize(
    "strange",
    [
        entry("../outside"),
        entry("/tmp/outside"),
        entry("documents/../../outside"),
        entry("documents/aa/" + "a" * 64),
        entry("secret", tarfile.SYMTYPE, "/etc/passwd"),
        entry("secret", tarfile.LNKTYPE, "sopan.db"),
        entry("documents", tarfile.SYMTYPE, "/tmp"),
        entry("secret", tarfile.FIFOTYPE),
        entry("note.txt"),
    ],
    ids=lambda found: f"{found[0].name}-{found[0].type.decode()}",
)
def test_a_member_that_is_not_ours_is_refused(
    made: Path, tmp_path: Path, strange: tuple[tarfile.TarInfo, bytes]
) -> None:
    rewritten(made, lambda found: found.insert(1, strange))
    with pytest.raises(BadValue):
        backup.restore(made, tmp_path / "new")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.tar", "data"]


def test_a_member_that_is_missing_or_there_twice_is_refused(made: Path, tmp_path: Path) -> None:
    rewritten(made, lambda found: found.append(found[-1]))
    with pytest.raises((BadValue, FileExistsError)):
        backup.restore(made, tmp_path / "new")
    rewritten(made, lambda found: found.__delitem__(slice(-2, None)))
    with pytest.raises(BadValue, match="tidak lengkap"):
        backup.restore(made, tmp_path / "new")


@pytest.mark.parametrize("file", ["README.md", "setup.cfg"])
def test_what_is_no_archive_is_refused(tmp_path: Path, file: str) -> None:
    with pytest.raises(BadValue):
        backup.restore(Path(file), tmp_path / "new")


def repacked(kept: Database, target: Path, change: Callable[[archive.Manifest], archive.Manifest]) -> Path:
    """A backup with another manifest, rightly sealed: what a newer or a careless program would write."""
    target.unlink(missing_ok=True)
    copy = target.parent / "copy.db"
    copy.unlink(missing_ok=True)
    snapshot.take(kept, copy)
    told = archive.Manifest("0001", "", snapshot.rows(copy), {"sopan.db": archive.fingerprint(copy)})
    with target.open("wb") as file:
        archive.pack(file, change(told), {"sopan.db": copy})
    return target


def test_a_newer_schema_is_refused(kept: Database, tmp_path: Path) -> None:
    newer = repacked(kept, tmp_path / "n.tar", lambda told: replace(told, revision="9999"))
    with pytest.raises(BadValue, match="lebih baru"):
        backup.restore(newer, tmp_path / "new")


def test_rows_and_documents_that_are_not_what_was_told_are_not_restored(kept: Database, tmp_path: Path) -> None:
    fewer = repacked(kept, tmp_path / "n.tar", lambda told: replace(told, rows=told.rows | {"instance": 7}))
    assert "Jumlah baris" in backup.restore(fewer, tmp_path / "new").problems[0]
    without = repacked(kept, tmp_path / "m.tar", lambda told: told)
    assert "Dokumen documents/" in backup.restore(without, tmp_path / "new").problems[0]
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("fault", ["event", "trigger"])
def test_a_history_that_does_not_hold_is_not_put_in_place(
    kept: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    with kept.engine.begin() as connection:
        if fault == "event":
            behind_the_triggers(connection, ("UPDATE history_event SET actor = 'x' WHERE seq = 2", {}))
        else:
            drop_trigger(connection, "history_event_no_update")
    if fault == "trigger" and kept.engine.dialect.name == "postgresql":
        with pytest.raises(SystemNotReady, match="Pemicu"):
            backup.make(kept, tmp_path / "b.tar")
        return
    backup.make(kept, tmp_path / "b.tar")
    monkeypatch.delenv("SOPAN_DATABASE_URL", raising=False)
    told = sopan("restore", tmp_path / "b.tar", folder=tmp_path / "new", code=1)
    assert not told["ok"] and ("Sidik" if fault == "event" else "Pemicu") in told["problems"][0]
    assert not (tmp_path / "new").exists()


def test_the_shell_tells_what_was_kept_and_what_came_back(
    kept: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = sopan("backup", tmp_path / "b.tar", folder=kept.folder)
    assert told["ok"] and told["documents"] == 1 and told["rows"]["instance"] == 1
    monkeypatch.delenv("SOPAN_DATABASE_URL", raising=False)
    assert sopan("restore", tmp_path / "b.tar", folder=tmp_path / "new")["rows"] == told["rows"]
    refused = sopan("restore", tmp_path / "b.tar", folder=tmp_path / "new", code=2)
    assert "tidak kosong" in refused["error"]


def test_rows_poured_from_one_schema_into_another_are_the_same(demo: Database, tmp_path: Path) -> None:
    fresh = databases.attach(tmp_path / "fresh")
    databases.migrate(fresh)
    snapshot.pour(demo.engine, fresh.engine)
    fresh.engine.dispose()
    snapshot.take(demo, tmp_path / "taken.db")
    told = [_dump(file) for file in (tmp_path / "taken.db", tmp_path / "fresh" / "sopan.db")]
    assert told[0] == told[1] and len(told[0]["history_event"]) > 100


def test_a_backup_goes_into_another_empty_database_and_comes_back_the_same(
    backend: Backend, kept: Database, made: Path, tmp_path: Path
) -> None:
    target = backend.make(tmp_path / "target")
    url = target.url if target.engine.dialect.name == "postgresql" else None
    assert backup.restore(made, tmp_path / "new", url).problems == []
    there = databases.open_(tmp_path / "new", url)
    backup.make(there, tmp_path / "c.tar")
    archives = [archive.read(path, tmp_path / path.stem) for path in (made, tmp_path / "c.tar")]
    assert archives[0].rows == archives[1].rows and archives[0].documents == archives[1].documents
    assert _dump(tmp_path / "b" / "sopan.db") == _dump(tmp_path / "c" / "sopan.db")
    with there.session() as session, transaction(session):
        deployments.deploy(session, {"m.bpmn": model(LOOP)}, "system")  # its numbers go on after those that came
    if url:
        with pytest.raises(BadValue, match="tidak kosong"):
            backup.restore(made, tmp_path / "again", url)
    there.engine.dispose()
    backend.drop(target)


def _dump(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table as SQLite keeps it."""
    with closing(sqlite3.connect(file)) as connection:
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in snapshot.rows(file)}


def test_the_demo_comes_back_with_its_accounts_and_nothing_else(demo: Database, tmp_path: Path) -> None:
    backup.make(demo, tmp_path / "b.tar")
    assert backup.restore(tmp_path / "b.tar", tmp_path / "new").problems == []
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == ["demo-accounts.json", "documents", "sopan.db"]
    restored = databases.attach(tmp_path / "new")
    with restored.session() as there, demo.session() as here:
        assert there.get_one(System, 1).shift_seconds == here.get_one(System, 1).shift_seconds
    restored.engine.dispose()
