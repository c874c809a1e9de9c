"""The channels against real servers: mail that is taken, delayed, refused or never answered; a verified webhook."""

import hashlib
import hmac
import ipaddress
import json
import socket
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from posts import BASE, SECRET, Taking, smtp, webhook
from test_outbox import again, choose, deliver, deliveries
from walks import Walk

from engine import clock, outbox
from engine.database import Database
from engine.errors import SystemNotReady
from engine.model import Channel, Delivery, WorkItem
from engine.outbox import delivering, gateway
from engine.people import Actor
from engine.transaction import transaction

Cast = dict[str, Actor]
MAIL = {
    "SOPAN_BASE_URL": BASE,
    "SOPAN_SMTP_HOST": "surel.example",
    "SOPAN_SMTP_PORT": "587",
    "SOPAN_MAIL_FROM": "sopan@sopan.example",
}
HOOK = {"SOPAN_BASE_URL": BASE, "SOPAN_WEBHOOK_URL": "https://gerbang.example/x"}


@pytest.fixture
def walk(deployed: Database, cast: Cast) -> Walk:
    """A case whose PPK wants mail at once."""
    choose(deployed, cast["ppk"], "ppk")
    return Walk(deployed, cast)


def test_mail_goes_encrypted_and_signed_in(walk: Walk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with smtp(monkeypatch, taking := Taking(), tmp_path, "starttls"):
        deliver(walk.database)
    [letter] = taking.letters
    [sent] = deliveries(walk.database)
    assert letter["Message-ID"] == f"<{sent.id}@sopan.example>" and sent.sent_at and sent.tries == 1


def test_the_name_of_a_step_adds_no_line_to_the_head_of_a_letter(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with walk.database.session() as session, transaction(session):
        session.execute(sa.update(WorkItem).values(name="Susun\r\nBcc: lain@kota.example\r\n\r\nTeks lain"))
    with smtp(monkeypatch, taking := Taking(), tmp_path):
        deliver(walk.database)
    [letter] = taking.letters
    assert letter["Bcc"] is None and "Bcc: lain@kota.example" in letter["Subject"]
    assert letter["To"] == "ppk@sopan.example"


def test_a_server_whom_nobody_vouches_for_gets_nothing(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with smtp(monkeypatch, taking := Taking(), tmp_path, "starttls"):
        monkeypatch.delenv("SSL_CERT_FILE")
        deliver(walk.database)
    assert taking.letters == [] and "SSLCertVerificationError" in deliveries(walk.database)[0].reason


def test_a_greylisted_letter_is_tried_again_later(walk: Walk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with smtp(monkeypatch, taking := Taking("450 4.2.0 Greylisted ppk@sopan.example", "250 OK"), tmp_path):
        deliver(walk.database)
        [waits] = deliveries(walk.database)
        assert waits.reason == "Server surel menunda kabar ini (450)." and not waits.sent_at
        assert timedelta(minutes=4) < waits.due_at - clock.system() <= timedelta(minutes=5)
        again(walk.database)
        deliver(walk.database)
    assert len(taking.letters) == 1 and deliveries(walk.database)[0].sent_at


def test_a_refused_letter_waits_for_the_operator_and_stops_no_other(
    deployed: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("ppk", "ppk2"):
        choose(deployed, cast[name], name)
    Walk(deployed, cast)
    with smtp(monkeypatch, taking := Taking("550 5.1.1 No such user", "250 OK"), tmp_path):
        deliver(deployed)
    assert len(taking.letters) == 1
    [failed] = [one for one in deliveries(deployed) if one.failed_at]
    assert failed.reason == "Server surel menolak kabar ini (550)."


def test_after_the_last_try_a_letter_is_given_up(walk: Walk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with smtp(monkeypatch, Taking("451 4.3.0 Later"), tmp_path):
        for _ in range(delivering.MOST):
            assert not any(one.failed_at for one in deliveries(walk.database))
            deliver(walk.database)
            again(walk.database)
    [failed] = deliveries(walk.database)
    assert failed.failed_at and failed.tries == delivering.MOST


def test_a_server_that_does_not_answer_is_left_alone_and_costs_one_wait(
    deployed: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(deployed, cast["ppk"], "ppk")
    for number in range(1, 5):
        Walk(deployed, cast, number=number)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        here = {"SOPAN_SMTP_HOST": "localhost", "SOPAN_SMTP_PORT": str(silent.getsockname()[1])}
        for name, value in (MAIL | here | {"SOPAN_SMTP_TLS": "none", "SOPAN_OUTBOX_SECONDS": "1"}).items():
            monkeypatch.setenv(name, value)
        begun = time.monotonic()
        deliver(deployed)
        assert time.monotonic() - begun < 4
    found = deliveries(deployed)
    assert sorted(one.tries for one in found) == [0, 0, 0, 1] and all(one.due_at > clock.system() for one in found)


def test_a_slow_server_keeps_the_worker_from_its_timers_for_a_moment_only(
    deployed: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    choose(deployed, cast["ppk"], "ppk")
    for number in range(1, 6):
        Walk(deployed, cast, number=number)
    monkeypatch.setenv("SOPAN_OUTBOX_SECONDS", "1")
    with smtp(monkeypatch, taking := Taking(during=lambda: time.sleep(0.6)), tmp_path):
        outbox.deliver_due(deployed.session)  # tells whom
        outbox.deliver_due(deployed.session)
        assert len(taking.letters) == 2
        deliver(deployed)
    assert len(taking.letters) == 5 and all(one.sent_at and one.tries == 1 for one in deliveries(deployed))


def test_the_receiver_of_a_webhook_can_verify_it(
    deployed: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    choose(deployed, cast["ppk"], "628115550123", Channel.GATEWAY)
    Walk(deployed, cast)
    with webhook(monkeypatch, tmp_path) as receiver:
        deliver(deployed)
    [(headers, body)] = receiver.got
    signed = hmac.new(SECRET.encode(), headers["Sopan-Timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["Sopan-Signature"] == f"sha256={signed}"
    assert abs(int(headers["Sopan-Timestamp"]) - time.time()) < 60
    told, [sent] = json.loads(body), deliveries(deployed)
    assert (told["id"], told["kind"], told["to"]) == (sent.id, "notice", "628115550123")
    assert headers["Idempotency-Key"] == sent.id and f"{BASE}/tugas/" in told["text"] and sent.sent_at


@pytest.mark.parametrize(("status", "failed"), [(302, True), (403, True), (503, False), (429, False)])
def test_a_webhook_that_answers_otherwise_is_not_taken_and_no_redirect_followed(
    deployed: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: int, failed: bool
) -> None:
    choose(deployed, cast["ppk"], "628115550123", Channel.GATEWAY)
    Walk(deployed, cast)
    with webhook(monkeypatch, tmp_path, status) as receiver:
        deliver(deployed)
    [found] = deliveries(deployed)
    assert (
        len(receiver.got) == 1 and not found.sent_at and bool(found.failed_at) == failed and str(status) in found.reason
    )


@pytest.mark.parametrize(
    ("address", "scheme", "private", "allowed"),
    [
        ("127.0.0.1", "http", False, True),
        ("::1", "https", False, True),
        ("203.0.113.9", "https", False, False),  # documentation: not global
        ("8.8.8.8", "https", False, True),
        ("8.8.8.8", "http", False, False),
        ("10.1.2.3", "https", False, False),
        ("10.1.2.3", "https", True, True),
        ("10.1.2.3", "http", True, False),
        ("::ffff:10.1.2.3", "https", False, False),
        ("fd00::1", "https", False, False),
        ("169.254.169.254", "https", True, False),  # where clouds keep their keys
        ("fe80::1", "https", True, False),
        ("0.0.0.0", "https", True, False),
        ("224.0.0.1", "https", True, False),
    ],
)
def test_a_webhook_goes_to_no_place_that_the_operator_did_not_mean(
    address: str, scheme: str, private: bool, allowed: bool
) -> None:
    assert gateway.is_allowed(ipaddress.ip_address(address), scheme, private) == allowed


def test_a_place_that_is_not_allowed_is_not_even_asked(
    deployed: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    choose(deployed, cast["ppk"], "628115550123", Channel.GATEWAY)
    Walk(deployed, cast)
    with webhook(monkeypatch, tmp_path) as receiver:
        monkeypatch.setenv("SOPAN_WEBHOOK_URL", "https://10.255.255.1/")
        deliver(deployed)
    [found] = deliveries(deployed)
    assert receiver.got == [] and found.failed_at and "tidak diizinkan" in found.reason


@pytest.mark.parametrize(
    "environment",
    [
        MAIL | {"SOPAN_BASE_URL": ""},
        MAIL | {"SOPAN_BASE_URL": "http://sopan.example"},
        MAIL | {"SOPAN_BASE_URL": "https://a:b@sopan.example"},
        MAIL | {"SOPAN_SMTP_TLS": "none"},
        MAIL | {"SOPAN_SMTP_TLS": "ya"},
        MAIL | {"SOPAN_SMTP_PORT": "x"},
        MAIL | {"SOPAN_MAIL_FROM": "sopan"},
        MAIL | {"SOPAN_SMTP_USER": "sopan"},
        MAIL | {"SOPAN_SMTP_PASSWORD_FILE": "/tidak/ada"},
        MAIL | {"SOPAN_OUTBOX_SECONDS": "0"},
        HOOK,
        HOOK | {"SOPAN_WEBHOOK_URL": "http://gerbang.example"},
        HOOK | {"SOPAN_WEBHOOK_URL": "ftp://gerbang.example"},
        HOOK | {"SOPAN_WEBHOOK_URL": "https://[gerbang"},
    ],
)
def test_settings_that_cannot_be_meant_are_refused_in_words(environment: dict[str, str]) -> None:
    with pytest.raises(SystemNotReady, match="SOPAN_"):
        outbox.read(environment)


def test_settings_show_no_password(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("sandi-rahasia\n")
    found = outbox.read(MAIL | {"SOPAN_SMTP_USER": "sopan", "SOPAN_SMTP_PASSWORD_FILE": str(tmp_path / "p")})
    assert found.mail and found.mail.password == "sandi-rahasia" and "sandi-rahasia" not in repr(found)


def test_settings_that_went_wrong_stop_no_worker(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOPAN_SMTP_HOST", "surel.example")
    assert outbox.deliver_due(walk.database.session) == 0


def test_a_channel_that_is_no_longer_set_up_keeps_what_waits(walk: Walk) -> None:
    now = clock.system()
    with walk.database.session() as session, transaction(session):
        place = {"person_id": walk.cast["ppk"].id, "wanted_at": now, "due_at": now}
        session.add(Delivery(channel="surel", notices=[], **place))
    deliver(walk.database)
    with walk.database.session() as session:
        assert session.scalar(sa.select(Delivery.tries)) == 0
