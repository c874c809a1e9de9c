"""The pages about notices: one's own choices, the operator's list, and a text to send by hand."""

from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from browsing import Visitor
from posts import BASE
from walks import Walk

from engine import clock
from engine.model import Choice, Delivery
from engine.transaction import transaction

CHOICE = {"address": "ppk@pontianak.example", "mode": "harian", "hour": "7", "quiet": "1", "urgent": "1"}


@pytest.fixture
def ppk(deployed):
    return Visitor(deployed, "ppk")


def rows(database, kind):
    with database.session() as session:
        return list(session.scalars(sa.select(kind)))


def test_a_person_chooses_and_sees_what_was_chosen(ppk):
    assert ppk.post("/pemberitahuan/surel", CHOICE).status_code == 302
    [row] = rows(ppk.database, Choice)
    assert (row.address, row.mode, row.hour, row.quiet, row.urgent) == (CHOICE["address"], "harian", 7, True, True)
    page = ppk.page("/pemberitahuan")
    assert page.xpath("//input[@id='a-surel']/@value") == [CHOICE["address"]]
    assert page.xpath("//select[@name='mode']/option[@selected]/@value") == ["harian", "segera"]
    assert len(page.xpath("//input[@type='checkbox'][@checked]")) == 3
    assert "belum memasang saluran ini" in ppk.words("/pemberitahuan")
    assert "ppk@" not in Visitor(ppk.database, "pa").get("/pemberitahuan").text


@pytest.mark.parametrize(
    ("channel", "change"),
    [
        ("surel", {"address": "ppk"}),
        ("surel", {"address": "a@b.example, c@d.example"}),
        ("surel", {"address": "a@b.example\r\nBcc: c@d.example"}),
        ("surel", {"address": "<a@b.example>"}),
        ("surel", {"address": "=?utf-8?q?a=40b.example?=@c.example"}),
        ("gerbang", {"address": "08 11"}),
        ("surel", {"mode": "x"}),
        ("surel", {"hour": "24"}),
        ("surel", {"hour": "x"}),
    ],
)
def test_a_choice_that_cannot_be_meant_is_refused_and_what_was_typed_stays(ppk, channel, change):
    answer = ppk.post(f"/pemberitahuan/{channel}", CHOICE | change)
    assert answer.status_code == 422 and rows(ppk.database, Choice) == []
    assert 'class="wrong"' in answer.text
    assert ppk.post("/pemberitahuan/merpati", CHOICE).status_code == 404


def test_a_text_to_send_by_hand_has_link_number_step_and_deadline_only(deployed, cast, ppk, monkeypatch):
    walk = Walk(deployed, cast)
    item = walk.item("A01")
    assert ppk.page("/").xpath(f"//a[@href='/tugas/{item.id}/teks']")
    for path in (f"/tugas/{item.id}", f"/tugas/{item.id}/teks"):
        [text] = ppk.page(path).xpath("//textarea[@id='teks-wa']/text()")
        assert text.split("\n")[1:] == [
            "Tugas menunggu", "Berkas: APL-2026-0001", "Langkah: 1. Menyusun HPS dan KAK",
            "Tenggat: Sen 30 Nov 2026 pukul 16.00 WIB", f"http://localhost/tugas/{item.id}",
        ]  # fmt: skip
        [link] = ppk.page(path).xpath("//a[contains(@href, 'wa.me')]/@href")
        assert parse_qs(urlsplit(link).query)["text"] == [text.removeprefix("\n")]
    monkeypatch.setenv("SOPAN_BASE_URL", BASE)
    assert f"{BASE}/tugas/{item.id}" in ppk.words(f"/tugas/{item.id}/teks")
    assert Visitor(deployed, "pa").get(f"/tugas/{item.id}/teks").status_code == 403


def test_the_operator_sees_what_failed_and_has_it_tried_again(deployed, cast):
    now = clock.system()
    with deployed.session() as session, transaction(session):
        place = {"channel": "surel", "person_id": cast["ppk"].id, "notices": [], "wanted_at": now, "due_at": now}
        session.add(Delivery(**place, tries=6, failed_at=now, reason="Server surel menolak kabar ini (550)."))
        session.add(Delivery(**place))
    operator = Visitor(deployed, "operator")
    told = operator.words("/operasi/pemberitahuan")
    assert "menolak kabar ini (550)" in told and cast["ppk"].name in told and "6 kali dicoba" in told
    assert operator.post("/operasi/pemberitahuan").status_code == 422
    [chosen] = operator.page("/operasi/pemberitahuan").xpath("//input[@name='pilih']/@value")
    assert operator.post("/operasi/pemberitahuan", {"pilih": chosen}).status_code == 302
    assert [(one.failed_at, one.tries) for one in rows(deployed, Delivery)] == [(None, 0)] * 2
    assert "Tidak ada kegagalan" in operator.words("/operasi/pemberitahuan")


def test_nobody_else_sees_or_retries(ppk):
    assert ppk.get("/operasi/pemberitahuan").status_code == 403
    assert ppk.post("/operasi/pemberitahuan", {"pilih": "x"}).status_code == 403
