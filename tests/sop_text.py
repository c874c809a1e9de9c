"""The rows of the first SOP word for word, typing errors too: nomor, kegiatan, kelengkapan, waktu, output."""

SOP = [
    (
        "1",
        "membuat HPS dan KAK untuk pembuatan aplikasi yang telah dianggarkan kemudian menyerahkan kepada "
        "Panitia/Pejabat Barang dan Jasa untuk melakukan pemilihan penyedia. Hasil dari pemilihan "
        "penyedia diberikan kepada PPK",
        "HPS dan KAK",
        "5 hari",
        "HPS dan KAK",
    ),
    (
        "2",
        "Melakukan pemilihan penyedia pembuatan aplikasi/software, setelah ditentukan pemenangnya "
        "kemudian memberikan hasil pemilihan kepada PPK",
        "HPS dan KAK",
        "7 - 20 Hari",
        "HPS dan KAK, sera surat administrasi lainnya",
    ),
    (
        "3",
        "Menerima hasil pemilihan penyedia, kemudian melakukan proses administrasi pembuatan aplikasi "
        "dibantu oleh PPTK",
        "HPS dan KAK, serta surat kelengkapan lainnya",
        "1 - 3 hari",
        "HPS dan KAK, sera surat administrasi lainnya",
    ),
    (
        "5",
        "Melakukan proses admininstrasi pembuatan aplikasi",
        "Dokumen kontrak",
        "1 - 14 hari",
        "Pelaksanaan kegiatan telah dilaksanakan",
    ),
    (
        "6",
        "Proses Pembuatan/Peningkatan Aplikasi, setelah selesai kemudian mempresentasikan kepada PPK",
        "KAK, Komputer, printer, dll",
        "60-90 hari kalender",
        "Pelaksanaan kegiatan telah dilaksanakan",
    ),
    (
        "7",
        "Menerima aplikasi yang sudah selesai di buat/di tingkatkan, kemudian menyerahkan kepada PA",
        "Dokumen kontrak, CD Aplikasi, Buku Panduan",
        "60-90 hari kalender",
        "Pelaksanaan kegiatan telah dilaksanakan",
    ),
    (
        "8",
        "Menerima Dokumen Kontrak, CD Aplikasi dan Buku Laporan/Panduan, kemudian meminta Pejabat "
        "Pemeriksa Hasil Pekerjaan untuk memeriksa administrasi serta meminta Penyimpan Barang untuk "
        "menyimpan dan mencatat sebagai aset.",
        "Dokumen kontrak, CD Aplikasi, Buku Panduan",
        "60 menit",
        "Pelaksanaan kegiatan telah dilaksanakan",
    ),
    (
        "9",
        "PPHP memeriksa kelengkapan administrasi serta Penyimpan barang menyimpan aplikasi dan mencatat "
        "nya ke dalam aset dinas.",
        "Dokumen kontrak, CD Aplikasi, Buku Panduan",
        "120 menit",
        "Pelaksanaan kegiatan telah dilaksanakan",
    ),
    (
        "10",
        "Menerima informasi dari Penyimpan Barang jika aplikasi sudah dicatat di aset, serta Pejabat "
        "Pemeriksa Hasil Pekerjaan sudah memeriksa aplikasi. Kemudian aplikasi diserahkan kepada OPD "
        "dimana aplikasi diserahkan ke OPD hanya digunakan oleh OPD, atau diserahkan proses penggunaan "
        "dan maintenancenya",
        "Dokumen pemeriksaan dan pencatatan aset",
        "15 menit",
        "Pelaksanaan kegiatan telah dilaksanakan",
    ),
    (
        "11",
        "OPD menerima Aplikasi yang telah dibuat serta menerima sosialisasi dan pelatihan aplikasi tersebut",
        "Dokumen BA Serah Terima Aplikasi, Buku Panduan Aplikasi",
        "120 menit",
        "Pelaksanaan kegiatan telah dilaksanakan",
    ),
]
