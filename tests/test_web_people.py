"""The pages of people, offices, tables and naming, as who keeps them and who must not sees them."""

import io

import pytest
import sqlalchemy as sa
from browsing import Visitor, said
from test_people import PPHP, PPK, act_for
from walks import KEY, Walk
from werkzeug.test import TestResponse

from engine import directory
from engine.database import Database
from engine.model import DutyException, LaneRole, Person, Staffing
from engine.people import today
from engine.transaction import transaction

NIP = "198501012010011001"  # of nobody
HEAD = "nama,nip,nama_pengguna,peran,opd,jabatan,sk,mulai,selesai\n"


@pytest.fixture
def operator(deployed: Database) -> Visitor:
    return Visitor(deployed, "operator")


def one(database: Database, kind, *where):
    with database.session() as session:
        return session.scalars(sa.select(kind).where(*where)).one()


def id_of(database: Database, name: str) -> str:
    return one(database, Person, Person.name == name).id


def after(visitor: Visitor, answer: TestResponse) -> str:
    assert answer.status_code == 302, answer.text
    return visitor.words(answer.location)


def test_a_person_is_added_appointed_given_an_account_and_found(deployed: Database, operator: Visitor) -> None:
    added = operator.post("/orang", {"name": "Citra Rekaan", "nip": NIP})
    assert "Orang ditambahkan" in operator.page(added.location).text_content()
    page = added.location
    job = {"role_key": "ppk", "opd": "Dinas Contoh", "decree": "SK 1/2026", "begins": "2026-01-01"}
    assert "Dinas Contoh" in after(operator, operator.post(f"{page}/jabatan", job))
    assert "citra" in after(operator, operator.post(f"{page}/akun", {"username": "citra"}))
    assert "Citra Rekaan" in operator.words("/orang?q=Contoh") and "citra" in operator.words("/orang?q=citra")


def test_an_account_asked_for_twice_with_one_key_is_made_once(deployed: Database, operator: Visitor) -> None:
    page = operator.post("/orang", {"name": "Citra Rekaan"}).location
    for _ in range(2):
        given = {"username": "citra", "request": "k" * 22}
        assert "citra" in after(operator, operator.post(f"{page}/akun", given))


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(deployed: Database, operator: Visitor) -> None:
    page = f"/orang/{id_of(deployed, 'Agus Setiadi')}"
    answer = operator.post(f"{page}/jabatan", {"role_key": "raja", "opd": "Dinas Contoh", "begins": "kemarin"})
    assert answer.status_code == 422
    told = said(answer.text)
    assert "Pilih peran dari daftar." in told and "Tanggal ditulis" in told and "Nomor surat 3 sampai" in told
    assert 'value="Dinas Contoh"' in answer.text and 'href="#jabatan-begins"' in answer.text


def test_acting_for_somebody_shows_on_the_step_and_in_the_history(deployed, operator, cast):
    walk, page = Walk(deployed, cast), f"/orang/{cast['pptk'].id}"
    letter = {"letter": "800/17/2026", "letter_date": today().isoformat(), "kind": "plh", "for_id": cast["ppk"].id}
    days = {"begins": today().isoformat(), "ends": today().isoformat()}
    assert "Rahmawati Siregar" in after(operator, operator.post(f"{page}/pengganti", letter | days))
    pptk, item = Visitor(deployed, "pptk"), walk.item("A01").id
    assert "Anda bertindak sebagai Plh. Rahmawati Siregar (surat 800/17/2026)" in pptk.words(f"/tugas/{item}")
    assert pptk.post(f"/tugas/{item}/ambil").status_code == 302
    assert "Agus Setiadi, Plh. Rahmawati Siregar (surat 800/17/2026)" in pptk.words(f"/berkas/{walk.id}")
    row = pptk.page("/").xpath("//summary//small")[0].text_content()
    assert row == "PPTK, Pejabat Pembuat Komitmen (PPK) (Plh.)" or "(Plh.)" in row


def test_a_transfer_is_looked_at_before_it_is_done(deployed: Database, operator: Visitor, cast) -> None:
    walk, page = Walk(deployed, cast), f"/orang/{cast['ppk'].id}/serah-terima"
    Visitor(deployed, "ppk").post(f"/tugas/{walk.item('A01').id}/ambil")
    typed = {"to": cast["ppk2"].id, "letter": "800/99/2026"}
    looked = operator.post(page, typed | {"aksi": "lihat"})
    assert walk.item("A01").name in said(looked.text) and "Belum ada yang disimpan" in said(looked.text)
    assert "Serah terima dari Rahmawati Siregar kepada Bonifasius Lintang" in after(
        operator, operator.post(page, typed | {"aksi": "serahkan"})
    )
    assert operator.post(page, {"to": cast["ppk"].id, "letter": "800/99/2026", "aksi": "serahkan"}).status_code == 422


def test_a_file_is_shown_line_by_line_and_then_stored(deployed: Database, operator: Visitor) -> None:
    content = HEAD + f"Citra Rekaan,{NIP},citra,ppk,Dinas Contoh,,SK 1/2026,2026-01-01,\n"
    shown = operator.post("/orang/impor", {"file": (io.BytesIO(content.encode()), "orang.csv")})
    assert "orang baru" in said(shown.text) and "jabatan baru" in said(shown.text)
    with deployed.session() as session:
        assert session.scalars(sa.select(Person).where(Person.nip == NIP)).all() == []
    stored = operator.post("/orang/impor", {"content": content, "aksi": "simpan"})
    assert stored.status_code == 302 and one(deployed, Person, Person.nip == NIP).name == "Citra Rekaan"


def test_a_wrong_file_is_told_in_words(deployed: Database, operator: Visitor) -> None:
    answer = operator.post("/orang/impor", {"file": (io.BytesIO(b"a,b\n"), "x.csv")})
    assert answer.status_code == 422 and "Baris pertama berkas CSV harus" in said(answer.text)
    line = operator.post("/orang/impor", {"content": HEAD + "X,,,raja,,,,,\n", "aksi": "simpan"})
    assert line.status_code == 422 and "Baris 2: peran: Peran ini tidak dikenal." in said(line.text)


ROWS = {
    "jalur": {"lane": PPK, "role_key": "pptk"},
    "mulai": {"role_key": "pptk"},
    "pisah": {"one": "OPD", "other": "PPTK", "strict": "larang", "basis": ""},
    "tenggat": {"act": "approve", "role_key": "pptk"},
}


@pytest.mark.parametrize(("name", "typed"), ROWS.items(), ids=ROWS)
def test_each_table_shows_its_rows_and_takes_another(
    deployed: Database, operator: Visitor, name: str, typed: dict[str, str]
) -> None:
    assert "Pembuatan/Peningkatan Aplikasi" in operator.words(f"/operasi/tabel/{name}")
    answer = operator.post(f"/operasi/tabel/{name}", typed | {"key": KEY, "begins": "2031-01-01"})
    assert answer.status_code == (422 if name == "jalur" else 302)  # a lane has one role a day


def test_a_lanes_role_ends_and_another_begins(deployed: Database, operator: Visitor) -> None:
    old = one(deployed, LaneRole, LaneRole.key == KEY, LaneRole.lane == PPHP)
    page = "/operasi/tabel/jalur"
    assert operator.post(f"{page}/{old.id}/akhiri", {"ends": "kemarin"}).status_code == 422
    assert operator.post(f"{page}/{old.id}/akhiri", {"ends": "2026-12-31"}).status_code == 302
    typed = {"key": KEY, "lane": PPHP, "role_key": "pptk", "begins": "2027-01-01"}
    assert operator.post(page, typed).status_code == 302
    assert operator.page("/operasi/tabel/lain", 404) is not None


def test_a_new_role_can_be_given_at_once(deployed: Database, operator: Visitor) -> None:
    page = "/operasi/tabel/jalur"
    assert operator.post(f"{page}/peran", {"role": "Tim Teknis", "title": ""}).status_code == 422
    assert operator.post(f"{page}/peran", {"role": "ppk", "title": "PPK"}).status_code == 422
    assert "Tim Teknis" in after(
        operator, operator.post(f"{page}/peran", {"role": "tim_teknis", "title": "Tim Teknis"})
    )


def test_naming_people_for_a_case_on_its_page(deployed: Database, cast) -> None:
    walk, ppk = Walk(deployed, cast), Visitor(deployed, "ppk")
    page = f"/berkas/{walk.id}/penetapan"
    assert "belum dapat diselesaikan" not in ppk.words(page)
    typed = {"lane": PPK, "person": cast["ppk2"].id, "letter": "027/1/2026", "begins": today().isoformat()}
    assert "Bonifasius Lintang" in after(ppk, ppk.post(page, typed))
    assert Visitor(deployed, "ppk2").get(f"/tugas/{walk.item('A01').id}").status_code == 200
    row = one(deployed, Staffing)
    assert ppk.post(f"/penetapan/{row.id}/akhiri").status_code == 302
    assert "belum punya orang" in ppk.words(page)


def test_a_vendor_named_on_the_page_gets_an_account(deployed: Database, cast) -> None:
    walk, ppk = Walk(deployed, cast), Visitor(deployed, "ppk")
    typed = {"lane": "Penyedia", "name": "Rekanan Rekaan", "username": "rekanan", "letter": "027/1/2026"}
    page = f"/berkas/{walk.id}/penetapan"
    days = {"begins": today().isoformat(), "ends": today().isoformat()}
    assert "Rekanan Rekaan" in after(ppk, ppk.post(f"{page}/penyedia", typed | days))
    assert ppk.post(f"{page}/penyedia", typed).status_code == 422


def test_an_exception_is_asked_by_one_and_given_by_another(deployed: Database, cast) -> None:
    walk, ppk, pa = Walk(deployed, cast), Visitor(deployed, "ppk"), Visitor(deployed, "pa")
    typed = {"lane": PPHP, "person": cast["ppk"].id, "letter": "800/1/2026", "reason": "Pejabat lain sakit."}
    page = f"/berkas/{walk.id}/penetapan"
    assert "menunggu keputusan" in after(ppk, ppk.post(f"{page}/pengecualian", typed))
    row = one(deployed, DutyException)
    assert ppk.post(f"/pengecualian/{row.id}", {"putusan": "setuju"}).status_code == 403
    assert "diberikan" in after(pa, pa.post(f"/pengecualian/{row.id}", {"putusan": "setuju"}))
    assert "Pengecualian pemisahan tugas diberikan: Rahmawati Siregar" in pa.words(f"/berkas/{walk.id}")


def test_a_step_that_separation_forbids_says_so_before_it_is_filled_in(deployed: Database, cast) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session, transaction(session):
        pair = {
            "key": KEY,
            "one": "PPTK",
            "other": PPK,
            "strict": "larang",
            "basis": "Perwali rekaan.",
            "begins": "2020-01-01",
        }
        directory.add(session, cast["operator"], directory.PAIR, pair)
    act_for(deployed, cast["ppk"], cast["pptk"])
    walk.to("A01", "A02", "A03")
    item = walk.item("A05").id
    assert "sudah bekerja di jalur Pejabat Pembuat Komitmen (PPK) berkas ini" in Visitor(deployed, "ppk").words(
        f"/tugas/{item}"
    )


def test_a_step_is_handed_to_a_colleague_who_reads_the_instruction(deployed: Database, cast) -> None:
    walk, ppk = Walk(deployed, cast), Visitor(deployed, "ppk")
    item = walk.item("A01").id
    answer = ppk.post(f"/tugas/{item}/serahkan", {"kepada": cast["ppk2"].id, "disposisi": "Mohon hari ini."})
    assert answer.status_code == 302
    assert "Tugas diserahkan kepada Bonifasius Lintang." in ppk.words("/")
    assert "Diserahkan oleh Rahmawati Siregar" in (told := Visitor(deployed, "ppk2").words(f"/tugas/{item}"))
    assert "Mohon hari ini." in told
    assert ppk.post(f"/tugas/{item}/serahkan", {"kepada": cast["ppk"].id}).status_code == 409
