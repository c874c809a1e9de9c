"""What the demo's people fill in: form data for each step, with the day of the step as every date."""

from datetime import date
from decimal import Decimal
from typing import Any

from engine.demo.plans import Plan
from engine.values import Value


def start(plan: Plan, number: int, day: date) -> dict[str, Value]:
    """The start form."""
    letter: dict[str, Value] = {"nomor_surat": f"000.9/{100 + number}/SP/{day.year}", "tgl_surat": day}
    return letter | {"opd": plan.opd, "nama_paket": plan.title, "tahun_anggaran": Decimal(day.year)}


def step(element: str, round_: int, plan: Plan, number: int, day: date) -> dict[str, Value]:
    """The form of a step, in its round, on the path of the plan."""
    answer: dict[str, Value] = _ANSWERS[element](plan, number, day, round_)
    return answer


def _a01(plan: Plan, n: int, day: date, _: int) -> dict[str, Value]:
    pagu = Decimal(120_000_000 + 2_500_000 * n)
    money = {"nilai_pagu": pagu, "nilai_hps": pagu - 4_250_000, "tgl_hps": day, "hps_sudah_ppn": True}
    kind = {"jenis": plan.kind, "jenis_kontrak": "lumsum", "metode": "pengadaan_langsung"}
    memuat = ["latar_belakang", "maksud_tujuan", "ruang_lingkup", "keluaran", "jangka_waktu", "biaya"]
    return kind | money | {"kode_rup": str(56_480_000 + n), "sumber_dana": "apbd_kota", "kak_memuat": memuat}


def _a02(plan: Plan, n: int, day: date, round_: int) -> dict[str, Value]:
    failed = plan.path in ("gagal", "batal") and round_ == 1
    common = {"metode": "pengadaan_langsung", "nomor_bahp": f"027/{n}.{round_}/BAHP/{day.year}", "tgl_bahp": day}
    if failed:
        return common | {"hasil_pemilihan": "gagal", "sebab_gagal": "b", "catatan_gagal": "Tidak ada yang lulus."}
    price = Decimal(112_000_000 + 2_500_000 * n)
    winner: dict[str, Value] = {"pemenang_nama": "CV Kapuas Karya Rekaan", "pemenang_npwp": "012345678901000"}
    winner |= {"pemenang_nib": "1234567890123", "harga_penawaran": price, "harga_negosiasi": price - 1_500_000}
    return common | winner | {"hasil_pemilihan": "berhasil", "jumlah_peserta": Decimal(3)}


def _a02x(plan: Plan, n: int, day: date, _: int) -> dict[str, Value]:
    follow = "batal" if plan.path == "batal" else "ulang"
    return {"tindak_lanjut": follow, "alasan_tindak_lanjut": "Penawaran tidak memenuhi syarat teknis dalam KAK."}


def _a03(plan: Plan, n: int, day: date, round_: int) -> dict[str, Value]:
    if plan.path == "tolak" and round_ == 1:
        return {"persetujuan": "tidak_sependapat", "alasan": "Harga negosiasi perlu ditinjau ulang."}
    return {"persetujuan": "terima", "nomor_sppbj": f"027/{n}/SPPBJ/{day.year}", "tgl_sppbj": day}


def _a05(plan: Plan, n: int, day: date, _: int) -> dict[str, Value]:
    contract = {"jenis_dokumen_kontrak": "spk", "nomor_kontrak": f"000.3.2/{n}/SPK/{day.year}", "tgl_kontrak": day}
    begin = {"nomor_spmk": f"000.3.2/{n}/SPMK/{day.year}", "tgl_mulai_kerja": day, "jangka_waktu_hari": Decimal(90)}
    return contract | begin | {"nilai_kontrak": Decimal(110_000_000 + 2_500_000 * n)}


def _a06(plan: Plan, n: int, day: date, round_: int) -> dict[str, Value]:
    asked = {"nomor_permintaan": f"{n}/SP/{day.year}", "tgl_permintaan": day, "tgl_presentasi": day}
    return asked | {"versi_aplikasi": f"1.{round_ - 1}", "kemajuan_persen": Decimal(100)}


def _a07(plan: Plan, n: int, day: date, round_: int) -> dict[str, Value]:
    if plan.path == "perbaikan" and round_ == 1:
        return {"keputusan": "perbaikan", "catatan": "Laporan bulanan belum dapat dicetak.", "hasil_uji": ["fungsi"]}
    tested = ["fungsi", "keamanan", "data", "kinerja", "panduan", "kode_sumber"]
    return {"keputusan": "diterima", "hasil_uji": tested, "nomor_bast": f"{n}/BAST/{day.year}", "tgl_bast": day}


def _a08(plan: Plan, n: int, day: date, _: int) -> dict[str, Value]:
    given = {"nomor_ba_penyerahan": f"{n}/BA/{day.year}", "tgl_ba_penyerahan": day}
    return given | {"tgl_permintaan_pemeriksaan": day}


def _a09a(plan: Plan, n: int, day: date, round_: int) -> dict[str, Value]:
    if plan.path == "kurang" and round_ == 1:
        return {"hasil_pemeriksaan": "kurang", "daftar_kekurangan": "SK PPK dan dokumen RUP belum dilampirkan."}
    checked = ["penganggaran", "sk_ppk", "perencanaan", "rup", "persiapan", "pemilihan", "kontrak", "serah_terima"]
    made = {"nomor_ba_pemeriksaan": f"{n}/BAP/{day.year}", "tgl_ba_pemeriksaan": day}
    return {"hasil_pemeriksaan": "lengkap", "dokumen_diperiksa": checked} | made


def _a09x(plan: Plan, n: int, day: date, _: int) -> dict[str, Value]:
    return {"keterangan_dilengkapi": "SK PPK dan cetakan RUP sudah dilampirkan.", "tgl_dilengkapi": day}


def _a09b(plan: Plan, n: int, day: date, _: int) -> dict[str, Value]:
    asset = {"nama_aset": f"Aplikasi {plan.title}", "kode_barang": "1.5.3.01.01.01", "nomor_register": f"{n:06d}"}
    worth = {"tahun_perolehan": Decimal(day.year), "nilai_perolehan": Decimal(110_000_000 + 2_500_000 * n)}
    return asset | worth | {"aplikasi_pencatat": "simda_bmd", "lokasi_simpan": "Ruang peladen Diskominfo"}


def _a10(plan: Plan, n: int, day: date, _: int) -> dict[str, Value]:
    given = {"opd_penerima": plan.opd, "nomor_bast_opd": f"{n}/BAST-OPD/{day.year}", "tgl_bast_opd": day}
    if n % 2:
        return given | {"bentuk_penyerahan": "hanya_digunakan"}
    return given | {"bentuk_penyerahan": "penggunaan_dan_pemeliharaan", "penanggung_jawab_pemeliharaan": "Tim TI OPD"}


def _a11(plan: Plan, n: int, day: date, _: int) -> dict[str, Value]:
    person = {"penerima_nama": "Siti Halimah Rekaan", "penerima_jabatan": "Kepala Subbagian Umum"}
    person |= {"penerima_status": "pns", "penerima_nip": "199001012015012001"}
    held = {"tgl_sosialisasi": day, "tgl_pelatihan": day, "jumlah_peserta_pelatihan": Decimal(12)}
    return person | held | {"konfirmasi_terima": True, "kepuasan": "5"}


_ANSWERS: dict[str, Any] = {
    "A01": _a01,
    "A02": _a02,
    "A02X": _a02x,
    "A03": _a03,
    "A05": _a05,
    "A06": _a06,
    "A07": _a07,
    "A08": _a08,
    "A09a": _a09a,
    "A09x": _a09x,
    "A09b": _a09b,
    "A10": _a10,
    "A11": _a11,
}
