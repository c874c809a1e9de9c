"""Sensitive acts ask once more who is at the browser, and nothing that was sent is lost."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from browsing import KEY, Visitor, said
from lxml import html
from signing import code, give_codes
from test_staffing import PPHP, except_
from walks import Walk
from werkzeug.datastructures import MultiDict

from engine import accounts, clock
from engine.model import Account, DutyException, SignIn
from engine.transaction import transaction
from webapp.proving import FRESH


def age(database, by=FRESH + timedelta(seconds=5)):
    """Everybody signed in a while ago."""
    with database.session() as session, transaction(session):
        session.execute(sa.update(SignIn).values(at=clock.system() - by))


def account(database, username):
    with database.session() as session:
        return accounts.named(session, username)


def answer(visitor, asked, proof):
    """Send the page that asks, with a proof."""
    [form] = [one for one in html.fromstring(asked.text).forms if "bukti" in one.fields]
    visitor.token = ""
    return visitor.client.post(form.action, data=dict(form.fields) | {"bukti": proof}, buffered=True)


@pytest.fixture
def operator(deployed):
    return Visitor(deployed, "operator")


def test_what_was_sent_is_done_after_the_password_was_typed_once_more(deployed, operator):
    age(deployed)
    asked = operator.post("/akun/peran-kunci", {"role": ["ppk", "pa"]})
    assert asked.status_code == 403 and "kata sandi Anda sekali lagi" in said(asked.text)
    with deployed.session() as session:
        assert accounts.key_roles(session) == frozenset()
    [form] = [one for one in html.fromstring(asked.text).forms if "bukti" in one.fields]
    sent = MultiDict([*form.form_values(), ("bukti", operator.password("operator"))])
    assert operator.client.post(form.action, data=sent).location == "/akun"
    with deployed.session() as session:
        assert accounts.key_roles(session) == {"ppk", "pa"}
    operator.token = ""
    assert operator.post("/akun/peran-kunci", {"role": ["pa"]}).location == "/akun"  # not asked again


@pytest.mark.parametrize("deed", ["tautan", "tutup", "buka", "keluarkan", "lupakan-kode"])
def test_nothing_is_done_to_an_account_by_who_came_in_long_ago(deployed, operator, deed):
    age(deployed)
    ppk = account(deployed, "ppk")
    assert operator.post(f"/akun/{ppk.id}/{deed}").status_code == 403
    with deployed.session() as session:
        assert session.get_one(Account, ppk.id).active


def test_where_there_is_a_second_code_it_is_asked_and_the_password_is_not_enough(deployed, operator):
    secret = give_codes(deployed, "operator")
    age(deployed)
    path = f"/akun/{account(deployed, 'ppk').id}/tutup"
    asked = operator.post(path)
    assert "kode Anda sekali lagi" in said(asked.text)
    wrong = answer(operator, asked, operator.password("operator"))
    assert wrong.status_code == 422 and account(deployed, "ppk").active
    assert answer(operator, wrong, code(secret, 1)).status_code == 302
    assert not account(deployed, "ppk").active


def test_wrong_proofs_have_to_wait_like_wrong_passwords(deployed, operator):
    age(deployed)
    asked = operator.post("/akun/peran-kunci")
    told = [answer(operator, asked, "wrong").status_code for _ in range(accounts.FREE_FAILURES + 1)]
    assert told == [422] * accounts.FREE_FAILURES + [429]
    assert answer(operator, asked, operator.password("operator")).status_code == 429


def test_who_has_shown_again_who_they_are_gets_another_token_and_the_old_one_is_void(deployed, operator):
    age(deployed)
    old = operator.client.get_cookie("sopan").value
    assert answer(operator, operator.post("/akun/peran-kunci"), operator.password("operator")).status_code == 302
    assert operator.get("/").status_code == 200
    operator.client.set_cookie("sopan", old)
    assert operator.get("/").status_code == 302


def test_a_proof_holds_for_a_quarter_of_an_hour_and_no_sign_in_longer_for_it(deployed, operator):
    age(deployed, accounts.ABSOLUTE - timedelta(minutes=1))
    assert answer(operator, operator.post("/akun/peran-kunci"), operator.password("operator")).status_code == 302
    age(deployed, accounts.ABSOLUTE + timedelta(seconds=1))
    assert operator.get("/").status_code == 302


def test_an_exception_of_duties_is_given_by_who_has_shown_who_they_are(deployed, cast):
    asked_for, pa = except_(deployed, Walk(deployed, cast), cast["ppk"], PPHP), Visitor(deployed, "pa")
    age(deployed)
    asked = pa.post(f"/pengecualian/{asked_for}", {"putusan": "setuju", "request": KEY})
    with deployed.session() as session:
        assert asked.status_code == 403 and session.get_one(DutyException, asked_for).status == "asked"
    assert answer(pa, asked, pa.password("pa")).status_code == 302
    with deployed.session() as session:
        assert session.get_one(DutyException, asked_for).status == "given"


def test_my_browsers_are_signed_out_by_who_has_shown_who_they_are(deployed):
    ppk, other = Visitor(deployed, "ppk"), Visitor(deployed, "ppk")
    age(deployed)
    asked = ppk.post("/akun/saya/keluar")
    assert asked.status_code == 403 and other.get("/").status_code == 200
    assert answer(ppk, asked, ppk.password("ppk")).location == "/masuk" and other.get("/").status_code == 302


def test_who_has_neither_password_nor_code_is_told_to_sign_in_again(deployed, operator):
    with deployed.session() as session, transaction(session):
        session.execute(sa.update(Account).where(Account.username == "operator").values(password=""))
    age(deployed)
    asked = operator.post("/akun/peran-kunci")
    assert asked.status_code == 403 and "lewat SSO kota" in said(asked.text)
    assert operator.post("/akun/peran-kunci", {"bukti": "x"}).status_code == 422
