"""The door: who gets in, how often they may try, and in which language they are spoken to."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from browsing import Visitor, said
from lxml import html

from engine import accounts, clock
from engine.model import Account, SignIn
from engine.transaction import transaction
from webapp import create_app
from webapp.security import LOOPBACK

NAMED = {"Host": "sopan.example"}


def test_a_stranger_is_sent_to_the_door_and_afterwards_where_they_wanted_to_go(deployed):
    visitor = Visitor(deployed)
    answer = visitor.get("/berkas?q=puskesmas")
    assert answer.location == "/masuk?next=/berkas?q%3Dpuskesmas"
    assert visitor.sign_in("ppk", next="/berkas?q=puskesmas").location == "/berkas?q=puskesmas"


def test_the_inbox_greets_who_signed_in(deployed):
    assert "Rahmawati Siregar" in Visitor(deployed, "ppk").words("/")


@pytest.mark.parametrize("username", ["ppk", "nobody", "", "x" * 500, "a\0b"])
def test_a_wrong_name_and_a_wrong_password_are_told_apart_by_nothing(deployed, username):
    answer = Visitor(deployed).sign_in(username, "wrong")
    assert answer.status_code == 422
    assert "Nama pengguna atau kata sandi tidak cocok" in answer.text


def test_after_some_failures_even_the_right_password_has_to_wait(deployed):
    visitor = Visitor(deployed)
    for _ in range(accounts.FREE_FAILURES):
        assert visitor.sign_in("ppk", "wrong").status_code == 422
    assert visitor.sign_in("ppk", "wrong").status_code == 429
    answer = visitor.sign_in("ppk")
    assert answer.status_code == 429 and "Tunggu" in answer.text


def test_the_cookie_is_for_our_pages_only(deployed):
    cookie = Visitor(deployed).sign_in("ppk").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie


def behind_tls(database):
    """A browser that comes by a name of ours: through the server with TLS that stands before Sopan."""
    visitor = Visitor(database)
    visitor.client = create_app(database, hosts=(*LOOPBACK, "sopan.example")).test_client()
    return visitor


def test_every_cookie_of_an_encrypted_page_travels_encrypted_only_and_says_so_in_its_name(deployed):
    visitor = behind_tls(deployed)
    answers = [visitor.get(path, headers=NAMED) for path in ("/masuk", "/bahasa/en")]
    assert {one.headers["Strict-Transport-Security"] for one in answers} == {"max-age=31536000; includeSubDomains"}
    cookies = [cookie.split("; ") for one in answers for cookie in one.headers.getlist("Set-Cookie")]
    assert {name.partition("=")[0] for name, *_ in cookies} == {"__Host-sopan", "__Host-sopan_bahasa"}
    for _, *attributes in cookies:
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(attributes)
        assert not [one for one in attributes if one.startswith("Domain")]


def test_an_encrypted_page_knows_its_visitor_and_its_language_by_such_cookies(deployed):
    visitor = behind_tls(deployed)
    sent = {"headers": NAMED | {"Referer": "https://sopan.example/masuk"}, "base_url": "https://sopan.example"}
    visitor.token = html.fromstring(visitor.get("/masuk", **sent).text).xpath(
        "string(//input[@name='csrf_token']/@value)"
    )
    given = {"username": "ppk", "password": visitor.password("ppk")}
    assert visitor.post("/masuk", given, **sent).status_code == 302
    visitor.get("/bahasa/en", **sent)
    text = visitor.get("/", **sent).text
    assert "Rahmawati Siregar" in text and "Steps of my role" in text


def test_the_cookie_of_before_such_names_asks_to_sign_in_again(deployed):
    old, visitor = Visitor(deployed, "ppk"), behind_tls(deployed)
    sent = {"headers": NAMED | {"Cookie": f"sopan={old.client.get_cookie('sopan').value}"}}
    assert visitor.get("/", **sent).location.startswith("/masuk")


def test_whose_browser_keeps_no_cookie_is_told_so(deployed):
    answer = behind_tls(deployed).client.post("/masuk", headers=NAMED)
    assert answer.status_code == 400 and "dengan https" in said(answer.text)


def test_signing_out_ends_the_sign_in_and_not_only_the_cookie(deployed):
    visitor = Visitor(deployed, "ppk")
    cookie = visitor.client.get_cookie("sopan").value
    assert visitor.post("/keluar").location == "/masuk"
    visitor.client.set_cookie("sopan", cookie)
    assert visitor.get("/").status_code == 302


def test_a_browser_left_alone_has_to_sign_in_again(deployed):
    visitor = Visitor(deployed, "ppk")
    with deployed.session() as session, transaction(session):
        session.execute(sa.update(SignIn).values(seen_at=clock.system() - accounts.IDLE - timedelta(seconds=1)))
    assert visitor.get("/").status_code == 302


def test_no_sign_in_lasts_longer_than_a_day_of_work(deployed):
    visitor = Visitor(deployed, "ppk")
    with deployed.session() as session, transaction(session):
        session.execute(sa.update(SignIn).values(at=clock.system() - accounts.ABSOLUTE - timedelta(seconds=1)))
    assert visitor.get("/").status_code == 302


def test_a_closed_account_is_signed_out_at_once(deployed):
    visitor = Visitor(deployed, "ppk")
    with deployed.session() as session, transaction(session):
        session.execute(sa.update(Account).where(Account.username == "ppk").values(active=False))
    assert visitor.get("/").status_code == 302 and Visitor(deployed).sign_in("ppk").status_code == 422


def test_a_password_is_kept_as_argon2id_with_the_parameters_of_today(deployed):
    with deployed.session() as session:
        kept = session.scalars(sa.select(Account.password)).all()
    assert {one.rpartition("p=1$")[0] for one in kept} == {"$argon2id$v=19$m=19456,t=2,"}


def test_what_is_sent_after_the_sign_in_has_ended_is_said_to_be_lost(deployed):
    visitor = Visitor(deployed, "ppk")
    visitor.read_token()
    with deployed.session() as session, transaction(session):
        session.execute(sa.delete(SignIn))
    answer = visitor.post("/tugas/x", {"aksi": "draf"})
    assert answer.location == "/masuk?next=/tugas/x&habis=1"
    assert "Kiriman terakhir belum tersimpan" in visitor.words(answer.location)
    assert visitor.post("/tugas/x/ambil").location == "/masuk?habis=1"


def test_a_browser_in_use_stays_signed_in(deployed):
    visitor = Visitor(deployed, "ppk")
    before = clock.system() - accounts.SEEN_EVERY - timedelta(seconds=5)
    with deployed.session() as session, transaction(session):
        session.execute(sa.update(SignIn).values(seen_at=before))
    visitor.get("/")
    with deployed.session() as session:
        assert session.scalars(sa.select(SignIn.seen_at)).one() > before


@pytest.mark.parametrize("wanted", ["https://example.org/", "//example.org", "/\\example.org", "javascript:1", "/a\nb"])
def test_nobody_is_led_away_from_our_pages(deployed, wanted):
    assert Visitor(deployed).sign_in("ppk", next=wanted).location == "/"
    assert Visitor(deployed).get("/bahasa/en", query_string={"next": wanted}).location == "/"


def test_the_language_stays_with_the_browser(deployed):
    visitor = Visitor(deployed, "ppk")
    visitor.get("/bahasa/en?next=/")
    page = visitor.page("/")
    assert page.get("lang") == "en" and "Steps of my role" in page.text_content()
    visitor.get("/bahasa/xx")
    assert visitor.page("/").get("lang") == "en"


def test_the_demo_names_its_people_but_no_password(deployed):
    text = Visitor(deployed, demo=True).words("/masuk")
    assert "pphp" in text and Visitor(deployed).password("ppk") not in text
    assert "Ini demo" not in Visitor(deployed).words("/masuk")
