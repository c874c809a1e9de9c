"""Accounts, one-time links and second codes, without a browser."""

import base64
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from signing import calm, code, give_codes, tell_key_roles

from engine import accounts, clock
from engine import database as databases
from engine.accounts import codes, passwords, tries
from engine.accounts.guessing import is_guessed
from engine.database import Database
from engine.errors import BadForm, BadValue, Conflict, NotAllowed, NotFound, Refused
from engine.model import FailedTry, HistoryEvent, Invitation, KeyRole, Kind, Person, SignIn
from engine.transaction import transaction

GOOD = "empat sapi hijau berlari"
DEEDS = [accounts.close, accounts.reopen, accounts.end_sign_ins, accounts.forget_codes]


def events(session, kind):
    return list(session.scalars(sa.select(HistoryEvent).where(HistoryEvent.kind == kind)))


def enter(database: Database, username: str, password: str) -> accounts.Entry:
    with database.session() as session:
        matched = accounts.matches(session, username, password)
        with transaction(session):
            return accounts.sign_in(session, username, matched)


@pytest.mark.parametrize(
    "password", ["", "short", "x" * 11, "x" * 1001, "Password12345", "INDONESIA123", "aaaaaaaaaaaaaaa", "I am ppk.two!"]
)
def test_a_password_that_is_short_common_or_holds_the_user_name_is_refused(password):
    with pytest.raises(BadForm):
        accounts.hashed("ppk.two", password)


@settings(max_examples=30, deadline=None)  # argon2 is slow, as it should be
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=12, max_size=40))
def test_a_password_needs_no_capitals_figures_or_signs(password):
    forbidden = any(word in password.casefold() for word in ("nama", *passwords.OURS))
    if not forbidden and not is_guessed(password, ["nama"]):
        assert passwords.HASHER.verify(accounts.hashed("nama", password), password)


def test_an_account_is_opened_without_a_password_and_then_nobody_signs_in(deployed, session):
    with transaction(session):
        person = Person(name="Orang Baru")
        session.add(person)
        session.flush()
        account = accounts.open_for(session, person, " Orang.Baru ")
    assert (account.username, account.password) == ("orang.baru", "")
    assert enter(deployed, "orang.baru", "").token is None
    assert [one.body for one in events(session, Kind.ACCOUNT_OPENED)] == [{"account": account.id}]


@pytest.mark.parametrize("username", ["ppk", "PPK", "a", "", "dua kata", "é", "a\0b", "x" * 101])
def test_a_user_name_that_is_taken_or_cannot_be_typed_is_refused(session, cast, username):
    with pytest.raises(BadForm), transaction(session):
        accounts.open_for(session, session.get_one(Person, cast["pptk"].id), username)


def test_a_link_sets_a_password_once_and_signs_everybody_out(deployed, session, cast):
    with transaction(session):
        account = accounts.named(session, "ppk")
        accounts.begin(session, account)
        token = accounts.invite(session, account, cast["operator"])
    with transaction(session):
        accounts.redeem(session, token, accounts.hashed("ppk", GOOD), "k" * 20)
    assert session.query(SignIn).count() == 0
    assert enter(deployed, "ppk", GOOD).token
    with pytest.raises(NotFound, match="tidak berlaku lagi"), transaction(session):
        accounts.redeem(session, token, accounts.hashed("ppk", GOOD + "!"), "l" * 20)
    with transaction(session):  # the same form once more
        accounts.redeem(session, token, "not a hash", "k" * 20)
    assert enter(deployed, "ppk", GOOD).token


@pytest.mark.parametrize("spoil", ["late", "closed", "expired", "newer", "unknown"])
def test_a_link_that_is_late_or_replaced_or_of_a_closed_account_opens_nothing(session, cast, spoil):
    with transaction(session):
        account = accounts.named(session, "ppk")
        token = accounts.invite(session, account, cast["operator"])
        match spoil:
            case "late":
                session.get_one(Invitation, account.id).expires_at = clock.system()
            case "closed":
                account.active = False
            case "expired":
                account.expires_at = clock.system()
            case "newer":
                accounts.invite(session, account, cast["operator"])
    with pytest.raises(NotFound, match=r"^Tautan ini tidak berlaku lagi\."):
        accounts.invited(session, "x" * 43 if spoil == "unknown" else token)


def test_of_a_link_only_the_hash_is_kept_and_it_is_valid_for_a_day(session, cast):
    with transaction(session):
        token = accounts.invite(session, accounts.named(session, "ppk"), cast["operator"])
    row = session.query(Invitation).one()
    assert token not in str(vars(row)) and len(token) >= 43
    assert timedelta(hours=23) < row.expires_at - clock.system() <= timedelta(hours=24)
    assert token not in str([one.body for one in events(session, Kind.ACCOUNT_INVITED)])


def test_a_repeated_request_for_a_link_is_one_event_and_the_last_link_counts(session, cast):
    with transaction(session):
        first = accounts.invite(session, accounts.named(session, "ppk"), cast["operator"], "k" * 20)
    with transaction(session):
        second = accounts.invite(session, accounts.named(session, "ppk"), cast["operator"], "k" * 20)
    assert len(events(session, Kind.ACCOUNT_INVITED)) == 1
    assert accounts.invited(session, second).username == "ppk"
    with pytest.raises(NotFound):
        accounts.invited(session, first)


def test_a_closed_account_gets_no_link(session, cast):
    with pytest.raises(Refused), transaction(session):
        accounts.named(session, "ppk").active = False
        accounts.invite(session, accounts.named(session, "ppk"), cast["operator"])


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_only_the_operator_does_it_and_it_is_told_once(session, cast, deed):
    account = accounts.named(session, "pptk")
    with pytest.raises(NotAllowed), transaction(session):
        deed(session, account.id, cast["ppk"], "k" * 20)
    before = session.query(HistoryEvent).count()
    for _ in range(2):
        with transaction(session):
            deed(session, account.id, cast["operator"], "k" * 20)
    assert session.query(HistoryEvent).count() == before + 1


def test_only_the_operator_makes_links_and_says_which_roles_need_a_code(session, cast):
    for command in (
        lambda: accounts.invite(session, accounts.named(session, "pptk"), cast["ppk"]),
        lambda: accounts.set_key_roles(session, ["ppk"], cast["ppk"]),
        lambda: accounts.listed(session, cast["auditor"]),
        lambda: accounts.tie(session, accounts.named(session, "pptk").id, "x|y", cast["ppk"]),
    ):
        with pytest.raises(NotAllowed), transaction(session):
            command()


def test_nobody_closes_their_own_account(session, cast):
    with pytest.raises(Refused), transaction(session):
        accounts.close(session, accounts.named(session, "operator").id, cast["operator"])


def test_the_end_of_an_account_ends_its_sign_ins_too(deployed, session):
    with transaction(session):
        account = accounts.named(session, "ppk")
        account.expires_at = clock.system() + timedelta(hours=1)
        token = accounts.begin(session, account).token
    assert accounts.signed_in(session, token)
    with transaction(session):
        accounts.named(session, "ppk").expires_at = clock.system()
    assert accounts.signed_in(session, token) is None


def test_a_new_database_asks_a_second_code_of_key_roles(database):
    with database.session() as session:
        assert accounts.key_roles(session) == {"ppk", "pa", "pphp", "operator", "analis", "auditor"}


def test_a_demo_that_was_there_before_second_codes_asks_nobody_for_one(tmp_path):
    found = databases.attach(tmp_path)
    databases.migrate(found, "0010")
    with found.engine.begin() as connection:
        connection.execute(sa.text("UPDATE system SET demo = true"))
    databases.upgrade(found)
    with found.session() as session:
        assert accounts.key_roles(session) == frozenset()
    found.engine.dispose()


def test_which_roles_need_a_second_code_is_data_and_the_demo_asks_nobody(session, cast):
    assert accounts.key_roles(session) == frozenset()
    with transaction(session):
        accounts.set_key_roles(session, ["ppk", "pa"], cast["operator"])
    assert accounts.needs_code(session, cast["ppk"].id) and not accounts.needs_code(session, cast["pptk"].id)
    with transaction(session):
        accounts.set_key_roles(session, ["pa"], cast["operator"])
    assert session.scalars(sa.select(KeyRole.role_key)).all() == ["pa"]
    assert [one.body["roles"] for one in events(session, Kind.KEY_ROLES_SET)] == [["pa", "ppk"], ["pa"]]
    with pytest.raises(BadValue), transaction(session):
        accounts.set_key_roles(session, ["kaisar"], cast["operator"])


def test_a_second_code_is_accepted_once_and_no_older_one_after_it(deployed, session):
    secret, box = give_codes(deployed, "ppk"), accounts.Box(deployed.secret())
    account = accounts.named(session, "ppk")
    calm()
    tried = [code(secret, step) for step in (0, 1, 1, 0, -1)]
    with transaction(session):
        assert [codes.accept(session, account.id, one, box) for one in tried] == [False, True, False, False, False]


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_one_step_ahead_or_behind(deployed, session, steps, accepted):
    secret, box = give_codes(deployed, "ppk"), accounts.Box(deployed.secret())
    with transaction(session):
        account = accounts.named(session, "ppk")
        account.totp_step = 0
        assert codes.accept(session, account.id, code(secret, steps), box) is accepted


@pytest.mark.parametrize("typed", ["", "000", "0000000", "١٢٣٤٥٦", "a" * 24, "x" * 5000])
def test_anything_else_is_no_code(deployed, session, typed):
    give_codes(deployed, "ppk")
    with transaction(session):
        account = accounts.named(session, "ppk")
        assert not codes.accept(session, account.id, typed, accounts.Box(deployed.secret()))


def test_of_two_browsers_that_send_the_same_code_at_once_one_gets_in(deployed, session):
    secret, box = give_codes(deployed, "ppk"), accounts.Box(deployed.secret())
    account, typed, accepted = accounts.named(session, "ppk").id, code(secret, 1), []

    def send() -> None:
        with deployed.session() as own, transaction(own):
            accepted.append(codes.accept(own, account, typed, box))

    threads = [threading.Thread(target=send) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(accepted) == [False, False, False, True]


def test_a_recovery_code_works_once_and_new_ones_void_the_old(deployed, session):
    give_codes(deployed, "ppk")
    box, account = accounts.Box(deployed.secret()), accounts.named(session, "ppk")
    with transaction(session):
        first, second, *_ = codes.renew(session, account.id)
        assert codes.accept(session, account.id, f" {first.upper()} ", box)
        assert not codes.accept(session, account.id, first, box)
        assert accounts.recovery_left(session, account.id) == codes.RECOVERY - 1
        codes.renew(session, account.id)
        assert not codes.accept(session, account.id, second, box)


def test_secrets_and_codes_are_not_kept_as_they_are(deployed, session):
    secret = give_codes(deployed, "ppk")
    with transaction(session):
        account = accounts.named(session, "ppk")
        [one, *_] = codes.renew(session, account.id)
    kept = str(session.execute(sa.text("SELECT * FROM account")).all())
    kept += str(session.execute(sa.text("SELECT * FROM recovery_code")).all())
    assert secret not in kept and one not in kept and one.replace("-", "") not in kept


def test_a_recovery_code_has_more_than_112_bits_and_the_secret_of_a_phone_160(session, cast):
    account = accounts.named(session, "ppk")
    secret = accounts.offer(account, accounts.Box("x" * 40)).secret
    with transaction(session):
        found = codes.renew(session, account.id)
    assert len(set(found)) == codes.RECOVERY and len(base64.b32decode(secret)) * 8 == 160
    assert {len(base64.b32decode(one.replace("-", "").upper())) * 8 for one in found} == {120}


def test_with_another_key_of_the_data_folder_only_recovery_codes_work(deployed, session):
    secret, other = give_codes(deployed, "ppk"), accounts.Box("another secret")
    with transaction(session):
        account = accounts.named(session, "ppk")
        [one, *_] = codes.renew(session, account.id)
    with pytest.raises(Refused, match="kode pemulihan"), transaction(session):
        codes.accept(session, account.id, code(secret, 1), other)
    with transaction(session):
        assert codes.accept(session, account.id, one, other)


def test_an_offer_is_for_one_account_for_an_hour_and_never_replaces_a_code(deployed, session):
    box = accounts.Box(deployed.secret())
    ppk, pptk = (accounts.named(session, name) for name in ("ppk", "pptk"))
    found = accounts.offer(ppk, box)
    with pytest.raises(Conflict), transaction(session):
        codes.set_up(session, pptk.id, found.sealed, code(found.secret), box)
    old = box.seal(f"{int(clock.system().timestamp()) - 3601} {found.secret}", f"offer to {ppk.id}")
    with pytest.raises(Conflict), transaction(session):
        codes.set_up(session, ppk.id, old, code(found.secret), box)
    give_codes(deployed, "ppk")
    with pytest.raises(Conflict, match="sudah terpasang"), transaction(session):
        codes.set_up(session, ppk.id, found.sealed, code(found.secret), box)


def test_failures_are_counted_by_name_whether_an_account_has_it_or_not(deployed, session):
    for username in ("ppk", "nobody", "NOBODY "):
        for _ in range(3):
            enter(deployed, username, "wrong")
    assert enter(deployed, "ppk", "wrong").seconds == 0
    assert enter(deployed, "nobody", "wrong").seconds > 0
    assert "nobody" not in str(session.execute(sa.text("SELECT * FROM failed_try")).all())


def test_failures_are_forgotten_after_a_day_and_when_somebody_is_in(deployed, session):
    with transaction(session):
        for _ in range(6):
            tries.failed(session, "ppk")
        session.execute(sa.update(FailedTry).values(at=clock.system() - timedelta(days=2)))
        tries.failed(session, "pptk")
    assert session.query(FailedTry).count() == 1
    with transaction(session):
        accounts.begin(session, accounts.named(session, "pptk"))
    assert session.query(FailedTry).count() == 0


def test_the_right_password_forgives_nothing_before_the_second_code(deployed, session):
    give_codes(deployed, "ppk")
    with transaction(session):
        for _ in range(3):
            tries.failed(session, "ppk")
        entry = accounts.sign_in(session, "ppk", True)
        assert entry.awaits == accounts.CODE
        box = accounts.Box(deployed.secret())
        assert accounts.enter_with_code(session, entry.token, "000000", box).seconds == 0
        assert accounts.enter_with_code(session, entry.token, "000000", box).seconds > 0


def test_a_sign_in_that_awaits_a_code_is_none_and_ends_soon(deployed, session):
    secret, box = give_codes(deployed, "ppk"), accounts.Box(deployed.secret())
    with transaction(session):
        token = accounts.begin(session, accounts.named(session, "ppk")).token
    assert accounts.signed_in(session, token) is None and accounts.halfway(session, token)
    with transaction(session):
        session.execute(sa.update(SignIn).values(at=clock.system() - timedelta(minutes=16)))
        assert accounts.enter_with_code(session, token, code(secret, 1), box) == accounts.Entry()


def test_who_must_set_up_a_code_cannot_do_without_and_who_has_one_cannot_set_up_another(deployed, session):
    tell_key_roles(deployed, "ppk")
    box = accounts.Box(deployed.secret())
    with transaction(session):
        entry = accounts.begin(session, accounts.named(session, "ppk"))
    assert entry.awaits == accounts.SETUP
    assert accounts.enter_with_code(session, entry.token, "000000", box) == accounts.Entry()
    found = accounts.offer(accounts.named(session, "ppk"), box)
    give_codes(deployed, "ppk")
    with pytest.raises(Conflict), transaction(session):
        accounts.enter_by_setting_up(session, entry.token, found.sealed, code(found.secret), box)


def test_the_operators_deeds_stand_in_the_chain_of_no_case(deployed, session, cast):
    give_codes(deployed, "ppk")
    account = accounts.named(session, "ppk")
    with transaction(session):
        accounts.forget_codes(session, account.id, cast["operator"])
        accounts.tie(session, account.id, "issuer|sub", cast["operator"])
    assert account.totp is None and accounts.recovery_left(session, account.id) == 0
    assert [one.body["subject"] for one in events(session, Kind.ACCOUNT_LINKED)] == ["issuer|sub"]
    assert {one.instance_id for one in events(session, Kind.CODES_FORGOTTEN)} == {"system"}
