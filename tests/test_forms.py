"""Forms: what a field takes, and in which words the rest is refused."""

import string
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from form_samples import A01, A02, A02_GAGAL, A03, A07_PERBAIKAN, A11, MULAI, WALK, field_of, form_of
from hypothesis import given
from hypothesis import strategies as st

from engine import forms
from engine.errors import BadForm
from engine.forms import texts
from engine.values import decode, encode

STEPS = ("a01", "a02", "a02x", "a03", "a05", "a06", "a07", "a08", "a09a", "a09x", "a09b", "a10", "a11")
FILES = sorted((Path(__file__).parent.parent / "forms").glob("*.json"))
SEED = {file.stem: forms.load(file.read_bytes(), file.name) for file in FILES}


def refusal(form, submitted, variables=None):
    """The sentences of a refused form by field."""
    with pytest.raises(BadForm) as refused:
        forms.check(form, submitted, variables or {})
    return {error.field: str(error) for error in refused.value.errors}


def walked(until=None):
    """The variables of a case that walked the seed SOP up to a form."""
    variables = {}
    for key, submitted in WALK:
        if key == until:
            break
        variables |= forms.check(SEED[key], submitted, variables)
    return variables


def test_every_step_of_the_sop_has_a_form():
    assert set(SEED) == {"mulai", *STEPS}


def test_a_case_walks_through_every_form():
    variables = walked()
    assert variables["nilai_hps"] == Decimal(178750000)
    assert variables["tgl_mulai_kerja"] == date(2026, 3, 3)
    assert variables["tgl_selesai"] == date(2026, 6, 1)
    assert variables["tahun_anggaran"] == 2026
    assert variables["kak_memuat"] == ["latar_belakang", "keluaran"]
    assert variables["pemenang_npwp"] == "0" * 15
    assert variables["penerima_nip"] == "198001012005012999"


def test_values_of_the_walk_can_be_stored():
    variables = walked()
    assert decode(encode(variables)) == variables


def test_typed_data_gives_the_same_values_as_a_page():
    variables = walked("a05")
    form = SEED["a02"]
    typed = forms.check(form, A02, variables)
    assert forms.check_data(form, typed, variables) == typed


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("rupiah", "Rp 1.234.567,00", Decimal(1234567)),
        ("rupiah", "1234567,5", Decimal("1234567.5")),
        ("rupiah", "rp.500,-", Decimal(500)),
        ("integer", "2026", Decimal(2026)),
        ("number", "1.234,5", Decimal("1234.5")),
        ("nip", "19800101 200501 2 999", "198001012005012999"),
        ("npwp", "00.000.000.0-000.000", "0" * 15),
        ("nib", "0000000000000", "0" * 13),
        ("kode_rup", "56482997", "56482997"),
        ("kode_tender", "10330870000", "10330870000"),
        ("nomor_surat", "000.8/114/DKI/2026", "000.8/114/DKI/2026"),
        ("rupiah", "   ", None),
    ],
)
def test_text_becomes_a_value_of_its_type(kind, text, value):
    assert forms.check(form_of(field_of(kind)), {"isi": text}, {}) == {"isi": value}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("rupiah", "1,234,567"),
        ("rupiah", "185000000.00"),
        ("rupiah", "-5"),
        ("rupiah", "seratus"),
        ("rupiah", "1" * 17),
        ("integer", "1,5"),
        ("integer", "٣"),
        ("number", "1e5"),
        ("nip", "19801301 200501 2 999"),
        ("nip", "19800101 200513 2 999"),
        ("nip", "19800101 200501 3 999"),
        ("nip", "1980010120050129"),
        ("npwp", "123"),
        ("nib", "00000000000000"),
        ("kode_rup", "564829"),
        ("kode_rup", "5648299a"),
        ("nomor_surat", "no"),
        ("nomor_surat", "<script>"),
        ("email", "a@b"),
    ],
)
def test_text_that_is_not_of_its_type_is_refused(kind, text):
    assert refusal(form_of(field_of(kind)), {"isi": text})["isi"].startswith("Isi")


def test_a_pppk_number_is_held_against_its_own_rules():
    pppk = A11 | {"penerima_nip": "19800101 202321 2 001"}
    assert "penerima_nip" in refusal(SEED["a11"], pppk)
    assert forms.check(SEED["a11"], pppk | {"penerima_status": "pppk"}, {})["penerima_nip"] == "198001012023212001"


@pytest.mark.parametrize(
    "text", ["2026-02-03", "03-02-2026", "3/2/2026", "3 Februari 2026", "3 Feb 2026", " 3  februari 2026 "]
)
def test_dates_are_read_as_people_write_them(text):
    assert forms.check(SEED["mulai"], MULAI | {"tgl_surat": text}, {})["tgl_surat"] == date(2026, 2, 3)


@pytest.mark.parametrize("text", ["31-02-2026", "2026-13-01", "3 Foo 2026", "3-2-26", "2026", "0001-01-01"])
def test_days_that_do_not_exist_are_refused(text):
    assert "harus berupa tanggal" in refusal(SEED["mulai"], MULAI | {"tgl_surat": text})["tgl_surat"]


@given(st.decimals(0, Decimal("9999999999999999.99"), places=2))
def test_rupiah_survives_its_own_text(amount):
    assert texts.read_rupiah(forms.rupiah_text(amount)) == amount


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_date_survives_its_own_text(day):
    assert texts.read_date(forms.date_text(day)) == texts.read_date(day.isoformat()) == day


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**20), max_value=10**20))
def test_a_number_survives_its_own_text(number):
    assert texts.read_number(texts.write_number(number)) == number


TYPED = st.text(string.printable + "\0é\u200b", max_size=30)


@given(st.dictionaries(st.sampled_from([*A02, "typename", "x"]), TYPED | st.lists(TYPED, max_size=3)))
def test_whatever_is_typed_is_read_or_refused(submitted):
    try:
        forms.check(SEED["a02"], submitted, {})
    except BadForm as error:
        assert all(str(one) for one in error.errors)
    assert forms.shown(SEED["a02"], {}, submitted)


def test_a_required_field_is_asked_for_by_its_label():
    errors = refusal(SEED["a01"], {key: value for key, value in A01.items() if key not in ("nilai_hps", "jenis")})
    assert errors == {"jenis": "Jenis pekerjaan wajib dipilih.", "nilai_hps": "Nilai HPS wajib diisi."}


@pytest.mark.parametrize(
    ("key", "change", "field", "sentence"),
    [
        ("a01", {"nilai_hps": "185.000.001"}, "nilai_hps", "HPS tidak boleh melebihi pagu."),
        ("a01", {"tgl_hps": "2026-02-01"}, "tgl_hps", "Tanggal HPS tidak boleh sebelum tanggal surat permohonan."),
        (
            "a02",
            {"harga_negosiasi": "178.750.001", "harga_penawaran": "180.000.000"},
            "harga_negosiasi",
            "Harga pemenang tidak boleh melebihi HPS.",
        ),
        ("a02", {"tgl_bahp": "2026-02-08"}, "tgl_bahp", "Tanggal BAHP tidak boleh sebelum tanggal HPS."),
        ("a03", {"tgl_sppbj": "2026-02-17"}, "tgl_sppbj", "Tanggal SPPBJ tidak boleh sebelum tanggal BAHP."),
        (
            "a05",
            {"nilai_kontrak": "175.000.001"},
            "nilai_kontrak",
            "Nilai kontrak tidak boleh melebihi harga hasil negosiasi.",
        ),
        (
            "a05",
            {"tgl_mulai_kerja": "2026-03-01"},
            "tgl_mulai_kerja",
            "Tanggal mulai kerja tidak boleh sebelum tanggal kontrak.",
        ),
        ("a05", {"jangka_waktu_hari": "91"}, "jangka_waktu_hari", "Jangka waktu (hari kalender) paling banyak 90."),
        ("a01", {"kode_rup": "564829"}, "kode_rup", "Kode RUP harus 7 sampai 10 angka; Anda mengisi 6 angka."),
        ("a01", {"jenis": "lain"}, "jenis", "Pilihan untuk Jenis pekerjaan tidak ada dalam daftar."),
    ],
)
def test_fields_are_held_against_each_other(key, change, field, sentence):
    submitted = {**dict(WALK)[key], **change}
    assert refusal(SEED[key], submitted, walked("a05" if key == "a05" else key)) == {field: sentence}


def test_a_comparison_waits_until_both_sides_can_be_read():
    assert set(refusal(SEED["a01"], A01 | {"nilai_pagu": "banyak"})) == {"nilai_pagu"}


def test_a_reason_is_required_where_somebody_disagrees():
    assert refusal(SEED["a03"], {"persetujuan": "tidak_sependapat"}) == {
        "alasan": "Alasan tidak sependapat wajib diisi."
    }
    assert refusal(SEED["a07"], {"keputusan": "perbaikan"}) == {"catatan": "Yang harus diperbaiki wajib diisi."}
    assert "daftar_kekurangan" in refusal(SEED["a09a"], {"hasil_pemeriksaan": "kurang"})


def test_what_hidden_fields_hold_is_ignored():
    values = forms.check(SEED["a02"], A02_GAGAL | {"harga_negosiasi": "bukan angka", "pemenang_nama": "X"}, {})
    assert values["sebab_gagal"] == "b"
    assert "harga_negosiasi" not in values and "pemenang_nama" not in values


def test_required_if_asks_only_while_its_condition_holds():
    asked = {
        "type": "textfield",
        "id": "F2",
        "key": "alasan",
        "label": "Alasan",
        "properties": {"sopan:requiredIf": 'isi = "0000000"'},
    }
    form = form_of(field_of("kode_rup"), asked)
    assert refusal(form, {"isi": "0000000"}) == {"alasan": "Alasan wajib diisi."}
    assert forms.check(form, {"isi": "1111111"}, {})["alasan"] is None


@pytest.mark.parametrize(
    "name", ["typename", "__class__", "loopCounter", "nilai", "tgl_selesai_lain", "", "{label}", "a" * 200]
)
def test_an_unknown_or_reserved_name_is_refused(name):
    [sentence] = refusal(SEED["mulai"], MULAI | {name: "1"}).values()
    assert sentence.startswith("Isian ") and sentence.endswith("tidak dikenal dalam formulir ini.")


def test_a_field_shown_from_the_case_cannot_be_changed():
    variables = walked("a01")
    assert "nama_paket" not in forms.check(SEED["a01"], A01, variables)
    assert refusal(SEED["a01"], A01 | {"nama_paket": "Lain"}, variables) == {
        "nama_paket": "Nama paket tidak dapat diubah di langkah ini."
    }
    assert "tgl_selesai" in refusal(SEED["a05"], dict(WALK)["a05"] | {"tgl_selesai": "2030-01-01"}, walked("a05"))


def test_one_field_takes_one_value():
    assert "kode_rup" in refusal(SEED["a01"], A01 | {"kode_rup": ["56482997", "56482998"]})


def test_decisions_are_made_anew_in_each_round():
    rows = {row.part.key: row for row in forms.shown(SEED["a07"], {"keputusan": "perbaikan", "nomor_bast": "12/A"})}
    assert rows["keputusan"].chosen == ()
    assert rows["nomor_bast"].value == "12/A"


def test_stored_values_are_shown_as_people_read_them():
    variables = walked()
    said = {f.key: forms.text(f, variables.get(f.key)) for form in SEED.values() for f in form.fields}
    assert said["nilai_pagu"] == "Rp 185.000.000"
    assert said["tgl_surat"] == "2 Februari 2026"
    assert said["jenis"] == "Pembuatan"
    assert said["kak_memuat"] == "Latar belakang, Keluaran"
    assert said["penerima_nip"] == "19800101 200501 2 999"
    assert said["hps_sudah_ppn"] == "ya"
    assert said["kode_rekening"] == ""


def test_personal_fields_are_marked():
    assert {f.key for f in SEED["a11"].fields if f.personal} >= {"penerima_nama", "penerima_nip", "penerima_jabatan"}


def test_what_was_typed_is_kept():
    rows = {row.part.key: row for row in forms.shown(SEED["a03"], walked("a03"), {**A03, "tgl_sppbj": "besok"})}
    assert rows["tgl_sppbj"].value == "besok" and not rows["tgl_sppbj"].readable
    assert rows["alasan"].when == "Sikap atas hasil pemilihan: Tidak sependapat" and not rows["alasan"].visible
    assert forms.check(SEED["a07"], A07_PERBAIKAN, {})["keputusan"] == "perbaikan"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tgl_hps", datetime(2026, 2, 9, 8, tzinfo=UTC)),
        ("nilai_hps", Decimal("1.234")),
        ("nilai_hps", True),
        ("nilai_hps", {"rp": 1}),
        ("jenis", ["pembuatan"]),
        ("kak_memuat", Decimal(1)),
        ("hps_sudah_ppn", "mungkin"),
        ("kode_rup", Decimal("5648299.7")),
    ],
)
def test_typed_data_of_another_type_is_refused(field, value):
    with pytest.raises(BadForm) as refused:
        forms.check_data(SEED["a01"], A01 | {field: value}, {})
    assert [error.field for error in refused.value.errors] == [field]
