"""What must hold before it is safe to start, and what an operator should know: checks, each with its remedy."""

import os
import shutil
import stat
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from engine import accounts, clock, database, history, incidents, outbox, people, scanner, starts, timers
from engine.database import Database
from engine.errors import SystemNotReady
from engine.model import Channel, HistoryEvent
from engine.transaction import PRAGMAS

LEAST_FREE = 500  # megabytes
MEGA = 1_000_000
SHORTEST_SECRET, FEWEST_LETTERS = 32, 10
SECRET_PERIOD = timedelta(days=730)  # NIST SP 800-57: up to two years for a key that seals and signs
SKEW, WORST_SKEW = timedelta(seconds=5), timedelta(seconds=60)
POSTGRES = dict.fromkeys(("fsync", "full_page_writes", "synchronous_commit"), "on")  # an answer survives a power cut
ALLOWED = "SOPAN_ALLOW_DATA_LOSS"  # "yes" makes a database that forgets a warning: for tests and throw-away data
NOW = {
    "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')",
    "postgresql": "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US+00:00')",
}


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """What a check saw, and what to do about it."""

    level: Level
    seen: str
    todo: str = ""
    name: str = ""


@dataclass(frozen=True)
class Place:
    """What is examined: a data folder with its database, in an environment."""

    found: Database
    least_free: int = LEAST_FREE  # megabytes
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)


def debug(place: Place) -> Finding:
    """Flask's debugger runs what a visitor types."""
    value = place.environment.get("FLASK_DEBUG", "")
    if value.lower() in ("", "0", "false", "no"):
        return Finding(Level.OK, "mode debug mati")
    return Finding(Level.ERROR, f"FLASK_DEBUG={value}", "Hapus FLASK_DEBUG dari lingkungan.")


def secret(place: Place) -> Finding:
    """The key that signs cookies: whoever knows it is anybody."""
    path = place.found.folder / "secret"
    if not path.exists():
        return Finding(Level.OK, "belum ada; dibuat saat peladen pertama kali berjalan")
    before = path.with_name("secret-before")
    text, mode = path.read_text().strip(), stat.S_IMODE(path.stat().st_mode)
    mode |= stat.S_IMODE(before.stat().st_mode) if before.exists() else 0
    anew = (
        f"Hentikan peladen, hapus {path}, jalankan lagi: kunci baru dibuat, semua orang masuk lagi, "
        "dan kode kedua dipasang ulang."
    )
    if len(text) < SHORTEST_SECRET or len(set(text)) < FEWEST_LETTERS:
        return Finding(Level.ERROR, f"kunci terlalu pendek atau mudah ditebak ({len(text)} huruf)", anew)
    if mode & 0o077:
        return Finding(Level.ERROR, f"kunci dapat dibaca orang lain ({mode:o})", f"chmod 600 {path}*. {anew}")
    if clock.system() - datetime.fromtimestamp(path.stat().st_mtime, UTC) > SECRET_PERIOD:
        todo = "Ganti kuncinya: docs/how-to/renew-the-secret.md."
        return Finding(Level.WARNING, f"kunci berumur lebih dari {SECRET_PERIOD.days} hari", todo)
    return Finding(Level.OK, f"{len(text)} huruf, hanya dibaca pemiliknya")


def folder(place: Place) -> Finding:
    """The data folder holds personal data."""
    path = place.found.folder
    mode = stat.S_IMODE(path.stat().st_mode)
    if not os.access(path, os.W_OK | os.X_OK):
        return Finding(Level.ERROR, f"{path} tidak dapat ditulisi", "Jalankan sebagai pemilik folder itu.")
    if mode & 0o022:
        return Finding(Level.ERROR, f"{path} dapat ditulisi orang lain ({mode:o})", f"chmod 700 {path}")
    if mode & 0o055:
        return Finding(Level.WARNING, f"{path} dapat dibaca orang lain ({mode:o})", f"chmod 700 {path}")
    return Finding(Level.OK, f"{path}, hanya untuk pemiliknya")


def disk(place: Place) -> Finding:
    """A full disk stops every step."""
    free = shutil.disk_usage(place.found.folder).free // MEGA
    seen = f"{free} MB kosong, batasnya {place.least_free} MB"
    if free < place.least_free:
        return Finding(Level.ERROR, seen, "Kosongkan atau perbesar cakram, atau turunkan --min-free-mb.")
    if free < 2 * place.least_free:
        return Finding(Level.WARNING, seen, "Cakram hampir penuh: siapkan tempat.")
    return Finding(Level.OK, seen)


def zone(place: Place, name: str = people.ZONE.key) -> Finding:
    """Without the time zone database no deadline is right."""
    try:
        offset = datetime(2026, 1, 1, tzinfo=zoneinfo.ZoneInfo(name)).utcoffset()
    except zoneinfo.ZoneInfoNotFoundError:
        return Finding(Level.ERROR, f"{name} tidak dikenal", "Pasang paket tzdata.")
    right = offset == timedelta(hours=7)
    todo = "" if right else "Pasang ulang paket tzdata."
    return Finding(Level.OK if right else Level.ERROR, f"{name}, UTC+{offset}", todo)


def durability(place: Place) -> Finding:
    """What was answered must survive a power cut."""
    engine = place.found.engine
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        wanted = PRAGMAS if sqlite else POSTGRES
        ask = "PRAGMA" if sqlite else "SHOW"
        found = {name: connection.exec_driver_sql(f"{ask} {name}").scalar() for name in wanted}
    wrong = [f"{name} = {found[name]}, seharusnya {value}" for name, value in wanted.items() if found[name] != value]
    if wrong:
        level = Level.WARNING if place.environment.get(ALLOWED) == "yes" else Level.ERROR
        return Finding(level, "; ".join(wrong), "Basis data tidak menyimpan dengan aman; ubah setelannya.")
    return Finding(Level.OK, ", ".join(f"{name}={value}" for name, value in found.items()))


def schema(place: Place) -> Finding:
    """The program and its tables must fit. If they do, the checks that follow read the database's clock."""
    found, newest = database.version(place.found), database.newest()
    if found == newest:
        database.follow(place.found)
        return Finding(Level.OK, f"skema {found}")
    if found is None or database.is_known(found):
        return Finding(Level.ERROR, f"skema {found or 'kosong'}, seharusnya {newest}", "Jalankan: sopan db upgrade.")
    return Finding(Level.ERROR, f"skema {found} tidak dikenal", "Basis data ini milik Sopan yang lebih baru.")


def triggers(place: Place) -> Finding:
    """The history may only grow."""
    with place.found.session() as session:
        missing = history.missing_triggers(session)
    if missing:
        todo = "Riwayat tidak terlindung. Jangan ubah apa pun, salin foldernya, hubungi auditor."
        return Finding(Level.ERROR, f"hilang atau berubah: {', '.join(missing)}", todo)
    return Finding(Level.OK, "riwayat hanya dapat bertambah")


def clocks(place: Place) -> Finding:
    """Deadlines and history take the machine's time for true."""
    engine = place.found.engine
    with engine.connect() as connection:
        told = datetime.fromisoformat(connection.exec_driver_sql(NOW[engine.dialect.name]).scalar_one())
    return skew(told.astimezone(UTC) - clock.system())


def skew(ahead: timedelta) -> Finding:
    """How far the database's clock is ahead of the machine's."""
    seen = f"jam basis data berbeda {abs(ahead.total_seconds()):.1f} detik dari jam mesin ini"
    level = Level.ERROR if abs(ahead) > WORST_SKEW else Level.WARNING if abs(ahead) > SKEW else Level.OK
    return Finding(level, seen, "" if level is Level.OK else "Samakan jam kedua mesin (NTP).")


def last_event(place: Place) -> Finding:
    """A history that ends after now: the clock was ahead then, or is behind now."""
    with place.found.session() as session:
        last = session.scalar(sa.select(sa.func.max(HistoryEvent.at)))
    if last is None:
        return Finding(Level.OK, "belum ada peristiwa")
    if last > clock.business() + SKEW:
        todo = "Jam mesin mundur, atau pernah terlalu maju. Periksa jam (NTP) sebelum menjalankan."
        return Finding(Level.ERROR, f"peristiwa terakhir bertanggal {last:%Y-%m-%d %H:%M} UTC, di masa depan", todo)
    return Finding(Level.OK, f"peristiwa terakhir {last:%Y-%m-%d %H:%M} UTC")


def codes(place: Place) -> Finding:
    """Who has a second code that does not open stands at the door."""
    path = place.found.folder / "secret"
    with place.found.session() as session:
        box = accounts.Box(path.read_text() if path.exists() else "", place.found.former_secrets())
        found = accounts.standing(session, box)
    old = f", {found.old} dengan cara lama (disegel ulang saat dipakai)" if found.old else ""
    if not found.lost:
        return Finding(Level.OK, f"{found.sealed} kode kedua tersegel{old}")
    todo = "Pulihkan berkas secret di folder data, atau lupakan kode kedua akun itu."
    return Finding(Level.WARNING, f"{found.lost} dari {found.sealed} kode kedua tidak terbuka{old}", todo)


def worker(place: Place) -> Finding:
    """Somebody must fire what falls due."""
    with place.found.session() as session:
        standing = timers.standing(session)
    if timers.asleep(standing):
        seen = f"{standing.due} pewaktu jatuh tempo sejak {standing.since:%Y-%m-%d %H:%M} UTC"
        return Finding(Level.ERROR, seen, "Jalankan sopan worker, atau sopan serve --with-worker.")
    return Finding(Level.OK, f"{standing.waiting} pewaktu menunggu, {standing.due} jatuh tempo")


def stuck(place: Place) -> Finding:
    """Timers that an incident holds."""
    with place.found.session() as session:
        number = timers.standing(session).stuck + len(starts.stuck(session))
    level, todo = (Level.WARNING, "Buka halaman Operasi, Kegagalan.") if number else (Level.OK, "")
    return Finding(level, f"{number} pewaktu tertahan", todo)


def failures(place: Place) -> Finding:
    """What waits for a person."""
    with place.found.session() as session:
        number = incidents.number(session)
    level, todo = (Level.WARNING, "Buka halaman Operasi, Kegagalan.") if number else (Level.OK, "")
    return Finding(level, f"{number} kegagalan menunggu", todo)


def settings(place: Place) -> Finding:
    """Where letters go must be right before any leaves."""
    todo = "Baca docs/how-to/notifications.md."
    try:
        found = outbox.read(place.environment)
    except SystemNotReady as error:
        return Finding(Level.ERROR, str(error), todo)
    if Channel.MAIL in found.channels:
        return Finding(Level.OK, f"{', '.join(sorted(found.channels))}; tautan {found.base}")
    return Finding(Level.WARNING, "surel belum diatur: tidak ada pemberitahuan lewat surel", todo)


def letters(place: Place) -> Finding:
    """What should have left and did not."""
    with place.found.session() as session:
        found = outbox.standing(session)
    seen = f"{found.waiting} kabar menunggu, {found.failed} gagal"
    if found.age > outbox.OLD.total_seconds() or found.failed:
        return Finding(Level.WARNING, seen, "Buka halaman Operasi, Pemberitahuan.")
    return Finding(Level.OK, seen)


def scanning(place: Place) -> Finding:
    """A scanner that cannot be run lets no file in."""
    words = scanner.command(place.environment)
    if not words:
        return Finding(Level.OK, "tidak disetel: unggahan tidak dipindai")
    if shutil.which(words[0]) is None:
        todo = f"Semua unggahan ditolak. Pasang pemindainya, perbaiki {scanner.SETTING}, atau hapus."
        return Finding(Level.WARNING, f"{words[0]} tidak ditemukan atau tidak dapat dijalankan", todo)
    return Finding(Level.OK, f"setiap unggahan dipindai: {words[0]}")


Check = Callable[[Place], Finding]
OUTSIDE: dict[str, Check] = {"debug": debug, "secret": secret, "folder": folder, "disk": disk, "time-zone": zone}
OUTSIDE |= {"mail": settings, "scanner": scanning}
INSIDE: dict[str, Check] = {"durability": durability, "schema": schema}
ROWS: dict[str, Check] = {"triggers": triggers, "clock": clocks, "last-event": last_event, "second-codes": codes}
RUNNING: dict[str, Check] = {"worker": worker, "stuck-timers": stuck, "incidents": failures, "outbox": letters}
BEFORE_START = OUTSIDE | INSIDE | ROWS


def examine(place: Place, checks: Mapping[str, Check] = BEFORE_START | RUNNING) -> list[Finding]:
    """Every check in order. What needs tables is left out, with a warning, where the schema is not ours."""
    return list(_examine(place, checks))


def must_be_safe(place: Place) -> None:
    """Raises SystemNotReady with everything that forbids a start."""
    wrong = [found for found in examine(place, BEFORE_START) if found.level is Level.ERROR]
    if wrong:
        raise SystemNotReady("\n".join(f"{found.name}: {found.seen}. {found.todo}" for found in wrong))


def _examine(place: Place, checks: Mapping[str, Check]) -> Iterator[Finding]:
    without = ""
    for name, check in checks.items():
        if without and name not in OUTSIDE:
            yield Finding(Level.WARNING, f"tidak diperiksa: {without}", name=name)
            continue
        found = _run(check, place)
        if found.level is Level.ERROR and name in INSIDE:
            without = f"{name} tidak beres"
        yield Finding(found.level, found.seen, found.todo, name)


def _run(check: Check, place: Place) -> Finding:
    try:
        return check(place)
    except (SystemNotReady, DatabaseError, OSError) as error:
        text = str(error.orig) if isinstance(error, DatabaseError) else str(error)
        return Finding(Level.ERROR, text, "Periksa apakah basis data dan foldernya dapat dipakai.")
