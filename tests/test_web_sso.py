"""The city's own sign-in, against a real OpenID Connect provider on loopback."""

import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import sqlalchemy as sa
from browsing import Visitor, said
from city_sso import CLIENT, SECRET, City, running
from joserfc import jwt
from joserfc.jwk import RSAKey
from signing import code, give_codes, tell_key_roles
from werkzeug.test import TestResponse

from engine import accounts, clock
from engine.database import Database
from engine.errors import SystemNotReady
from engine.model import Account, HistoryEvent, Kind, SignIn
from engine.transaction import transaction
from webapp import create_app, oidc
from webapp.security import Cookies

RAHMA = {"sub": "u-1", "preferred_username": "ppk"}


@pytest.fixture
def city() -> Iterator[City]:
    with running() as city:
        yield city


def at_the_city(deployed: Database, city: City) -> Visitor:
    visitor = Visitor(deployed)
    found = oidc.Provider(city.issuer, CLIENT, SECRET)
    visitor.client = create_app(deployed, provider=found).test_client()
    return visitor


def back(visitor: Visitor, wanted: str = "/") -> str:
    """To the provider and back: the address to which it sends the browser."""
    away = visitor.get("/masuk/sso", query_string={"next": wanted}).location
    return requests.get(away, allow_redirects=False, timeout=10).headers["Location"]


def come(visitor: Visitor, wanted: str = "/") -> TestResponse:
    place = urlsplit(back(visitor, wanted))
    return visitor.get(f"{place.path}?{place.query}")


def test_who_is_known_to_the_city_by_the_name_of_an_account_is_in(deployed, city):
    city.person, visitor = RAHMA, at_the_city(deployed, city)
    assert "Masuk lewat SSO kota" in visitor.words("/masuk")
    assert come(visitor, "/berkas").location == "/berkas"
    assert "Rahmawati Siregar" in visitor.words("/")


def test_the_city_is_asked_with_state_nonce_and_a_hashed_challenge(deployed, city):
    city.person = RAHMA
    come(at_the_city(deployed, city))
    [asked] = city.asked
    assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20
    assert "code_verifier" not in asked


def test_the_first_time_ties_the_account_to_who_came_and_later_only_they_are_let_in(deployed, city):
    city.person = RAHMA
    assert come(at_the_city(deployed, city)).status_code == 302
    city.person = {"sub": "u-1", "preferred_username": "renamed"}
    assert come(at_the_city(deployed, city)).status_code == 302
    city.person = {"sub": "u-2", "preferred_username": "ppk"}
    assert come(at_the_city(deployed, city)).status_code == 403
    with deployed.session() as session:
        [told] = session.scalars(sa.select(HistoryEvent).where(HistoryEvent.kind == Kind.ACCOUNT_LINKED))
        assert told.body == {"account": accounts.named(session, "ppk").id, "subject": f"{city.issuer}|u-1"}


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"email": "ppk@kota.example", "email_verified": True}, 302),
        ({"email": "ppk@kota.example", "email_verified": False}, 403),
        ({"email": "ppk@kota.example"}, 403),
        ({"email": "ppk@kota.example", "email_verified": "true"}, 403),
        ({"preferred_username": "nobody"}, 403),
        ({}, 403),
    ],
)
def test_only_a_verified_address_counts_and_nobody_gets_a_new_account(deployed, city, claims, status):
    with deployed.session() as session, transaction(session):
        accounts.named(session, "ppk").username = "ppk@kota.example"
        before = session.query(Account).count()
    city.person = {"sub": "u-9"} | claims
    answer = come(at_the_city(deployed, city))
    assert answer.status_code == status
    with deployed.session() as session:
        assert session.query(Account).count() == before


def test_who_has_no_account_is_told_by_which_name_they_came(deployed, city):
    city.person = {"sub": "u-9", "preferred_username": "orang.baru"}
    answer = come(at_the_city(deployed, city))
    assert answer.status_code == 403 and "dikenal sebagai orang.baru" in said(answer.text)


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(deployed, city):
    city.person, mine, other = RAHMA, at_the_city(deployed, city), at_the_city(deployed, city)
    other.get("/masuk/sso")
    place = urlsplit(back(mine))
    answer = other.get(f"{place.path}?{place.query}")
    assert answer.status_code == 400 and "tidak selesai" in said(answer.text)
    assert other.get("/").status_code == 302 and not city.exchanged
    assert mine.get(f"{place.path}?{place.query}").status_code == 302


def test_who_signs_out_is_shown_the_way_out_of_the_citys_sign_in_and_back(deployed, city):
    give, city.person, visitor = give_codes(deployed, "ppk"), RAHMA, at_the_city(deployed, city)
    come(visitor)
    visitor.read_token("/masuk/kode")
    visitor.post("/masuk/kode", {"code": code(give, 1)})
    visitor.token = ""
    door = visitor.post("/keluar").location
    assert "masih masuk" in visitor.words(door) and visitor.get("/").status_code == 302
    [out] = visitor.page(door).xpath("//main//a[starts-with(@href, '/masuk/sso/keluar')]/@href")
    answer = requests.get(visitor.get(out).location, allow_redirects=False, timeout=10)
    assert answer.headers["Location"] == "http://localhost/masuk" and city.person is None
    assert "masih masuk" not in visitor.words("/masuk")


def test_a_provider_without_a_way_out_offers_none(deployed, city):
    city.person, city.out, visitor = RAHMA, "", at_the_city(deployed, city)
    come(visitor)
    visitor.token = ""
    assert visitor.post("/keluar").location == "/masuk" and visitor.get("/masuk/sso/keluar").status_code == 404


def test_who_came_with_a_password_is_shown_no_way_out_of_the_city(deployed, city):
    city.person, visitor = RAHMA, at_the_city(deployed, city)
    come(visitor)
    with deployed.session() as session, transaction(session):
        session.execute(sa.delete(SignIn))
    assert visitor.sign_in("ppk").location == "/"
    assert visitor.post("/keluar").location == "/masuk"


def test_an_answer_is_good_once(deployed, city):
    city.person, visitor = RAHMA, at_the_city(deployed, city)
    place = urlsplit(back(visitor))
    assert visitor.get(f"{place.path}?{place.query}").status_code == 302
    assert visitor.get(f"{place.path}?{place.query}").status_code == 400


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"nonce": ""},
        {"aud": ["another"], "azp": CLIENT},
        {"iss": "http://localhost:1"},
        {"exp": 1},
        {"azp": "another"},
    ],
    ids=lambda lie: next(iter(lie)),
)
def test_a_token_that_was_not_made_for_this_sign_in_is_refused(deployed, city, lie):
    city.person, city.forge = RAHMA, lambda claims: claims | lie
    visitor = at_the_city(deployed, city)
    assert come(visitor).status_code == 400
    assert visitor.get("/").status_code == 302


def test_a_token_that_another_key_signed_is_refused(deployed, city):
    city.person, city.signs_with = RAHMA, RSAKey.generate_key(2048, {"kid": "1"})
    assert come(at_the_city(deployed, city)).status_code == 400


def test_a_code_that_was_stolen_is_worth_nothing_without_its_verifier(deployed, city):
    city.person = RAHMA
    place = urlsplit(back(at_the_city(deployed, city)))
    [stolen] = parse_qs(place.query)["code"]
    given = {"grant_type": "authorization_code", "code": stolen, "redirect_uri": "http://localhost/masuk/sso/kembali"}
    answer = requests.post(f"{city.issuer}/token", data=given, auth=(CLIENT, SECRET), timeout=10)
    assert answer.status_code == 400 and "code_verifier" in answer.text


def test_who_says_no_at_the_city_stays_outside(deployed, city):
    answer = come(at_the_city(deployed, city))
    assert answer.status_code == 400 and "Mungkin Anda membatalkannya" in said(answer.text)


@pytest.mark.parametrize("open_", ["closed", "expired"])
def test_a_closed_account_is_closed_for_the_city_too(deployed, city, open_):
    with deployed.session() as session, transaction(session):
        account = accounts.named(session, "ppk")
        account.active, account.expires_at = open_ != "closed", account.expires_at
        if open_ == "expired":
            account.expires_at = clock.system()
    city.person = RAHMA
    assert come(at_the_city(deployed, city)).status_code == 403


def test_a_second_code_is_asked_for_unless_the_city_has_asked_for_one(deployed, city):
    box = give_codes(deployed, "ppk")
    city.person, visitor = RAHMA, at_the_city(deployed, city)
    assert come(visitor, "/berkas").location == "/masuk/kode"
    visitor.read_token("/masuk/kode")
    assert visitor.post("/masuk/kode", {"code": code(box, 1)}).location == "/berkas"
    city.forge = lambda claims: claims | {"amr": ["pwd", "otp"]}
    assert come(at_the_city(deployed, city), "/berkas").location == "/berkas"


def test_a_key_role_sets_a_second_code_up_after_the_citys_sign_in(deployed, city):
    tell_key_roles(deployed, "ppk")
    city.person = RAHMA
    assert come(at_the_city(deployed, city)).location == "/masuk/pasang"


def test_a_city_that_is_away_or_somebody_else_is_said_to_be_away(deployed, city):
    visitor = Visitor(deployed)
    for issuer in ("http://localhost:9", city.issuer + "/"):
        found = oidc.Provider(issuer, CLIENT, SECRET)
        visitor.client = create_app(deployed, provider=found).test_client()
        answer = visitor.get("/masuk/sso")
        assert answer.status_code == 503 and "atau masuk dengan kata sandi" in said(answer.text)


def test_without_a_provider_there_is_no_such_page(deployed):
    visitor = Visitor(deployed)
    assert visitor.get("/masuk/sso").status_code == visitor.get("/masuk/sso/kembali?state=x").status_code == 404
    assert "SSO" not in visitor.words("/masuk")


def test_the_way_back_is_the_address_that_browsers_see(deployed, city):
    visitor = Visitor(deployed)
    found = oidc.Provider(city.issuer, CLIENT, SECRET, "https://sopan.example")
    visitor.client = create_app(deployed, provider=found).test_client()
    [address] = parse_qs(urlsplit(visitor.get("/masuk/sso").location).query)["redirect_uri"]
    assert address == "https://sopan.example/masuk/sso/kembali"


@pytest.mark.parametrize(
    ("issuer", "client", "file"), [("https://a", "", "s"), ("https://a", "c", ""), ("http://a.example", "c", "s")]
)
def test_settings_that_are_not_enough_or_not_encrypted_stop_the_start(tmp_path, issuer, client, file):
    (tmp_path / "s").write_text(SECRET)
    with pytest.raises(SystemNotReady, match="SSO"):
        oidc.provider(issuer, client, str(tmp_path / file) if file else "", "")


def test_the_operator_ties_an_account_and_unties_it(deployed, city):
    visitor = at_the_city(deployed, city)
    visitor.sign_in("operator")
    with deployed.session() as session:
        ppk, other = (accounts.named(session, name).id for name in ("ppk", "pptk"))
    assert visitor.post(f"/akun/{ppk}/sso", {"subject": "u-7"}).status_code == 302
    assert "u-7" in visitor.get(f"/akun/{ppk}").text
    assert visitor.post(f"/akun/{other}/sso", {"subject": "u-7"}).status_code == 409
    city.person = {"sub": "u-7", "preferred_username": "somebody"}
    assert come(guest := at_the_city(deployed, city)).status_code == 302
    assert visitor.post(f"/akun/{ppk}/sso", {"subject": ""}).status_code == 302
    assert guest.get("/").status_code == 302
    assert come(at_the_city(deployed, city)).status_code == 403


def test_the_log_names_neither_code_nor_state(deployed, city, caplog):
    city.person = RAHMA
    visitor = at_the_city(deployed, city)
    with caplog.at_level("INFO", "sopan"):
        place = back(visitor)
        visitor.get(urlsplit(place).path + "?" + urlsplit(place).query.replace("state=", "state=x"))
    told = " ".join(record.getMessage() + str(record.__dict__) for record in caplog.records if "sopan" in record.name)
    assert "MismatchingStateError" in told
    assert not any(value in told for value in re.findall(r"=([\w-]{20,})", place))


def packed(data: dict[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


def unsigned(token: str) -> str:
    """The same claims, of which nobody says that they are right."""
    return f"{packed({'alg': 'none'})}.{token.split('.')[1]}."


def sealed_with(secret: str) -> Callable[[str], str]:
    """Signed with what both sides know, as if that were a public key."""

    def sealed(token: str) -> str:
        text = f"{packed({'alg': 'HS256', 'kid': '1'})}.{token.split('.')[1]}"
        digest = hmac.new(secret.encode(), text.encode(), sha256).digest()
        return f"{text}.{urlsafe_b64encode(digest).decode().rstrip('=')}"

    return sealed


def brings_its_key(token: str) -> str:
    """Signed with a key that the token itself names."""
    key = RSAKey.generate_key(2048)
    claims = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
    return jwt.encode({"alg": "RS256", "jwk": key.as_dict(private=False)}, claims, key, algorithms=["RS256"])


@pytest.mark.parametrize("rewrite", [unsigned, sealed_with(SECRET), brings_its_key], ids=["none", "HS256", "jwk"])
def test_a_token_that_is_unsigned_or_signed_by_what_is_no_key_of_the_provider_is_refused(deployed, city, rewrite):
    city.person, city.rewrite = RAHMA, rewrite
    visitor = at_the_city(deployed, city)
    assert come(visitor).status_code == 400 and city.exchanged == 1
    assert visitor.get("/").status_code == 302


def test_no_token_of_the_city_is_kept_in_the_browser_and_none_is_shown(deployed, city):
    kept: list[str] = []
    city.person, city.rewrite = RAHMA, lambda token: kept.append(token) or token
    visitor = at_the_city(deployed, city)
    answer = come(visitor)
    app = visitor.client.application
    cookie = visitor.client.get_cookie("sopan").value
    held = json.dumps(Cookies().get_signing_serializer(app).loads(cookie)) + answer.text + str(answer.headers)
    [token] = kept
    assert "_user_id" in held and not any(part in held for part in token.split("."))


def test_who_comes_with_a_code_is_sent_nowhere_else(deployed, city):
    with running() as other:
        city.person, city.detour = RAHMA, f"{other.issuer}/token"
        assert come(at_the_city(deployed, city)).status_code == 503
        assert not other.exchanged


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_page_of_somebody_else_signs_anybody_in(deployed, city, site):
    city.person, visitor = RAHMA, at_the_city(deployed, city)
    assert visitor.get("/masuk/sso?next=/berkas", headers={"Sec-Fetch-Site": site}).location == "/masuk?next=/berkas"
    assert city.issuer in visitor.get("/masuk/sso", headers={"Sec-Fetch-Site": "same-origin"}).location


def test_a_sign_in_by_the_city_lasts_as_long_as_any_other(deployed, city):
    city.person, visitor = RAHMA, at_the_city(deployed, city)
    come(visitor)
    assert visitor.get("/").status_code == 200
    with deployed.session() as session, transaction(session):
        session.execute(sa.update(SignIn).values(at=clock.system() - accounts.ABSOLUTE - timedelta(seconds=1)))
    assert visitor.get("/").status_code == 302
