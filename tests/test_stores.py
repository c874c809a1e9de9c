"""Documents lie whole and unchanged under their hash, in a folder or an S3-compatible store, or it is said why not."""

import hashlib
import io
import logging
import socket
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import obstore
import pytest
import sqlalchemy as sa
from browsing import PDF, Visitor, file
from form_samples import A01
from moto.server import ThreadedMotoServer
from test_cli import sopan
from walks import Walk

from engine import stores
from engine.database import Database
from engine.errors import BadValue, SystemNotReady
from engine.model import Document, WorkItem
from engine.people import Actor
from engine.stores import Store

HASH = hashlib.sha256(PDF).hexdigest()
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "tests",
    "AWS_SECRET_ACCESS_KEY": "tests",
    "AWS_REGION": "ap-southeast-3",
    "AWS_ALLOW_HTTP": "true",
}


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """The address of an S3-compatible server on this machine."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a place that is empty, in a bucket; the environment says how to get there."""
    for name, value in (ENVIRONMENT | {"AWS_ENDPOINT": endpoint}).items():
        monkeypatch.setenv(name, value)
    make = urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")
    urllib.request.urlopen(make).close()
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/sopan", method="PUT")).close()
    return "s3://sopan/dokumen"


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return stores.at(str(tmp_path / "d") if request.param == "folder" else request.getfixturevalue("bucket"))


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Store:
    """A bucket whose server does not answer."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    for name, value in (ENVIRONMENT | {"AWS_ENDPOINT": f"http://127.0.0.1:{port}"}).items():
        monkeypatch.setenv(name, value)
    return stores.at("s3://sopan/dokumen")


def put(store: Store, content: bytes = PDF) -> tuple[str, int]:
    return store.put(io.BytesIO(content), lambda _: None)


def names(store: Store) -> list[str]:
    """What lies in a store."""
    if isinstance(store, stores.Folder):
        return sorted(str(p.relative_to(store.folder)) for p in store.folder.rglob("*") if p.is_file())
    return sorted(found["path"] for some in obstore.list(store.objects) for found in some)


def spoil(store: Store, content: bytes) -> None:
    """Somebody lays other bytes under the hash."""
    if isinstance(store, stores.Folder):
        store.path(HASH).parent.mkdir(parents=True, exist_ok=True)
        store.path(HASH).write_bytes(content)
    else:
        obstore.put(store.objects, f"{HASH[:2]}/{HASH}", content)


def test_what_was_put_is_read_again_and_lies_there_once_under_its_hash(store: Store) -> None:
    assert put(store) == put(store) == (HASH, len(PDF))
    assert store.read(HASH) == PDF and names(store) == [f"{HASH[:2]}/{HASH}"]


def test_bytes_that_were_changed_are_not_given_out(store: Store) -> None:
    put(store)
    spoil(store, PDF[:-1] + b"!")
    with pytest.raises(SystemNotReady, match="telah berubah"):
        store.read(HASH)


def test_bytes_that_are_gone_are_missed(store: Store) -> None:
    with pytest.raises(SystemNotReady, match=f"{HASH} tidak ada"):
        store.read(HASH)


@pytest.mark.parametrize(("content", "refuses"), [(PDF, True), (b"0" * (stores.LARGEST + 1), False)])
def test_what_is_refused_leaves_nothing(store: Store, content: bytes, refuses: bool) -> None:
    def accept(begins: bytes) -> None:
        if refuses:
            raise BadValue("bukan PDF")

    with pytest.raises(BadValue):
        store.put(io.BytesIO(content), accept)
    assert names(store) == []


def test_an_object_is_never_written_over(bucket: str) -> None:
    store = stores.at(bucket)
    spoil(store, b"another")
    with pytest.raises(SystemNotReady, match="telah berubah"):
        put(store)
    assert store.find(HASH) == b"another"


def test_a_bucket_that_is_away_or_not_there_is_told(away: Store, bucket: str) -> None:
    for store in (away, stores.at("s3://lain")):
        with pytest.raises(SystemNotReady, match="tidak dapat dicapai"):
            put(store)
    with pytest.raises(SystemNotReady, match="tidak dapat dicapai"):
        away.read(HASH)


@pytest.mark.parametrize("place", ["ftp://x", "gs://x", "s3://", "file:///tmp/x"])
def test_another_kind_of_store_is_refused(place: str) -> None:
    with pytest.raises(SystemNotReady, match="tidak dikenal"):
        stores.at(place)


@pytest.mark.parametrize("command", ["db upgrade", "serve", "worker", "demo", "tasks", "verify", "backup b", "doctor"])
def test_every_command_reads_where_the_documents_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("SOPAN_DOCUMENTS", "ftp://x")
    assert "ftp://x" in sopan(*command.split(), folder=tmp_path, code=4, out="text")


def test_a_step_with_its_documents_in_a_bucket(deployed: Database, cast: dict[str, Actor], bucket: str) -> None:
    found = replace(deployed, store=stores.at(bucket))
    Walk(found, cast).to("A01")
    with found.session() as session:
        documents = session.scalars(sa.select(Document)).all()
    ppk = Visitor(found, "ppk")
    for document in documents:
        answer = ppk.get(f"/dokumen/{document.id}")
        assert answer.data == PDF and answer.content_length == len(PDF)
    assert documents and names(found.store) == [f"{HASH[:2]}/{HASH}"] and not (found.folder / "documents").exists()


def test_a_backup_holds_the_documents_of_a_bucket_and_is_restored_into_a_folder(
    deployed: Database, cast: dict[str, Actor], bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Walk(replace(deployed, store=stores.at(bucket)), cast).to("A01")
    monkeypatch.setenv("SOPAN_DOCUMENTS", bucket)
    sopan("backup", tmp_path / "b.zip", folder=deployed.folder)
    monkeypatch.delenv("SOPAN_DATABASE_URL", raising=False)
    monkeypatch.delenv("SOPAN_DOCUMENTS")
    sopan("restore", tmp_path / "b.zip", folder=tmp_path / "r")
    assert stores.at(str(tmp_path / "r" / "documents")).read(HASH) == PDF


def test_a_store_that_is_away_stops_the_step_and_nothing_is_stored(
    deployed: Database, cast: dict[str, Actor], away: Store
) -> None:
    item = Walk(deployed, cast).item("A01").id
    ppk = Visitor(replace(deployed, store=away), "ppk")
    answer = ppk.send(item, A01 | {"tgl_hps": "2026-11-23", "berkas-0": file()})
    assert answer.status_code == 503 and "tidak dapat dicapai" in answer.text
    with deployed.session() as session:
        assert session.scalars(sa.select(Document)).all() == []
        assert session.get_one(WorkItem, item).status == "open"


def test_no_store_takes_a_stream_without_end(store: Store) -> None:
    with open("/dev/zero", "rb") as endless, pytest.raises(BadValue, match="lebih besar"):
        store.put(endless, lambda _: None)
