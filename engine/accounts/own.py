"""What people do with their own account. Whether it is them, the password or a code says."""

from sqlalchemy.orm import Session

from engine.accounts import codes, tries
from engine.accounts.finding import find, held
from engine.accounts.sealing import Box
from engine.accounts.signing import needs_code, sign_out_everywhere
from engine.errors import NotAllowed


def change_password(session: Session, account_id: str, matched: bool, password: str, token: str) -> int | None:
    """Set the password whose hash is given, if the old one matched: every other browser is signed out. None, or the
    seconds to wait: a wrong old password counts like one at the door."""
    if (seconds := _proves(session, account_id, matched)) is not None:
        return seconds
    held(session, account_id).password = password
    sign_out_everywhere(session, account_id, but=token)
    return None


def set_up_codes(session: Session, account_id: str, matched: bool, sealed: str, code: str, box: Box) -> int | list[str]:
    """Set up a second code, if the password matched; an account without one needs none. The recovery codes, or the
    seconds to wait. Raises BadForm, Conflict."""
    if find(session, account_id).password and (seconds := _proves(session, account_id, matched)) is not None:
        return seconds
    return codes.set_up(session, account_id, sealed, code, box)


def renew_codes(session: Session, account_id: str, code: str, box: Box) -> int | list[str]:
    """New recovery codes, for a second code; or the seconds to wait."""
    if (seconds := _shows(session, account_id, code, box)) is not None:
        return seconds
    return codes.renew(session, account_id)


def drop_codes(session: Session, account_id: str, code: str, box: Box) -> int | None:
    """No second code any more, for a second code. None, or the seconds to wait. Raises NotAllowed for a key role."""
    if needs_code(session, find(session, account_id).person_id):
        raise NotAllowed("Peran Anda mewajibkan kode kedua.")
    if (seconds := _shows(session, account_id, code, box)) is not None:
        return seconds
    codes.forget(session, held(session, account_id))
    return None


def _shows(session: Session, account_id: str, code: str, box: Box) -> int | None:
    name = find(session, account_id).username
    if seconds := tries.waits(session, name):
        return seconds
    return None if codes.accept(session, account_id, code, box) else tries.failed(session, name)


def _proves(session: Session, account_id: str, matched: bool) -> int | None:
    name = find(session, account_id).username
    if seconds := tries.waits(session, name):
        return seconds
    return None if matched else tries.failed(session, name)
