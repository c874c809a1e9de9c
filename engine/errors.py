"""Everything the engine can refuse. The docstring is the message; the shells map a class to a status or exit code."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file: which file, which element, which rule, how bad, and what to do about it."""

    file: str
    element: str | None
    rule: str
    severity: str  # "error" | "warning"
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.element or '-'}: {self.message} ({self.rule})"


class EngineError(Exception):
    """The engine refused the command."""

    def __init__(self, message: str | None = None, **values: str) -> None:
        text = message or (self.__doc__ or "").strip()
        super().__init__(text.format(**values) if values else text)
        self.text, self.values = text, values  # the untranslated sentence and what fills it, for a translated page


class NotFound(EngineError):
    """Tidak ada data dengan nomor itu."""


class NotAllowed(EngineError):
    """Anda tidak berwenang untuk tindakan ini."""


class NotReady(EngineError):
    """Tugas ini tidak sedang terbuka."""


class Conflict(EngineError):
    """Berkas ini baru saja diubah orang lain. Muat ulang lalu coba lagi."""


class AlreadyDone(Conflict):
    """Sudah dikerjakan oleh {who} pukul {at}."""


class StaleDraft(Conflict):
    """Draf ini sudah diubah oleh {who} pukul {at} di jendela lain, sesudah halaman ini dibuka."""


class Refused(EngineError):
    """Langkah ini tidak dapat dijalankan dengan benar, maka tidak ada yang disimpan."""


class BrokenState(EngineError):
    """Keadaan berkas ini rusak dan tidak terbaca. Tidak ada yang diubah; operator melihatnya di halaman Operasi."""


class BadValue(EngineError):
    """Nilai itu tidak dapat dibaca."""


class Infected(BadValue):
    """Pemindai virus menolak {name}, maka tidak disimpan. Periksa perangkat asalnya, lalu unggah yang bersih."""


class BadTime(EngineError):
    """Waktu itu tidak dapat dibaca."""


class SystemNotReady(EngineError):
    """Sistem belum siap."""


class Rejected(EngineError):
    """The files break rules that must hold before they can be deployed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = list(problems)


class BadForm(EngineError):
    """Isian belum lengkap atau belum benar."""

    def __init__(self, errors: Sequence["FieldError"]) -> None:
        super().__init__("; ".join(f"{error.field}: {error}" for error in errors))
        self.errors = list(errors)


@dataclass(frozen=True)
class FieldError:
    """One field that a form's checker does not accept: a sentence to translate, and what fills it."""

    field: str
    text: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.text.format(**dict(self.values))


def unnamed(error: Exception) -> str:
    """What a log may say of an error: of a refusal its sentence, without the names and values that fill it."""
    if isinstance(error, BadForm):
        return "; ".join(f"{one.field}: {one.text}" for one in error.errors)
    return error.text if isinstance(error, EngineError) else str(error)
