"""What is sealed at rest. A sealed text says which cipher and which key sealed it, and opens for its own place only."""

import base64
import re
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Cipher = AESGCM | ChaCha20Poly1305  # keys of 256 bits, nonces of 96
CIPHERS: dict[str, type[Cipher]] = {"a256gcm": AESGCM, "c20p1305": ChaCha20Poly1305}  # by the mark of what they seal
TODAY = "a256gcm"  # seals; the others only open. One that is broken leaves the table when nothing is sealed by it
KEY, NONCE, MARK = 32, 12, 4  # bytes
SEALED = re.compile(rf"({'|'.join(CIPHERS)})\.([0-9a-f]{{{2 * MARK}}})\.((?:[0-9a-f]{{2}}){{{NONCE},}})")


@dataclass(frozen=True)
class Box:
    """Seals and opens, with keys that follow from the secret of the data folder. The place of a text is whose it is
    and what for: sealed into one place, it opens in no other."""

    secret: str

    def seal(self, text: str, place: str) -> str:
        """Seal a text by today's cipher."""
        nonce = secrets.token_bytes(NONCE)
        body = self._cipher(TODAY).encrypt(nonce, text.encode(), _bound(TODAY, self._mark(), place))
        return f"{TODAY}.{self._mark()}.{(nonce + body).hex()}"

    def open(self, sealed: str, place: str) -> str:
        """What was sealed into this place. Raises InvalidTag for everything else."""
        found = SEALED.fullmatch(sealed)
        if found is None or found[2] != self._mark():
            raise InvalidTag
        body = bytes.fromhex(found[3])
        return self._cipher(found[1]).decrypt(body[:NONCE], body[NONCE:], _bound(found[1], found[2], place)).decode()

    def open_old(self, sealed: str) -> str:
        """What was sealed before ciphers had marks: by Fernet, into no place. Raises InvalidTag."""
        try:
            return (
                Fernet(base64.urlsafe_b64encode(self._derived("sopan second code"))).decrypt(sealed.encode()).decode()
            )
        except InvalidToken as error:
            raise InvalidTag from error

    def _cipher(self, name: str) -> Cipher:
        return CIPHERS[name](self._derived(f"sopan seal {name}"))

    def _mark(self) -> str:
        return self._derived("sopan seal mark")[:MARK].hex()

    def _derived(self, use: str) -> bytes:
        return HKDF(SHA256(), KEY, salt=None, info=use.encode()).derive(self.secret.encode())


def is_old(sealed: str) -> bool:
    """Whether it was sealed before ciphers had marks, or by another than today's."""
    return not sealed.startswith(f"{TODAY}.")


def _bound(cipher: str, mark: str, place: str) -> bytes:
    return f"{cipher}.{mark}.{place}".encode()
