"""The 40 cases of the demo: what each is about, how far it has come, and by which path."""

from dataclasses import dataclass
from datetime import timedelta

STRAIGHT = ["A01", "A02", "A03", "A05", "A06", "A07", "A08", "A09a", "A09b", "A10", "A11"]
PATHS = {
    "lurus": STRAIGHT,
    "gagal": ["A01", "A02", "A02X", "A02", "A03", "A05", "A06", "A07", "A08", "A09a", "A09b", "A10", "A11"],
    "batal": ["A01", "A02", "A02X"],
    "tolak": ["A01", "A02", "A03", "A02", "A03", "A05", "A06", "A07", "A08", "A09a", "A09b", "A10", "A11"],
    "perbaikan": ["A01", "A02", "A03", "A05", "A06", "A07", "A06", "A07", "A08", "A09a", "A09b", "A10", "A11"],
    "kurang": ["A01", "A02", "A03", "A05", "A06", "A07", "A08", "A09a", "A09x", "A09a", "A09b", "A10", "A11"],
    "putus": ["A01", "A02", "A03", "A05"],
}
PACE = {  # how long a step takes before it is completed
    "A01": timedelta(days=3),
    "A02": timedelta(days=9),
    "A02X": timedelta(days=1),
    "A03": timedelta(days=1),
    "A05": timedelta(days=5),
    "A06": timedelta(days=38),
    "A07": timedelta(days=3),
    "A08": timedelta(minutes=25),
    "A09a": timedelta(minutes=50),
    "A09b": timedelta(minutes=70),
    "A09x": timedelta(days=1),
    "A10": timedelta(minutes=9),
    "A11": timedelta(minutes=80),
}


@dataclass(frozen=True)
class Plan:
    """One case: `steps` of its path are done, the last of them `rest` ago."""

    title: str
    opd: str
    steps: int
    rest: timedelta = timedelta(hours=3)
    path: str = "lurus"
    kind: str = "pembuatan"
    held: bool = True  # somebody has taken what is open now
    race: bool = False  # two people complete its first step at once

    def elements(self) -> list[str]:
        return PATHS[self.path][: self.steps]


def _days(number: float) -> timedelta:
    return timedelta(days=number)


PLANS = (
    Plan("Rekam Medis Ringkas Puskesmas", "Dinas Kesehatan", 11, _days(6)),
    Plan("Sistem Antrean Puskesmas", "Dinas Kesehatan", 2, _days(8)),
    Plan("Pengaduan Warga Terpadu", "Dinas Komunikasi dan Informatika", 0, _days(2)),
    Plan("Dasbor Harga Pangan", "Dinas Pangan, Pertanian dan Perikanan", 0, _days(0.2)),
    Plan("Peningkatan e-Retribusi Pasar", "Dinas Perdagangan", 2, _days(1), kind="peningkatan"),
    Plan("Peta Jaringan Serat Optik", "Dinas Komunikasi dan Informatika", 5, _days(1)),
    Plan("Arsip Digital Kelurahan", "Kecamatan Contoh Barat", 8, _days(1), "kurang"),
    Plan("Izin Praktik Tenaga Kesehatan", "Dinas Kesehatan", 13, _days(10), "kurang"),
    Plan("Presensi Wajah Guru", "Dinas Pendidikan", 13, _days(20), "perbaikan"),
    Plan("Bank Data Kemiskinan", "Dinas Sosial", 6, _days(2), "perbaikan"),
    Plan("Jadwal Angkutan Sungai", "Dinas Perhubungan", 3, _days(3), "batal"),
    Plan("Pajak Reklame Daring", "Badan Keuangan Daerah", 3, _days(1), "gagal"),
    Plan("Layanan Pemakaman", "Dinas Perumahan dan Permukiman", 2, _days(5), "gagal"),
    Plan("Perpustakaan Keliling", "Dinas Perpustakaan", 4, _days(30), "putus"),
    Plan("Sewa Gedung Serbaguna", "Badan Keuangan Daerah", 3, _days(2), "tolak"),
    Plan("Pantau Banjir Rob", "Badan Penanggulangan Bencana", 4, _days(12)),
    Plan("Kartu Nelayan Elektronik", "Dinas Pangan, Pertanian dan Perikanan", 4, _days(40)),
    Plan("Antar Obat ke Rumah", "RSUD Contoh", 4, _days(95)),
    Plan("Surat Keterangan Daring", "Kecamatan Contoh Timur", 1, _days(3)),
    Plan("Penilaian Kinerja Lurah", "Sekretariat Daerah", 1, _days(12), kind="peningkatan"),
    Plan("Katalog UMKM", "Dinas Koperasi", 1, _days(29)),
    Plan("Peta Wisata Budaya", "Dinas Pemuda, Olahraga dan Pariwisata", 3, _days(4)),
    Plan("Tiket Taman Alun Kapuas", "Dinas Pemuda, Olahraga dan Pariwisata", 3, _days(21)),
    Plan("Cuti Pegawai", "Badan Kepegawaian", 6, _days(0.1), kind="peningkatan"),
    Plan("Aset Jalan Lingkungan", "Dinas Pekerjaan Umum", 6, _days(4)),
    Plan("Parkir Nontunai", "Dinas Perhubungan", 7, _days(0.1)),
    Plan("Lelang Barang Sitaan", "Satuan Polisi Pamong Praja", 7, _days(2)),
    Plan("Verifikasi Bansos", "Dinas Sosial", 8, _days(0.1)),
    Plan("Pohon Kota", "Dinas Lingkungan Hidup", 8, _days(3)),
    Plan("Bank Sampah", "Dinas Lingkungan Hidup", 9, _days(0.05)),
    Plan("Kampung Iklim", "Dinas Lingkungan Hidup", 9, _days(1)),
    Plan("Balai Warga", "Kecamatan Contoh Selatan", 10, _days(0.05)),
    Plan("Rujukan Berjenjang", "RSUD Contoh", 10, _days(2)),
    Plan("Beasiswa Daerah", "Dinas Pendidikan", 11, _days(35)),
    Plan("Zonasi Sekolah", "Dinas Pendidikan", 0, _days(9), race=False, held=False),
    Plan("Imunisasi Keliling", "Dinas Kesehatan", 1, _days(2), race=True),
    Plan("Buku Tamu Digital", "Sekretariat Daerah", 0, _days(4), held=False),
    Plan("Simpul Data Spasial", "Badan Perencanaan", 2, _days(2), held=False),
    Plan("Sidang Tipiring", "Satuan Polisi Pamong Praja", 3, _days(9), "tolak"),
    Plan("Pelaporan Gizi Balita", "Dinas Kesehatan", 5, _days(2), "perbaikan"),
)
