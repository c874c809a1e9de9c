"""The door's second step, one-time links, everybody's own account, and the operator's pages of accounts."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from browsing import Visitor, said
from lxml import html
from signing import calm, code, give_codes, tell_key_roles
from test_cli import sopan
from test_staffing import PPHP, name
from walks import Walk

from engine import accounts, clock
from engine.accounts import passwords
from engine.model import Account, Appointment, HistoryEvent, Kind, SignIn
from engine.people import today
from engine.transaction import transaction

GOOD = "empat sapi hijau berlari"
CHROME = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"


@pytest.fixture
def operator(deployed):
    return Visitor(deployed, "operator")


@pytest.fixture
def ppk(deployed):
    return Visitor(deployed, "ppk")


def account(database, username="ppk"):
    with database.session() as session:
        return accounts.named(session, username)


def change(database, **values):
    with database.session() as session, transaction(session):
        session.execute(sa.update(Account).where(Account.username == "ppk").values(**values))


def link(operator, username="ppk"):
    """The path of a one-time link that the operator makes."""
    answer = operator.post(f"/akun/{account(operator.database, username).id}/tautan")
    return urlsplit(html.fromstring(answer.text).get_element_by_id("tautan").value).path


def choose(visitor, path, password=GOOD, again=None, **more):
    visitor.read_token(path)
    return visitor.post(path, {"password": password, "again": again or password} | more)


def sealed(visitor, path):
    """What a page offers: the sealed secret, and the secret."""
    page = visitor.page(path)
    visitor.token = page.xpath("string(//input[@name='csrf_token']/@value)")
    return page.xpath("string(//input[@name='sealed']/@value)"), page.xpath("string(//code)")


def recovery(answer):
    return html.fromstring(answer.text).xpath("//ul[@class='recovery']//code/text()")


def test_a_link_lets_its_holder_set_a_password_once(deployed, operator):
    path, guest, late = link(operator), Visitor(deployed), Visitor(deployed)
    assert "Rahmawati Siregar" in guest.words(path)
    assert late.page(path) is not None
    assert choose(guest, path).location == "/masuk"
    assert "Kata sandi tersimpan" in guest.words("/masuk")
    assert guest.sign_in("ppk", GOOD).status_code == 302
    late.read_token("/masuk")
    assert late.post(path, {"password": GOOD, "again": GOOD}).status_code == 404
    assert "Minta tautan baru" in late.words(path, 404)


def test_the_same_form_sent_twice_sets_it_once_and_says_the_same(deployed, operator):
    path, guest = link(operator), Visitor(deployed)
    for _ in range(2):
        assert choose_again(guest, path).location == "/masuk"


def choose_again(guest, path):
    if not guest.token:
        guest.read_token(path)
    return guest.post(path, {"password": GOOD, "again": GOOD, "request": "k" * 20})


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("pendek", "pendek", "12 sampai 1000 huruf"),
        ("password12345", "password12345", "mudah ditebak"),
        ("saya ppk sejati", "saya ppk sejati", "memuat nama pengguna"),
        ("Pontianak kota kami", "Pontianak kota kami", "tidak boleh memuat: sopan, pontianak"),
        (GOOD, "lain", "tidak sama"),
    ],
)
def test_a_password_that_will_not_do_is_told_and_the_link_stays(deployed, operator, password, again, sentence):
    path, guest = link(operator), Visitor(deployed)
    answer = choose(guest, path, password, again)
    assert answer.status_code == 422 and sentence in said(answer.text)
    assert password not in answer.text and choose(guest, path).status_code == 302


def test_a_password_is_compared_as_it_was_typed_to_the_last_letter(deployed, operator):
    path, guest = link(operator), Visitor(deployed)
    long = "Empat sapi hijau " + "x" * (passwords.LONGEST - 17)
    assert choose(guest, path, long).status_code == 302
    for wrong in (long + "x", long[:-1], long.lower(), long + " "):
        with deployed.session() as session:
            assert not accounts.matches(session, "ppk", wrong)
    assert guest.sign_in("ppk", long).location == "/"


def test_a_new_password_does_without_no_second_code(deployed, operator):
    secret, path, guest = give_codes(deployed, "ppk"), link(operator), Visitor(deployed)
    assert choose(guest, path).location == "/masuk"
    assert guest.sign_in("ppk", GOOD).location == "/masuk/kode" and guest.get("/").status_code == 302
    guest.read_token("/masuk/kode")
    assert guest.post("/masuk/kode", {"code": code(secret, 1)}).location == "/"


def test_no_age_of_a_password_is_kept_so_none_is_ever_too_old():
    known = {"id", "person_id", "username", "password", "active", "subject", "totp", "totp_step"}
    assert set(Account.__table__.c.keys()) == known | {"expires_at"}  # of a vendor's account


def test_every_field_of_a_password_hides_it_and_is_known_to_password_managers(deployed, operator):
    asked = {"/masuk": ["current-password"], link(operator): ["new-password"] * 2}
    pages = {path: Visitor(deployed).page(path) for path in asked}
    asked["/akun/saya"] = ["current-password", *["new-password"] * 2]
    pages["/akun/saya"] = operator.page("/akun/saya")
    for path, expected in asked.items():
        fields = pages[path].xpath("//main//input[contains(@autocomplete, 'password')]")
        assert [one.get("autocomplete") for one in fields] == expected
        assert {(one.get("type"), one.get("maxlength"), one.get("pattern")) for one in fields} == {
            ("password", None, None)
        }
        assert pages[path].xpath("//main//form//input[@name='username' or @autocomplete='username']")
    scripts = [path.read_text() for path in (Path(__file__).parent.parent / "frontend/src").glob("*.js")]
    assert scripts and not [text for text in scripts if "paste" in text]


def test_who_signs_in_again_has_another_token_and_the_old_one_is_void(deployed):
    visitor = Visitor(deployed, "ppk")
    old = visitor.client.get_cookie("sopan").value
    visitor.read_token("/")
    given = {"username": "ppk", "password": visitor.password("ppk")}
    assert visitor.post("/masuk", given).location == "/"
    assert visitor.client.get_cookie("sopan").value != old and visitor.get("/").status_code == 200
    visitor.client.set_cookie("sopan", old)
    assert visitor.get("/").status_code == 302


def test_a_link_is_shown_once_and_stands_in_no_log(deployed, operator, caplog):
    with caplog.at_level("INFO", "sopan"):
        path = link(operator)
        Visitor(deployed).get(path)
    assert path not in operator.get(f"/akun/{account(deployed).id}").text
    told = [record for record in caplog.records if record.name == "sopan.web"]
    assert told and path.rpartition("/")[2] not in str([vars(record) for record in told])


def test_the_shell_makes_a_link_when_no_operator_can_sign_in(deployed):
    give_codes(deployed, "operator")
    words = ["--database-url", deployed.url, "account", "link", "operator"]
    told = sopan(*words, "--address", "https://sopan.example/", "--forget-codes")
    assert told["link"].startswith("https://sopan.example/tautan/") and told["hours"] == 24
    guest = Visitor(deployed)
    assert choose(guest, urlsplit(told["link"]).path).status_code == 302
    assert guest.sign_in("operator", GOOD).location == "/"
    assert "Tidak ada akun" in sopan("--database-url", deployed.url, "account", "link", "x", code=2)["error"]


def test_a_second_code_is_asked_for_before_anything_is_shown(deployed):
    secret, visitor = give_codes(deployed, "ppk"), Visitor(deployed)
    assert visitor.sign_in("ppk", next="/berkas").location == "/masuk/kode"
    assert visitor.get("/").status_code == visitor.get("/akun/saya").status_code == 302
    visitor.read_token("/masuk/kode")
    wrong = visitor.post("/masuk/kode", {"code": "000000"})
    assert wrong.status_code == 422 and "Kode tidak cocok" in said(wrong.text)
    assert visitor.post("/masuk/kode", {"code": code(secret, 1)}).location == "/berkas"
    assert visitor.get("/").status_code == 200


def test_a_code_lets_nobody_in_twice(deployed):
    secret = give_codes(deployed, "ppk")
    first, second = Visitor(deployed), Visitor(deployed)
    typed = code(secret, 1)
    for visitor, status in ((first, 302), (second, 422)):
        visitor.sign_in("ppk")
        visitor.read_token("/masuk/kode")
        assert visitor.post("/masuk/kode", {"code": typed}).status_code == status


def test_wrong_codes_have_to_wait_like_wrong_passwords(deployed):
    secret, visitor = give_codes(deployed, "ppk"), Visitor(deployed)
    visitor.sign_in("ppk")
    visitor.read_token("/masuk/kode")
    answers = [visitor.post("/masuk/kode", {"code": "000000"}) for _ in range(accounts.FREE_FAILURES + 1)]
    assert [answer.status_code for answer in answers] == [422] * accounts.FREE_FAILURES + [429]
    answer = visitor.post("/masuk/kode", {"code": code(secret, 1)})
    assert answer.status_code == 429 and "Tunggu" in said(answer.text)


def test_without_the_password_there_is_no_second_step(deployed):
    visitor = Visitor(deployed)
    for path in ("/masuk/kode", "/masuk/pasang"):
        assert visitor.get(path).location == "/masuk"
        visitor.read_token("/masuk")
        assert visitor.post(path, {"code": "000000", "sealed": "x"}).location == "/masuk"


def test_a_key_role_sets_a_second_code_up_before_anything_else(deployed):
    tell_key_roles(deployed, "ppk")
    visitor = Visitor(deployed)
    assert visitor.sign_in("ppk", next="/berkas").location == "/masuk/pasang"
    assert visitor.get("/").status_code == 302
    given, secret = sealed(visitor, "/masuk/pasang")
    wrong = visitor.post("/masuk/pasang", {"sealed": given, "code": "000000"})
    assert wrong.status_code == 422 and secret in wrong.text and visitor.get("/").status_code == 302
    answer = visitor.post("/masuk/pasang", {"sealed": given, "code": code(secret)})
    assert len(recovery(answer)) == 8 and "/berkas" in answer.text
    assert visitor.get("/").status_code == 200
    assert Visitor(deployed).sign_in("ppk").location == "/masuk/kode"
    assert Visitor(deployed).sign_in("pptk").location == "/"


def test_who_is_named_for_a_lane_of_a_key_role_sets_a_second_code_up_too(deployed, cast):
    tell_key_roles(deployed, "pphp")
    assert Visitor(deployed).sign_in("opd").location == "/"
    name(deployed, Walk(deployed, cast), PPHP, cast["opd"])
    visitor = Visitor(deployed)
    assert visitor.sign_in("opd").location == "/masuk/pasang"
    assert visitor.get("/").status_code == 302


def test_a_recovery_code_stands_in_for_the_phone(deployed):
    tell_key_roles(deployed, "ppk")
    visitor = Visitor(deployed)
    visitor.sign_in("ppk")
    given, secret = sealed(visitor, "/masuk/pasang")
    [one, *_] = recovery(visitor.post("/masuk/pasang", {"sealed": given, "code": code(secret)}))
    for status in (302, 422):
        other = Visitor(deployed)
        other.sign_in("ppk")
        other.read_token("/masuk/kode")
        assert other.post("/masuk/kode", {"code": one}).status_code == status


def test_the_picture_says_what_the_key_says_and_nothing_of_it_is_a_style_or_a_script(deployed, ppk):
    text = ppk.get("/akun/saya/kode").text
    assert "<svg" in text and "style=" not in text and "data:" not in text
    page = html.fromstring(text)
    assert page.xpath("string(//a[starts-with(@href, 'otpauth:')]/@href)").startswith(
        "otpauth://totp/Sopan:ppk?secret="
    )


def test_everybody_may_set_up_a_second_code_with_their_password_and_drop_it_with_a_code(deployed, ppk):
    given, secret = sealed(ppk, "/akun/saya/kode")
    fields = {"sealed": given, "code": code(secret)}
    assert ppk.post("/akun/saya/kode", fields | {"old": "wrong"}).status_code == 422
    answer = ppk.post("/akun/saya/kode", fields | {"old": ppk.password("ppk")})
    assert len(recovery(answer)) == 8 and "terpasang" in ppk.words("/akun/saya")
    assert ppk.post("/akun/saya/kode/lepas", {"code": "000000"}).status_code == 422
    fresh = recovery(ppk.post("/akun/saya/kode/pemulihan", {"code": code(secret, 1)}))
    assert not set(fresh) & set(recovery(answer))
    assert ppk.post("/akun/saya/kode/lepas", {"code": fresh[0]}).location == "/akun/saya"
    assert Visitor(deployed).sign_in("ppk").location == "/"


def test_a_key_role_does_not_drop_its_second_code(deployed, ppk):
    secret = give_codes(deployed, "ppk")
    tell_key_roles(deployed, "ppk")
    assert "Lepas kode kedua" not in ppk.words("/akun/saya")
    assert ppk.post("/akun/saya/kode/lepas", {"code": code(secret, 1)}).status_code == 403
    assert account(deployed).totp


def test_a_new_password_needs_the_old_one_and_signs_other_browsers_out(deployed, ppk):
    other, fields = Visitor(deployed, "ppk"), {"password": GOOD, "again": GOOD}
    wrong = ppk.post("/akun/saya/sandi", fields | {"old": "wrong"})
    assert wrong.status_code == 422 and "sekarang tidak cocok" in said(wrong.text)
    assert ppk.post("/akun/saya/sandi", fields | {"old": ppk.password("ppk"), "again": "x"}).status_code == 422
    assert ppk.post("/akun/saya/sandi", fields | {"old": ppk.password("ppk")}).status_code == 302
    assert ppk.get("/").status_code == 200 and other.get("/").status_code == 302
    assert Visitor(deployed).sign_in("ppk").status_code == 422
    assert Visitor(deployed).sign_in("ppk", GOOD).status_code == 302


def test_guessing_the_old_password_has_to_wait_too(deployed, ppk):
    fields = {"old": "wrong", "password": GOOD, "again": GOOD}
    answers = [ppk.post("/akun/saya/sandi", fields).status_code for _ in range(6)]
    assert answers == [422] * 4 + [429] * 2


def test_my_browsers_are_named_in_words_and_one_can_be_signed_out(deployed, ppk):
    phone = Visitor(deployed)
    phone.client.environ_base["HTTP_USER_AGENT"] = CHROME
    phone.sign_in("ppk")
    assert "Chrome, Android" in ppk.words("/akun/saya") and "(yang ini)" in ppk.words("/akun/saya")
    [form] = [f for f in ppk.page("/akun/saya").forms if "Chrome, Android" in f.text_content()]
    assert ppk.post(form.action).status_code == 302
    assert phone.get("/").status_code == 302 and ppk.get("/").status_code == 200


def test_nobody_signs_somebody_elses_browser_out(deployed, ppk):
    other = Visitor(deployed, "pptk")
    with deployed.session() as session:
        query = sa.select(SignIn.token).where(SignIn.account_id == account(deployed, "pptk").id)
        token = session.scalars(query).one()
    ppk.post(f"/akun/saya/peramban/{token}")
    assert other.get("/").status_code == 200


def test_signing_out_everywhere_ends_every_browser(deployed, ppk):
    other = Visitor(deployed, "ppk")
    assert ppk.post("/akun/saya/keluar").location == "/masuk"
    assert "keluar dari semua perangkat" in ppk.words("/masuk")
    assert ppk.get("/").status_code == other.get("/").status_code == 302


def test_a_role_that_was_revoked_is_gone_at_the_next_click(deployed, operator):
    assert operator.get("/operasi").status_code == 200
    with deployed.session() as session, transaction(session):
        ended = sa.update(Appointment).where(Appointment.role_key == "operator")
        session.execute(ended.values(ends=today() - timedelta(days=1)))
    assert operator.get("/operasi").status_code == operator.get("/akun").status_code == 403


@pytest.mark.parametrize("values", [{"active": False}, {"expires_at": clock.system()}], ids=["closed", "expired"])
def test_a_closed_or_expired_account_is_out_at_the_next_click(deployed, ppk, values):
    assert ppk.get("/").status_code == 200
    change(deployed, **values)
    assert ppk.get("/").status_code == 302
    ppk.token = ""
    assert ppk.sign_in("ppk").status_code == 422


def test_the_operator_closes_and_opens_an_account(deployed, operator, ppk):
    path = f"/akun/{account(deployed).id}"
    assert operator.post(f"{path}/tutup").location == path
    assert ppk.get("/").status_code == 302 and "ditutup" in operator.words(path)
    assert operator.post(f"{path}/tautan").status_code == 422
    operator.post(f"{path}/buka")
    assert Visitor(deployed).sign_in("ppk").status_code == 302
    with deployed.session() as session:
        kinds = [Kind.ACCOUNT_CLOSED, Kind.ACCOUNT_OPENED]
        told = session.scalars(sa.select(HistoryEvent.kind).where(HistoryEvent.kind.in_(kinds))).all()
    assert told == kinds


def test_the_operator_ends_all_sign_ins_and_forgets_a_lost_phone(deployed, operator, ppk):
    path = f"/akun/{account(deployed).id}"
    operator.post(f"{path}/keluarkan")
    assert ppk.get("/").status_code == 302
    give_codes(deployed, "ppk")
    assert "Hapus kode kedua" in operator.words(path)
    operator.post(f"{path}/lupakan-kode")
    assert Visitor(deployed).sign_in("ppk").location == "/"
    assert operator.post(f"{path}/ledakkan").status_code == 404


def test_the_list_finds_by_name_and_says_who_has_a_second_code(deployed, operator):
    give_codes(deployed, "ppk")
    page = operator.page("/akun?q=rahma")
    [row] = page.xpath("//main//tbody/tr")
    assert "Rahmawati Siregar" in row.text_content() and "terpasang" in row.text_content()
    assert len(operator.page("/akun").xpath("//main//tbody/tr")) == 13
    assert "Tidak ada akun yang cocok" in operator.words("/akun?q=%25")


def test_the_operator_says_which_roles_need_a_second_code(deployed, operator):
    assert operator.post("/akun/peran-kunci", {"role": ["ppk", "pa"]}).location == "/akun"
    checked = operator.page("/akun").xpath("//input[@name='role'][@checked]/@value")
    assert sorted(checked) == ["pa", "ppk"]
    assert operator.post("/akun/peran-kunci", {"role": "kaisar"}).status_code == 422


@pytest.mark.parametrize("username", ["ppk", "auditor", "analis", "penyedia"])
def test_only_the_operator_sees_accounts(deployed, username):
    visitor, theirs = Visitor(deployed, username), account(deployed, "pptk").id
    for path in ("/akun", f"/akun/{theirs}"):
        assert visitor.get(path).status_code == 403
    for path in (f"/akun/{theirs}/tautan", f"/akun/{theirs}/tutup", f"/akun/{theirs}/sso", "/akun/peran-kunci"):
        assert visitor.post(path).status_code == 403


@pytest.mark.parametrize("spoil", ["", "closed", "expired", "passwordless", "unknown"])
def test_by_no_number_of_wrong_tries_can_one_tell_which_names_there_are(deployed, spoil):
    values = {"closed": {"active": False}, "expired": {"expires_at": clock.system()}, "passwordless": {"password": ""}}
    change(deployed, **values.get(spoil, {"active": True}))
    visitor, name = Visitor(deployed), "nobody" if spoil == "unknown" else "ppk"
    answers = [visitor.sign_in(name, "wrong") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422] * 4 + [429]
    assert said(answers[0].text).count("tidak cocok") == 1


def test_an_unknown_name_costs_as_much_as_a_wrong_password(deployed):
    calm()
    change(deployed, password="")
    with deployed.session() as session:
        times = {name: [] for name in ("pptk", "ppk", "nobody")}
        for _ in range(5):
            for name, taken in times.items():
                begun = clock.system()
                assert not accounts.matches(session, name, "wrong")
                taken.append((clock.system() - begun).total_seconds())
    fastest = [min(taken) for taken in times.values()]
    assert max(fastest) < 2 * min(fastest)
