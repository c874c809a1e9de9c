"""What invented people fill in, step by step: good text for every form of the seed SOP; and forms of one's own."""

import json

from engine import forms

MULAI = {
    "nomor_surat": "000.8/114/DKI/2026",
    "tgl_surat": "2 Februari 2026",
    "opd": "Dinas Contoh",
    "nama_paket": "Pembuatan Aplikasi Pengaduan Warga Terpadu",
    "tahun_anggaran": "2026",
}
A01 = {
    "jenis": "pembuatan",
    "kode_rup": "56482997",
    "sumber_dana": "apbd_kota",
    "nilai_pagu": "185.000.000",
    "nilai_hps": "Rp 178.750.000,00",
    "tgl_hps": "2026-02-09",
    "metode": "pengadaan_langsung",
    "jenis_kontrak": "lumsum",
    "hps_sudah_ppn": "ya",
    "kak_memuat": ["latar_belakang", "keluaran"],
}
A02 = {
    "hasil_pemilihan": "berhasil",
    "metode": "pengadaan_langsung",
    "nomor_bahp": "027/12/BAHP/2026",
    "tgl_bahp": "20-02-2026",
    "pemenang_nama": "CV Rekaan Digital",
    "pemenang_npwp": "00.000.000.0-000.000",
    "pemenang_nib": "0000000000000",
    "harga_penawaran": "176.000.000",
    "harga_negosiasi": "175.000.000",
}
A02_GAGAL = {
    "hasil_pemilihan": "gagal",
    "metode": "pengadaan_langsung",
    "nomor_bahp": "027/11/BAHP/2026",
    "tgl_bahp": "18-02-2026",
    "sebab_gagal": "b",
}
A02X = {"tindak_lanjut": "ulang", "alasan_tindak_lanjut": "Penyedia diundang kembali."}
A03 = {"persetujuan": "terima", "nomor_sppbj": "027/20/SPPBJ/2026", "tgl_sppbj": "24/02/2026"}
A05 = {
    "jenis_dokumen_kontrak": "spk",
    "nomor_kontrak": "027/21/SPK/2026",
    "tgl_kontrak": "2026-03-02",
    "nilai_kontrak": "175.000.000",
    "nomor_spmk": "027/22/SPMK/2026",
    "tgl_mulai_kerja": "2026-03-03",
    "jangka_waktu_hari": "90",
}
A06 = {
    "tgl_presentasi": "2026-05-18",
    "versi_aplikasi": "1.0.0",
    "nomor_permintaan": "12/RD/2026",
    "tgl_permintaan": "2026-05-18",
}
A07 = {
    "keputusan": "diterima",
    "hasil_uji": ["fungsi", "keamanan"],
    "nomor_bast": "027/30/BAST/2026",
    "tgl_bast": "2026-05-20",
}
A07_PERBAIKAN = {"keputusan": "perbaikan", "catatan": "Laporan bulanan belum dapat dicetak."}
A08 = {
    "nomor_ba_penyerahan": "027/31/BA/2026",
    "tgl_ba_penyerahan": "2026-05-21",
    "tgl_permintaan_pemeriksaan": "2026-05-21",
}
A09A = {
    "hasil_pemeriksaan": "lengkap",
    "dokumen_diperiksa": ["kontrak", "serah_terima"],
    "nomor_ba_pemeriksaan": "027/32/BA/2026",
    "tgl_ba_pemeriksaan": "2026-05-22",
}
A09A_KURANG = {"hasil_pemeriksaan": "kurang", "daftar_kekurangan": "SK PPK belum ada"}
A09X = {"keterangan_dilengkapi": "SK PPK disusulkan.", "tgl_dilengkapi": "2026-05-25"}
A09B = {
    "nama_aset": "Aplikasi Pengaduan Warga Terpadu",
    "kode_barang": "1.5.3.01.01.01.005",
    "nomor_register": "0001",
    "tahun_perolehan": "2026",
    "nilai_perolehan": "175.000.000",
    "aplikasi_pencatat": "simda_bmd",
    "lokasi_simpan": "Ruang arsip",
}
A10 = {
    "bentuk_penyerahan": "hanya_digunakan",
    "opd_penerima": "Dinas Contoh",
    "nomor_bast_opd": "027/40/BAST/2026",
    "tgl_bast_opd": "2026-05-26",
}
A11 = {
    "konfirmasi_terima": "ya",
    "penerima_nama": "Kasih Rekaan",
    "penerima_jabatan": "Kepala Bidang Contoh",
    "penerima_status": "pns",
    "penerima_nip": "19800101 200501 2 999",
    "tgl_sosialisasi": "2026-05-27",
    "tgl_pelatihan": "2026-05-28",
    "jumlah_peserta_pelatihan": "25",
}
WALK = [
    ("mulai", MULAI), ("a01", A01), ("a02", A02_GAGAL), ("a02x", A02X), ("a02", A02), ("a03", A03), ("a05", A05),
    ("a06", A06), ("a07", A07_PERBAIKAN), ("a06", A06), ("a07", A07), ("a08", A08), ("a09a", A09A_KURANG),
    ("a09x", A09X), ("a09a", A09A), ("a09b", A09B), ("a10", A10), ("a11", A11),
]  # fmt: skip


def form_of(*components, **more):
    """A form of one's own with these components."""
    data = {"type": "default", "id": "uji", "schemaVersion": 16, "components": list(components), **more}
    return forms.load(json.dumps(data).encode(), "uji.json")


def field_of(kind, **more):
    """A text field of one of our types."""
    return {"type": "textfield", "id": "F1", "key": "isi", "label": "Isi", "properties": {"sopan:type": kind}, **more}
