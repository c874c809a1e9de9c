"""What is sealed at rest. A sealed text says which cipher and which key sealed it, and opens for its own place only."""

import base64
import re
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
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
    """Seals and opens, with keys that follow from the secret of the data folder; what a former secret sealed, it opens.
    The place of a text is whose it is and what for: sealed into one place, it opens in no other."""

    secret: str
    former: tuple[str, ...] = ()

    def seal(self, text: str, place: str) -> str:
        """Seal a text by today's cipher and key."""
        head, nonce = self._head(), secrets.token_bytes(NONCE)
        body = _cipher(TODAY, self.secret).encrypt(nonce, text.encode(), _bound(head, place))
        return f"{head}.{(nonce + body).hex()}"

    def open(self, sealed: str, place: str) -> str:
        """What was sealed into this place. Raises InvalidTag for everything else."""
        found = SEALED.fullmatch(sealed)
        secret = next((one for one in self._secrets() if found and _mark(one) == found[2]), None)
        if found is None or secret is None:
            raise InvalidTag
        body = bytes.fromhex(found[3])
        bound = _bound(f"{found[1]}.{found[2]}", place)
        return _cipher(found[1], secret).decrypt(body[:NONCE], body[NONCE:], bound).decode()

    def open_old(self, sealed: str) -> str:
        """What was sealed before ciphers had marks: by Fernet, into no place. Raises InvalidTag."""
        keys = [base64.urlsafe_b64encode(_derived(one, "sopan second code")) for one in self._secrets()]
        try:
            return MultiFernet([Fernet(key) for key in keys]).decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise InvalidTag from error

    def is_old(self, sealed: str) -> bool:
        """Whether it was sealed by another cipher or key than today's."""
        return not sealed.startswith(f"{self._head()}.")

    def _head(self) -> str:
        return f"{TODAY}.{_mark(self.secret)}"

    def _secrets(self) -> tuple[str, ...]:
        return self.secret, *self.former


def _cipher(name: str, secret: str) -> Cipher:
    return CIPHERS[name](_derived(secret, f"sopan seal {name}"))


def _mark(secret: str) -> str:
    return _derived(secret, "sopan seal mark")[:MARK].hex()


def _derived(secret: str, use: str) -> bytes:
    return HKDF(SHA256(), KEY, salt=None, info=use.encode()).derive(secret.encode())


def _bound(head: str, place: str) -> bytes:
    return f"{head}.{place}".encode()
