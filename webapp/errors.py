"""What the engine refuses, as an answer: a status, a sentence, and what to do now. Never a 500 for bad input."""

import errno
import logging
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, jsonify, make_response, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from engine import errors, incidents
from engine.errors import EngineError
from webapp.security import PUBLIC, SESSION, cookie
from webapp.store import database
from webapp.words import say, translated

FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EROFS)
log = logging.getLogger("sopan.web")
STATUS: dict[type[EngineError], int] = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.NotReady: 409,
    errors.Conflict: 409,
    errors.AlreadyDone: 409,
    errors.BadForm: 422,
    errors.Rejected: 422,
    errors.Refused: 422,
    errors.BadValue: 422,
    errors.BadTime: 422,
    errors.BrokenState: 409,
    errors.SystemNotReady: 503,
}


@dataclass(frozen=True)
class Advice:
    """What an error page says: what is so, and what to do."""

    title: str
    todo: str


def advices() -> dict[int, Advice]:
    """The words for each status, in the language of the page."""
    return {
        400: Advice(say("Permintaan ini tidak dapat dibaca."), say("Kembali ke halaman sebelumnya, lalu coba lagi.")),
        403: Advice(
            say("Anda tidak berwenang membuka halaman ini."),
            say("Bila menurut Anda ini keliru, hubungi operator dinas dan sebutkan nomor berkasnya."),
        ),
        404: Advice(
            say("Halaman atau berkas itu tidak ada."), say("Periksa alamat atau nomornya, atau cari di daftar berkas.")
        ),
        405: Advice(say("Halaman ini tidak dapat dibuka dengan cara itu."), say("Mulai lagi dari kotak tugas.")),
        409: Advice(
            say("Belum dapat dilakukan karena keadaannya sudah berubah."),
            say("Tidak ada yang disimpan dua kali. Buka kotak tugas untuk melihat keadaan sekarang."),
        ),
        413: Advice(
            say("Kiriman Anda terlalu besar."),
            say("Satu kiriman paling besar 25 MB. Unggah dokumen satu per satu, atau perkecil hasil pindaiannya."),
        ),
        422: Advice(
            say("Ada isian yang belum benar."), say("Kembali ke halaman sebelumnya, perbaiki, lalu kirim lagi.")
        ),
        429: Advice(say("Terlalu banyak percobaan."), say("Tunggu sebentar, lalu coba lagi.")),
        500: Advice(
            say("Terjadi kesalahan pada sistem."),
            say("Pekerjaan terakhir Anda tidak disimpan. Coba lagi; bila terulang, hubungi operator dinas."),
        ),
        503: Advice(say("Sistem belum siap."), say("Coba lagi beberapa menit lagi, atau hubungi operator dinas.")),
    }


def handle(app: Flask) -> None:
    """Answer every refusal with a page, or with JSON where JSON was asked for."""
    app.register_error_handler(EngineError, _engine)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(SecurityError, _unknown_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _away)
    app.register_error_handler(OSError, _away)


def status_of(error: EngineError) -> int:
    """The status that tells a browser what kind of refusal this is."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 422)


def _engine(error: EngineError) -> Any:
    if isinstance(error, errors.BrokenState):
        incidents.met(database().session, error)
    status = status_of(error)
    if status >= 500:
        log.error("not ready: %s", error)
    return _answer(status, translated(error))


def _forged(error: CSRFError) -> Any:
    if request.endpoint not in PUBLIC and not current_user.is_authenticated:  # signed out in another window
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if cookie(SESSION) not in request.cookies:
        return _answer(
            400,
            say("Peramban ini tidak mengirim kuki Sopan. Buka Sopan dengan https, izinkan kukinya, lalu coba lagi."),
        )
    return _answer(400, say("Halaman ini sudah terlalu lama terbuka. Muat ulang, lalu kirim lagi."))


def _unknown_host(error: SecurityError) -> Any:
    return say("Alamat ini tidak dikenal oleh sistem."), 400, {"Content-Type": "text/plain; charset=utf-8"}


def _away(error: DBAPIError | OSError) -> Any:
    """The database cannot be reached or the disk is full: nothing was stored, and it can be sent again later. What no
    database can hold is told to who sent it. Any other fault of a statement or a file is ours, and stays a 500."""
    if isinstance(error, DataError):
        return _answer(422, say("Ada isian yang tidak dapat disimpan: terlalu panjang, atau memuat karakter nol."))
    if isinstance(error, DBAPIError):
        ours = getattr(error.orig, "sqlite_errorname", "") == "SQLITE_ERROR"  # as a table that is not there
        away = isinstance(error, OperationalError) and not ours or error.connection_invalidated
    else:
        away = error.errno in FULL
    if not away:
        raise error
    log.error("the database or the disk is away: %s", error)
    return _answer(503, say("Basis data atau penyimpanan sedang tidak dapat dipakai. Tidak ada yang disimpan."))


def _http(error: HTTPException) -> Any:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    answer = _answer(error.code, None)
    if error.code == 405:
        answer.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    return answer


def _answer(status: int, sentence: str | None) -> Any:
    found = advices()
    advice = found.get(status) or found[500 if status >= 500 else 400]
    title = sentence or advice.title
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        answer = jsonify(ok=False, error=title)
        answer.status_code = status
        return answer
    g.plain = status >= 500  # the page of a broken system asks the database for nothing
    page = render_template("error.html", status=status, title=title, todo=advice.todo, case=g.get("case"))
    return make_response(page, status)
