"""What every answer promises a browser, and what no request can do."""

import re
import socket
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import sqlalchemy as sa
from browsing import Visitor, said
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers import served
from walks import Walk

from engine.transaction import PRAGMAS
from webapp import create_app, security
from webapp.security import Cookies
from webapp.store import db

PAGES = ["/", "/masuk", "/berkas", "/tidak-ada", "/tugas/tidakada"]
FORMS = [
    "/masuk",
    "/masuk/kode",
    "/masuk/pasang",
    "/tautan/x",
    "/akun/saya/sandi",
    "/akun/x/tautan",
    "/keluar",
    "/tugas/x",
]
FORMS += ["/tugas/x/ambil", "/tugas/x/lepas"]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
TEMPLATES = sorted((Path(__file__).parent.parent / "webapp/templates").glob("*.html"))


@pytest.fixture
def ppk(deployed):
    return Visitor(deployed, "ppk")


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers(ppk, path):
    headers = ppk.get(path).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin" and headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_for_ever_under_the_hash_of_their_content(ppk):
    [sheet, *_] = ppk.page("/").xpath("//link[@rel='stylesheet']/@href")
    assert re.search(r"\?v=[0-9a-f]{10}$", sheet)
    assert "immutable" in ppk.get(sheet).headers["Cache-Control"]
    assert "immutable" not in ppk.get(sheet.partition("?")[0]).headers.get("Cache-Control", "")


@pytest.mark.parametrize("path", FORMS)
def test_a_form_from_elsewhere_is_refused(ppk, path):
    answer = ppk.client.post(path, data={"csrf_token": "guessed"})
    assert answer.status_code == 400 and "Muat ulang" in answer.text


def test_what_is_sent_after_signing_out_in_another_window_leads_to_the_door_which_says_so(ppk):
    token, key = ppk.token, {"request": "k" * 22}
    ppk.post("/keluar")
    ppk.get("/masuk")  # the other window has a new token
    answer = ppk.client.post("/tugas/x/draf", data=key | {"csrf_token": token})
    assert answer.status_code == 302 and answer.location.startswith("/masuk?")
    assert "Sesi Anda sudah berakhir" in ppk.words(answer.location)


@pytest.mark.parametrize("host", ["example.org", "localhost.example.org", "127.0.0.1@example.org", "[::2]"])
def test_a_name_that_is_not_ours_is_refused(ppk, host):
    assert ppk.get("/masuk", headers={"Host": host}).status_code == 400


def test_what_is_too_large_is_refused_in_words(ppk):
    answer = ppk.post("/tugas/x", {"kode_rup": "1" * (security.LARGEST_REQUEST + 1)})
    assert answer.status_code == 413 and "paling besar 25 MB" in said(answer.text)


@pytest.mark.parametrize(("fields", "letters"), [(1, security.LARGEST_TEXT + 1), (security.MOST_FIELDS + 1, 1)])
def test_too_much_text_or_too_many_fields_are_refused(ppk, fields, letters):
    part = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + "1" * letters + "\r\n"
    body = (part * fields + "--x--\r\n").encode()
    answer = ppk.client.post("/tugas/x", data=body, content_type="multipart/form-data; boundary=x", buffered=True)
    assert answer.status_code == 413


def exchanged(url: str, sent: bytes) -> bytes:
    """Everything that the server says to some bytes, until it has no more to say."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (b"Content-Length: 5\r\nContent-Length: 50\r\n", b"a=1&b"),
        (b"Content-Length: +5\r\n", b"a=1&b"),
        (b"Content-Length: 5, 5\r\n", b"a=1&b"),
        (b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n"),
        (b"Transfer-Encoding: chunked\r\n", b"5x\r\na=1&b\r\n0\r\n\r\n"),
        (b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n"),
    ],
)
def test_a_request_whose_end_can_be_read_in_two_ways_is_refused_and_hides_no_second(deployed, headers, body):
    head = b"POST /lacak HTTP/1.1\r\nHost: localhost\r\n" + headers + b"\r\n"
    with served(create_app(deployed)) as url:
        told = exchanged(url, head + body + SMUGGLED)
    assert re.match(rb"HTTP/1\.[01] (400|501) ", told) and told.count(b"HTTP/1.") == 1


def test_of_two_lengths_of_a_request_the_chunks_count(deployed):
    head = b"POST /lacak HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n"
    with served(create_app(deployed)) as url:
        told = exchanged(url, head % (len(SMUGGLED) + 5) + b"0\r\n\r\n" + SMUGGLED)
    first, second = re.findall(rb"HTTP/1\.1 (\d+)", told)[:2]
    assert (first, second) == (b"400", b"404")  # the form without a token, then a request of its own


def test_signing_out_clears_what_a_page_could_have_kept(ppk):
    assert ppk.post("/keluar").headers["Clear-Site-Data"] == '"storage"'


def test_the_cookie_of_a_visitor_holds_no_name_and_no_value(deployed, cast):
    visitor, walk = Visitor(deployed, "ppk"), Walk(deployed, cast)
    for path in ("/", f"/berkas/{walk.id}", f"/tugas/{walk.item('A01').id}", "/akun/saya"):
        visitor.get(path)
    visitor.send(walk.item("A01").id, {"nilai_hps": "12345678"}, action="draf")
    app, cookie = visitor.client.application, visitor.client.get_cookie("sopan").value
    held = Cookies().get_signing_serializer(app).loads(cookie)
    assert set(held) <= {"_fresh", "_id", "_user_id", "_flashes", "csrf_token"}
    assert not [word for word in (cast["ppk"].name, cast["ppk"].id, "12345678") if word in str(held)]


def test_nothing_but_the_door_is_open_to_strangers(deployed):
    app = create_app(deployed)
    visitor = Visitor(deployed)
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:int:)?\w+>", "1", rule.rule)
        if rule.endpoint not in security.PUBLIC and "GET" in rule.methods:
            answer = visitor.get(path)
            assert (answer.status_code, (answer.location or "")[:6]) == (302, "/masuk"), path


def test_a_requests_connection_keeps_what_the_engine_relies_on(deployed):
    with create_app(deployed).app_context():
        for name, value in PRAGMAS.items():
            assert db.session.execute(db.text(f"PRAGMA {name}")).scalar_one() == value
        assert db.engine is deployed.engine


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_page_carries_a_style_or_a_script_of_its_own(path):
    text = path.read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:|<script(?![^>]*\bsrc=)|\|\s*safe\b", text)


def test_only_the_modelers_answer_may_show_pictures_out_of_data(deployed):
    with create_app(deployed).test_request_context():
        assert "data:" not in security.policy()
        security.allow_data_images()
        assert "img-src 'self' data:;" in security.policy()


def test_refusals_come_as_json_to_who_asks_for_json(ppk):
    answer = ppk.get("/tugas/tidakada", headers={"Accept": "application/json"})
    assert answer.status_code == 404 and answer.json == {"ok": False, "error": "Tidak ada data dengan nomor itu."}


def test_a_wrong_method_is_told_which_ones_are_right(ppk):
    answer = ppk.post("/dokumen/x")
    assert answer.status_code == 405 and "GET" in answer.headers["Allow"]


def test_a_broken_database_gets_a_page_in_words_too(deployed, ppk):
    with deployed.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE sign_in"))
    answer = ppk.get("/")
    assert answer.status_code == 500 and "Terjadi kesalahan pada sistem" in answer.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["/", "/masuk", "/tugas/{}", "/tugas/{}/tanda-terima", "/dokumen/{}", "/bahasa/{}"]),
    TEXT,
    st.dictionaries(
        st.sampled_from(["q", "lihat", "next", "t"]), st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
    ),
)
def test_no_address_brings_the_system_down(ppk, path, piece, query):
    assert ppk.get(path.format(quote(piece, safe="")), query_string=query).status_code < 500


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["username", "password", "next", "request", "aksi", "x"]),
        TEXT,
    ),
    st.sampled_from(["/masuk", "/tugas/x", "/tugas/x/ambil"]),
)
def test_no_form_brings_the_system_down(ppk, fields, path):
    assert ppk.post(path, fields).status_code < 500
