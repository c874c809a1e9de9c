"""What is sealed: by an approved cipher, for one place, and so that another cipher or key can follow."""

import base64
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from browsing import Visitor
from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st
from signing import code, give_codes

from engine import accounts, backup, clock, doctor
from engine import database as databases
from engine.accounts import Box, codes, sealing
from engine.database import Database
from engine.doctor import Level, Place
from engine.errors import Refused
from engine.model import Account
from engine.transaction import transaction

BOX = Box("a secret of the data folder")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FERNET = (  # by Sopan as it was before ciphers had marks
    "gAAAAABlU_EANf4LUZWy8Ry_zxY2Qw4UNf_3bpj-E8N9ExyaW7Tm0nZKO1hEjSWMbsFZIbJsA_-C0ZgRdHoGQCr3zeWvRTfYu3gufa4SPOang9UW"
    "E4WLzB0HDRF5Uv-7XkBZ54bdlyqw"
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def kept(database: Database, username: str, change: Callable[[Account], str] | None = None) -> str:
    """What is sealed of an account; perhaps changed first, as somebody would who writes into the database."""
    with database.session() as session, transaction(session):
        account = accounts.named(session, username)
        assert account is not None
        account.totp = change(account) if change else account.totp
        return account.totp or ""


def accepted(database: Database, username: str, typed: str) -> bool:
    with database.session() as session, transaction(session):
        account = accounts.named(session, username)
        assert account is not None
        return codes.accept(session, account.id, typed, Box(database.secret(), database.former_secrets()))


def by_fernet(database: Database, secret: str) -> str:
    """As a secret was sealed before ciphers had marks."""
    key = base64.urlsafe_b64encode(sealing._derived(database.secret(), "sopan second code"))
    return Fernet(key).encrypt(secret.encode()).decode()


def counts(database: Database) -> codes.Standing:
    with database.session() as session:
        return accounts.standing(session, Box(database.secret(), database.former_secrets()))


@given(TEXTS, TEXTS, st.sampled_from(sorted(sealing.CIPHERS)))
def test_what_is_sealed_opens_in_its_place_and_no_two_sealed_texts_are_alike(text: str, place: str, by: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "TODAY", by)
        sealed = BOX.seal(text, place)
        assert sealed.startswith(f"{by}.") and sealed != BOX.seal(text, place)
    assert BOX.open(sealed, place) == text


@settings(max_examples=20, deadline=None)
@given(TEXTS)
def test_one_changed_letter_anywhere_opens_nothing(text: str) -> None:
    sealed = BOX.seal(text, "place")
    for at, letter in enumerate(sealed):
        for other in {"0", "f", "F", ".", "", "00", "é"} - {letter}:
            with pytest.raises(InvalidTag):
                BOX.open(sealed[:at] + other + sealed[at + 1 :], "place")


@given(TEXTS, TEXTS, TEXTS)
def test_in_another_place_or_by_another_key_nothing_opens(text: str, place: str, other: str) -> None:
    sealed = BOX.seal(text, place)
    with pytest.raises(InvalidTag):
        Box(f"{BOX.secret}.").open(sealed, place)
    if place != other:
        with pytest.raises(InvalidTag):
            BOX.open(sealed, other)


def test_it_is_aes_256_in_gcm_over_the_text_with_both_marks_and_the_place_beside_it() -> None:
    sealed = BOX.seal(SECRET, "place")
    cipher, mark, body = sealed.split(".")
    key, raw = sealing._derived(BOX.secret, "sopan seal a256gcm"), bytes.fromhex(body)
    assert (cipher, len(key), len(raw)) == ("a256gcm", 32, 12 + len(SECRET) + 16) and len(sealed) < 300  # the column
    assert AESGCM(key).decrypt(raw[:12], raw[12:], f"a256gcm.{mark}.place".encode()) == SECRET.encode()


def test_what_fernet_sealed_still_opens_and_nothing_else_that_looks_so() -> None:
    assert BOX.open_old(FERNET) == SECRET
    for wrong in (FERNET[:-1], FERNET.replace("U", "V", 1), BOX.seal(SECRET, ""), "", SECRET):
        with pytest.raises(InvalidTag):
            BOX.open_old(wrong)
    with pytest.raises(InvalidTag):
        BOX.open(FERNET, "")


def test_a_secret_copied_to_another_account_or_out_of_an_offer_does_not_open(deployed: Database) -> None:
    secret = give_codes(deployed, "ppk")
    theirs = kept(deployed, "ppk")
    kept(deployed, "pptk", lambda _: theirs)
    with pytest.raises(Refused, match="tidak terbuka"):
        accepted(deployed, "pptk", code(secret, 1))
    kept(deployed, "pptk", lambda account: accounts.offer(account, Box(deployed.secret())).sealed)
    with pytest.raises(Refused, match="tidak terbuka"):
        accepted(deployed, "pptk", code(secret, 1))


def test_what_was_sealed_by_fernet_is_sealed_anew_when_its_code_is_used(deployed: Database) -> None:
    secret = give_codes(deployed, "ppk")
    old = kept(deployed, "ppk", lambda _: by_fernet(deployed, secret))
    assert not accepted(deployed, "ppk", "000000") and kept(deployed, "ppk") == old
    assert accepted(deployed, "ppk", code(secret, 1)) and kept(deployed, "ppk").startswith("a256gcm.")
    assert counts(deployed) == codes.Standing(1, 0, 0)


def test_another_cipher_can_follow_and_what_the_first_one_sealed_is_sealed_anew(
    deployed: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = give_codes(deployed, "ppk")
    monkeypatch.setattr(sealing, "TODAY", "c20p1305")
    assert counts(deployed) == codes.Standing(1, 1, 0)
    assert accepted(deployed, "ppk", code(secret, 1)) and kept(deployed, "ppk").startswith("c20p1305.")
    assert counts(deployed) == codes.Standing(1, 0, 0)


def renew(database: Database) -> None:
    """Another secret, and the one before moved aside."""
    database.secret()
    (database.folder / "secret").rename(database.folder / "secret-before")
    assert database.secret() != database.former_secrets()[0]


@given(TEXTS, TEXTS)
def test_what_a_former_secret_sealed_opens_and_is_old(text: str, place: str) -> None:
    new, sealed = Box("another secret", (BOX.secret,)), BOX.seal(text, place)
    assert new.open(sealed, place) == text and new.is_old(sealed) and not new.is_old(new.seal(text, place))
    assert Box("another secret", (BOX.secret,)).open_old(FERNET) == SECRET


@pytest.mark.parametrize("old", [False, True], ids=["aes", "fernet"])
def test_after_a_renewal_second_codes_open_and_are_sealed_by_the_new_secret(deployed: Database, old: bool) -> None:
    secret = give_codes(deployed, "ppk")
    kept(deployed, "ppk", (lambda _: by_fernet(deployed, secret)) if old else None)
    renew(deployed)
    assert counts(deployed) == codes.Standing(1, 1, 0) and accepted(deployed, "ppk", code(secret, 1))
    (deployed.folder / "secret-before").unlink()
    assert counts(deployed) == codes.Standing(1, 0, 0)


def test_after_a_renewal_nobody_is_signed_out_until_the_former_secret_is_gone(deployed: Database) -> None:
    ppk = Visitor(deployed, "ppk")
    cookie = ppk.client.get_cookie("sopan")
    assert cookie is not None
    renew(deployed)
    for status in (200, 302):
        again = Visitor(deployed)
        again.client.set_cookie("sopan", cookie.value)
        assert again.get("/").status_code == status
        (deployed.folder / "secret-before").unlink(missing_ok=True)


def test_the_doctor_says_when_a_secret_is_to_be_renewed(deployed: Database) -> None:
    deployed.secret()
    for days, level in ((729, Level.OK), (731, Level.WARNING)):
        os.utime(deployed.folder / "secret", (0, (clock.system() - timedelta(days=days)).timestamp()))
        told = doctor.secret(Place(deployed))
        assert told.level is level and ("renew-the-secret" in told.todo) == (level is Level.WARNING)


def test_the_doctor_says_which_codes_wait_to_be_sealed_anew_and_which_open_no_more(deployed: Database) -> None:
    secret = give_codes(deployed, "ppk")
    assert (told := doctor.codes(Place(deployed))).level is Level.OK and told.seen == "1 kode kedua tersegel"
    kept(deployed, "ppk", lambda _: by_fernet(deployed, secret))
    assert (told := doctor.codes(Place(deployed))).level is Level.OK and "1 dengan cara lama" in told.seen
    (deployed.folder / "secret").write_text("another secret")
    assert (told := doctor.codes(Place(deployed))).level is Level.WARNING and "1 dari 1" in told.seen and told.todo
    (deployed.folder / "secret").unlink()
    assert doctor.codes(Place(deployed)).level is Level.WARNING and not (deployed.folder / "secret").exists()


def test_a_second_code_works_in_a_restored_folder(deployed: Database, tmp_path: Path) -> None:
    secret = give_codes(deployed, "ppk")
    renew(deployed)
    backup.make(deployed, tmp_path / "sopan.tar")
    backup.restore(tmp_path / "sopan.tar", tmp_path / "new")
    restored = databases.open_(tmp_path / "new")
    assert accepted(restored, "ppk", code(secret, 1)) and counts(restored) == codes.Standing(1, 0, 0)
    assert restored.former_secrets() == deployed.former_secrets()
    restored.engine.dispose()
