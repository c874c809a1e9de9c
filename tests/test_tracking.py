"""The page of an applicant: number and code show where a case stands, and nothing of anybody."""

import re
from datetime import date, timedelta

import pytest
from browsing import KEY, Visitor, said
from lxml import html
from test_case_limits import CASE
from test_web_models import begun
from walks import Walk

from engine import cases, clock, replay, tracking
from engine.errors import NotFound
from engine.model import Instance
from engine.transaction import transaction
from webapp import tracking as pages
from webapp.tracking import Brake

SECRET = "x" * 48


@pytest.fixture
def walk(deployed, cast):
    return Walk(deployed, cast).to("A01", "A02")


@pytest.fixture
def code(walk):
    return tracking.code(walk.database.secret(), walk.id)


@pytest.fixture
def visitor(deployed):
    found = Visitor(deployed)
    found.read_token("/lacak")
    return found


def ask(visitor, number, code, **more):
    return visitor.post("/lacak", {"nomor": number, "kode": code}, **more)


def test_number_and_code_show_the_stage_in_the_words_of_the_sop(walk, visitor, code):
    answer = ask(visitor, " apl-2026-0001", code.lower().replace("-", " "))
    told = said(answer.text)
    assert answer.status_code == 200 and "Langkah 3 dari 11" in told and "Menerima hasil pemilihan penyedia" in told
    assert "Sedang dikerjakan" in told and "DimulaiSenin 23 November 2026" in told


def test_nobody_and_nothing_that_was_filled_in_is_told(walk, visitor, code):
    text = ask(visitor, "APL-2026-0001", code).text
    instance = walk.instance()
    secret = {who.name for who in walk.cast.values()} | {instance.title, instance.opd, instance.letter, walk.id}
    assert [word for word in secret if word in text] == []


def test_an_end_is_told(walk, visitor, code):
    with walk.database.session() as session, transaction(session):
        cases.cancel(session, walk.id, walk.cast["pa"], "tidak jadi")
    told = said(ask(visitor, "APL-2026-0001", code).text)
    assert "Dibatalkan" in told and "Berakhir" in told and "Langkah" not in told and "tidak jadi" not in told


@pytest.mark.parametrize("number", ["APL-2026-0001", "APL-2026-9999", "", "x" * 999, "' OR 1=1 --"])
def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(walk, visitor, number):
    wrong, none = ask(visitor, number, "0000-0000-0000"), ask(visitor, "APL-2026-9999", "0000-0000-0000")
    assert wrong.status_code == none.status_code == 422
    assert _without_marks(wrong.text, number) == _without_marks(none.text, "APL-2026-9999")


def _without_marks(text, number):
    """The answer without what differs each time: the keys of its form, and what was typed."""
    tree = html.fromstring(text)
    for field in tree.xpath("//input"):
        field.attrib.pop("value", None)
    return re.sub(r"pukul [\d.]+|, [\d.]+ WIB", "", html.tostring(tree, encoding="unicode"))


def test_a_code_is_of_its_case_and_of_the_secret_only():
    codes = {tracking.code(secret, case) for secret in (SECRET, "y" * 48) for case in ("a", "b", "")}
    assert len(codes) == 6 and all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-?){3}", one) for one in codes)
    assert tracking.code(SECRET, "a") == tracking.code(SECRET, "a")


def test_letters_that_are_read_for_others_do_not_matter(walk, session):
    instance = walk.instance()
    right = tracking.code(SECRET, instance.id)
    for written in (right.replace("0", "O").replace("1", "l"), right.replace("1", "I").lower(), right.replace("-", "")):
        assert tracking.find(session, SECRET, instance.number, written).number == instance.number
    for wrong in ("", right[:-1], right + "0", tracking.code(SECRET, "")):
        with pytest.raises(NotFound):
            tracking.find(session, SECRET, instance.number, wrong)
    with pytest.raises(NotFound):  # the code that stands in for that of a case that is not there
        tracking.find(session, SECRET, "APL-2026-9999", tracking.code(SECRET, ""))


def test_who_is_wrong_too_often_waits_whatever_is_sent_then(walk, visitor, code):
    for _ in range(5):
        assert ask(visitor, "APL-2026-0001", "x").status_code == 422
    right, wrong = ask(visitor, "APL-2026-0001", code), ask(visitor, "APL-2026-0001", "x")
    assert right.status_code == wrong.status_code == 429 and right.headers["Retry-After"] == "2"
    assert "Tunggu 2 detik" in said(right.text)
    elsewhere = {"X-Forwarded-For": "198.51.100.7"}
    assert ask(visitor, "APL-2026-0001", code, headers=elsewhere).status_code == 200


@pytest.mark.parametrize(
    ("near", "named"),
    [
        ("127.0.0.1", "198.51.100.{n}, 203.0.113.9"),  # a proxy of ours names them last
        ("203.0.113.9", "198.51.100.{n}"),  # nobody of ours
    ],
)
def test_who_asks_is_who_the_proxy_names_last_and_nobody_else_is_believed(walk, visitor, near, named):
    for n in range(5):
        sent = {"headers": {"X-Forwarded-For": named.format(n=n)}, "environ_overrides": {"REMOTE_ADDR": near}}
        assert ask(visitor, "APL-2026-0001", "x", **sent).status_code == 422
    assert ask(visitor, "APL-2026-0001", "x", **sent).status_code == 429


def test_each_wrong_answer_doubles_the_wait_up_to_the_longest():
    brake, waits = Brake(), []
    for _ in range(18):
        brake.count("a")
        waits.append(brake.wait("a"))
    assert waits[:8] == [0, 0, 0, 0, 2, 4, 8, 16] and waits[-1] == 900 and brake.wait("b") == 0


def test_the_brake_remembers_only_so_many_addresses(monkeypatch):
    monkeypatch.setattr(pages, "MOST", 3)
    brake = Brake()
    for address in "abcd":
        brake.count(address)
    assert list(brake.wrong) == ["b", "c", "d"]


def test_a_code_in_wrong_hands_is_withdrawn_and_another_is_worth_what_it_was(walk, visitor, code):
    ppk, stranger = Visitor(walk.database, "ppk"), Visitor(walk.database, "pphp")
    path = f"/berkas/{walk.id}/kode-lacak"
    assert stranger.post(path).status_code == 403 and ask(visitor, "APL-2026-0001", code).status_code == 200
    for _ in range(2):  # sent twice
        assert ppk.post(path, {"request": KEY}).location == f"/berkas/{walk.id}"
    page = ppk.page(f"/berkas/{walk.id}")
    new = page.xpath("string(//details[@id='lacak']//b)")
    assert new != code and new in page.get_element_by_id("teks-pemohon").text_content()
    assert "Kode lacak ditarik" in said(page)
    assert ask(visitor, "APL-2026-0001", code).status_code == 422
    assert ask(visitor, "APL-2026-0001", new).status_code == 200
    with walk.database.session() as session:
        assert tracking.withdrawn(session, walk.id) == 1
        assert list(replay.differences(session, walk.instance())) == []


def test_talk_about_a_case_is_no_movement_of_it(walk, visitor, code):
    before = said(ask(visitor, "APL-2026-0001", code).text)
    with clock.stopped(clock.business() + timedelta(days=3)):
        Visitor(walk.database, "ppk").post(f"/tugas/{walk.item('A03').id}/komentar", {"komentar": "Sudah ditelepon."})
        assert said(ask(visitor, "APL-2026-0001", code).text) == before


def test_no_search_engine_keeps_the_page(visitor):
    for answer in (visitor.get("/lacak"), ask(visitor, "x", "y")):
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_who_may_see_a_case_gets_its_code_for_the_applicant(walk, code):
    page = Visitor(walk.database, "ppk").page(f"/berkas/{walk.id}")
    [text] = page.xpath("//textarea[@id='teks-pemohon']/text()")
    assert code in text and "APL-2026-0001" in text and "/lacak" in text and walk.instance().title not in text
    assert Visitor(walk.database, "opd").get(f"/berkas/{walk.id}").status_code == 403


def test_a_limit_of_the_whole_case_is_told_and_steps_without_numbers_too(deployed, cast):
    case = begun(deployed, cast["ppk"], CASE)
    with deployed.session() as session:
        number = session.get_one(Instance, case).number
        found = tracking.find(session, SECRET, number, tracking.code(SECRET, case))
    assert found.latest == date(2026, 12, 7) and found.steps == (tracking.Open("Periksa", 0, 0),)
