"""Attacks on the running application: each gets a refusal in words, changes nothing, and is never a 500.

What docs/explanation/attacks.md names beside these has tests of its own.
"""

import io
from urllib.parse import quote, quote_from_bytes, unquote, urlsplit

import pytest
import sqlalchemy as sa
from browsing import KEY, PDF, file
from crawling import crawl
from hostile import BODIES, HOSTILE_FILES, NAMES, NAMES_OF_FILES, STRANGE, TRICKS
from lxml import html
from poison import TAG, TEMPLATE
from stage import CASES, LETTER, PEOPLE, STRANGER, Kept, Stage
from werkzeug.http import parse_options_header

from engine.model import Base, DeadlineChange, Document, HistoryEvent, Instance
from tests.conftest import acting
from webapp import create_app
from webapp.security import Cookies
from webapp.steps import SANDBOX

LET_IN = (200, 302, 400, 409, 422)
START = {
    "nomor_surat": "1/SP/2026", "tgl_surat": "2026-11-20", "opd": "Dinas Kesehatan", "nama_paket": "Antrean Daring",
    "tahun_anggaran": "2026",
}  # fmt: skip
FORGED = {"started_by": "x", "number": "APL-2026-9999", "status": "completed", "role": "operator", "decided_by": "x"}
PAUSE = LETTER | {"ground": "masa_sanggah", "begins": "2026-11-23", "ends": "2026-11-24"}


def token(stage: Stage, who: str) -> dict[str, str]:
    """What a form carries, as headers."""
    return {"X-CSRFToken": stage.visitors[who].token, "Idempotency-Key": KEY}


def count(stage: Stage, table: type) -> int:
    with stage.database.session() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def history(stage: Stage) -> int:
    """How much has happened."""
    return count(stage, HistoryEvent)


def documents(stage: Stage) -> int:
    return count(stage, Document)


def rows(stage: Stage) -> dict[str, int]:
    """A sum of each table, but of when browsers were seen, and of who read what."""
    with stage.database.session() as session:
        tables = [table for table in Base.metadata.sorted_tables if table.name not in ("sign_in", "reading")]
        return {table.name: hash(tuple(sorted(map(repr, session.execute(sa.select(table)))))) for table in tables}


@pytest.mark.parametrize("role", [name for name in PEOPLE if name != STRANGER])
def test_no_text_of_people_models_or_forms_becomes_markup(poisoned: Stage, role: str) -> None:
    found = [one for one in crawl(poisoned.visitors[role]) if one.answer.mimetype == "text/html"]
    assert [one.path for one in found if html.fromstring(one.answer.text).xpath(f"//{TAG} | //@onerror")] == []
    assert sum(TAG in one.answer.text for one in found) > 3  # else nothing was tried
    assert any(TEMPLATE in one.answer.text for one in found) is (role != "penyedia")  # it stands in another lane


# ---- addresses


def addresses(stage: Stage, method: str = "GET") -> list[str]:
    """An address of every rule that answers to a method."""
    rules = stage.visitors["ppk"].client.application.url_map.iter_rules()
    return sorted(stage.address(rule, CASES[0]) for rule in rules if method in rule.methods)


@pytest.mark.parametrize("trick", TRICKS)
def test_no_spelling_of_an_address_opens_a_closed_page(kept: Kept, trick: str) -> None:
    stage = kept.again()
    for path in addresses(stage):
        for who in (STRANGER, "penyedia"):
            plain = stage.visitors[who].get(path).status_code
            asked, _, query = trick.format(path=path, bare=path.lstrip("/")).partition("?")
            raw = {"PATH_INFO": unquote(asked), "QUERY_STRING": query}  # as a server hands it over, "//" and all
            answer = stage.visitors[who].get("/", environ_overrides=raw)
            assert answer.status_code in (plain, 302, 308, 400, 403, 404, 405), (who, path)
            assert not answer.location or urlsplit(answer.location).netloc in ("", "localhost"), answer.location


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"])
def test_no_other_method_does_anything(kept: Kept, method: str) -> None:
    stage = kept.again()
    for path in [*addresses(stage), *addresses(stage, "POST")]:
        answer = stage.visitors["operator"].client.open(path, method=method, headers=token(stage, "operator"))
        assert answer.status_code in (400, 405), path


def test_head_tells_no_more_than_get(kept: Kept) -> None:
    stage = kept.again()
    for path in addresses(stage):
        for who in (STRANGER, "penyedia"):
            visitor = stage.visitors[who]
            answer = visitor.client.head(path, buffered=True)
            assert (answer.status_code, answer.data) == (visitor.get(path).status_code, b""), path


def test_an_id_of_one_thing_opens_no_other(kept: Kept) -> None:
    """Each id in the place of each other, and ids that nobody has: not found or refused, or the same page."""
    stage = kept.again()
    known = {name: value for things in stage.things.values() for name, value in things.items()}
    rules = [rule for rule in stage.visitors["ppk"].client.application.url_map.iter_rules() if rule.arguments]
    for rule in (one for one in rules if "GET" in one.methods and one.endpoint != "static"):
        for value in {*known.values(), "1", "0", "-1", "*", "~", "null", "A" * 3000}:
            path = rule.rule
            for name in rule.arguments:
                path = path.replace(f"<{name}>", quote(value))
            right = value in [things.get(name) for things in stage.things.values() for name in rule.arguments]
            status = stage.visitors["operator"].get(path).status_code
            assert status in (200, 302, 403, 404) if right else status in (302, 403, 404), path


def test_looking_changes_nothing(kept: Kept) -> None:
    """No page that is asked for with GET, by anybody, changes a row, but of when its browser was seen and what personal
    data were read."""
    stage = kept.again()
    before = rows(stage)
    for who in PEOPLE:
        crawl(stage.visitors[who], 2)
    assert rows(stage) == before


@pytest.mark.parametrize("who", ["ppk", "operator"])
def test_every_answer_says_what_it_is_keeps_to_itself_and_offers_the_way_out(kept: Kept, who: str) -> None:
    visitor = kept.again().visitors[who]
    for one in crawl(visitor, 1):
        kind, told = parse_options_header(one.answer.headers["Content-Type"])
        assert told.get("charset") == "utf-8" or kind in ("application/pdf", "application/xml"), one.path
        shown_alone = "sandbox" in one.answer.headers["Content-Security-Policy"]  # a preview has no forms
        assert (
            kind != "text/html" or shown_alone or "/keluar" in html.fromstring(one.answer.text).xpath("//form/@action")
        ), one.path
        asked = visitor.get(one.path, headers={"Origin": "https://example.org"})
        assert not [name for name, _ in asked.headers if name.startswith("Access-Control")], one.path
    assert [visitor.get(path).status_code for path in ("/static/", "/static/dist/", "/static/.stamp")] == [404] * 3


# ---- requests


def test_a_form_without_our_token_is_refused_everywhere(kept: Kept) -> None:
    stage = kept.again()
    theirs = stage.visitors["pa"].token  # of another browser
    before = history(stage)
    for path in addresses(stage, "POST"):
        for fields in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": theirs}):
            for who in (STRANGER, "ppk", "operator"):
                sent = {"request": KEY, **fields}
                answer = stage.visitors[who].client.post(path, data=sent)
                shut = who == STRANGER and answer.status_code == 302 and answer.location.startswith("/masuk?")
                assert shut or answer.status_code == 400, (who, path, fields)
    assert history(stage) == before


def test_a_form_of_a_foreign_page_is_refused_though_its_token_is_right(kept: Kept) -> None:
    stage = kept.again()
    client, sent = stage.visitors["ppk"].client, {"request": KEY, "csrf_token": stage.visitors["ppk"].token}
    client.set_cookie("__Host-sopan", client.get_cookie("sopan").value, secure=True)
    headers = {"Referer": "https://example.org/", "Origin": "https://example.org"}
    for path in addresses(stage, "POST"):
        answer = client.post(path, data=sent, headers=headers, base_url="https://localhost")
        assert answer.status_code == 400, path
    ours = {"data": sent, "headers": {"Referer": "https://localhost/"}, "base_url": "https://localhost"}
    assert client.post("/keluar", **ours).location == "/masuk"


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override"])
def test_no_header_moves_a_request(kept: Kept, header: str) -> None:
    stage = kept.again()
    value = "DELETE" if "Method" in header else "/operasi" if "URL" in header else "example.org"
    assert stage.visitors["ppk"].get("/masuk", headers={header: value}).location == "/"
    assert stage.visitors[STRANGER].get("/operasi", headers={header: value}).location.startswith("/masuk?")


@pytest.mark.parametrize("cookie", ["", "x", ".eJwlzjEO", "a.b.c", "{}", "A" * 4000])
def test_a_made_up_cookie_is_nobody(kept: Kept, cookie: str) -> None:
    visitor = kept.again().visitors["ppk"]
    visitor.client.set_cookie("sopan", cookie)
    assert visitor.get("/").location == "/masuk?next=/"


def test_a_cookie_signed_with_another_secret_is_nobody(kept: Kept) -> None:
    stage = kept.again()
    other = create_app(stage.database, secret="another secret of forty characters, made up")
    forged = Cookies().get_signing_serializer(other).dumps({"_user_id": "x", "_fresh": True})
    stage.visitors["ppk"].client.set_cookie("sopan", forged)
    assert stage.visitors["ppk"].get("/").status_code == 302


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", ""])
def test_no_body_brings_a_form_down(kept: Kept, body: bytes, kind: str) -> None:
    stage = kept.again()
    for path in addresses(stage, "POST"):
        if path != "/keluar":
            sent = {"data": body, "headers": token(stage, "operator"), "content_type": kind}
            status = stage.visitors["operator"].client.post(path, **sent).status_code
            assert status in (*LET_IN, 403, 404, 413, 415), path


def test_no_field_and_no_wish_brings_a_page_down(kept: Kept) -> None:
    """Every name that a page of ours reads, with every strange text, in every form and every address."""
    stage = kept.again()
    for text in STRANGE:
        for who in ("ppk", "operator"):
            visitor = stage.visitors[who]
            for path in addresses(stage):
                query = "&".join(f"{name}={quote_from_bytes(text)}" for name in NAMES)
                assert visitor.get(f"{path}?{query}").status_code in (*LET_IN, 403, 404), (path, text)
            for path in set(addresses(stage, "POST")) - {"/keluar", "/masuk"}:
                pairs = [f"{name}={quote_from_bytes(text)}" for name in NAMES]
                body = "&".join([*pairs, *pairs, f"request={KEY}"])  # each twice
                kind = "application/x-www-form-urlencoded"
                sent = {"data": body, "headers": token(stage, who), "content_type": kind}
                assert visitor.client.post(path, **sent).status_code in (*LET_IN, 403, 404), (path, text)


# ---- what is stored


def test_fields_that_nobody_asked_for_are_stored_nowhere(kept: Kept) -> None:
    stage = kept.again()
    ppk, pa = stage.visitors["ppk"], stage.visitors["pa"]
    before = history(stage)
    answer = ppk.post("/berkas/baru/pembuatan_aplikasi", START | FORGED)
    assert answer.status_code == 422 and history(stage) == before
    item = stage.things["new"]["item_id"]
    for more, status in ((FORGED, 422), ({"old_due": "2020-01-01"}, 422), ({}, 302)):
        assert ppk.post(f"/tugas/{item}/tenggat/jeda", PAUSE | more).status_code == status
    assert pa.post(f"/berkas/{stage.walks['new'].id}/batal", {"alasan": "Ganda"} | FORGED).status_code == 302
    with stage.database.session() as session:
        case = session.get_one(Instance, stage.walks["new"].id)
        paused = session.scalars(sa.select(DeadlineChange).where(DeadlineChange.kind == "pause")).one()
        people = acting(stage.database)
        assert case.started_by == people["ppk"].id and case.number == "APL-2026-0001" and case.status == "cancelled"
        assert paused.asked_by == paused.decided_by == people["ppk"].id and paused.old_due.year == 2026


@pytest.mark.parametrize(
    "forged", [{"berkas-0": "/etc/passwd"}, {"berkas-0.filename": "x.pdf"}, {"files": '[{"filepath":"/etc/passwd"}]'}]
)
def test_a_file_that_is_only_named_in_a_form_is_no_file(kept: Kept, forged: dict[str, str]) -> None:
    stage = kept.again()
    path, before = f"/tugas/{stage.things['new']['item_id']}", documents(stage)
    assert stage.visitors["ppk"].post(path, {"aksi": "selesai", **forged}).status_code == 422
    as_json = {"json": {"aksi": "selesai", **forged}, "headers": token(stage, "ppk")}
    assert stage.visitors["ppk"].client.post(path, **as_json).status_code in (302, 422)
    assert documents(stage) == before


@pytest.mark.parametrize("name", NAMES_OF_FILES)
def test_no_name_of_a_file_breaks_out_of_the_header_of_its_download(kept: Kept, name: str) -> None:
    stage = kept.again()
    ppk, path = stage.visitors["ppk"], f"/tugas/{stage.things['new']['item_id']}"
    links = "//a/@href[contains(., '/dokumen/')][not(contains(substring-after(., '/dokumen/'), '/'))]"
    before = set(ppk.page(path).xpath(links))
    assert ppk.post(path, {"aksi": "draf", "berkas-0": file(name, PDF + name.encode())}).status_code == 302
    [link] = set(ppk.page(path).xpath(links)) - before
    answer = ppk.get(link)
    kind, told = parse_options_header(answer.headers["Content-Disposition"])
    assert kind == "attachment" and told["filename"].endswith(".pdf") and "/" not in told["filename"]
    assert answer.mimetype == "application/pdf" and answer.headers["Content-Security-Policy"] == SANDBOX


@pytest.mark.parametrize("name", HOSTILE_FILES)
def test_a_hostile_model_form_or_table_is_refused_and_published_nowhere(kept: Kept, name: str) -> None:
    stage = kept.again()
    visitor, before = stage.visitors["analis"], history(stage)
    answer = visitor.post("/analisis/terbitkan", {"berkas": (io.BytesIO(HOSTILE_FILES[name]), name.partition(" ")[0])})
    assert answer.status_code == 422 and history(stage) == before and "root:" not in answer.text
    headers = token(stage, "analis")
    answer = visitor.client.post("/analisis/periksa", data=HOSTILE_FILES[name], headers=headers)
    assert answer.status_code == 200 and not answer.json["ok"] and "root:" not in answer.text
