"""The signed webhook: one POST to the one address that the operator set, to a place that was looked at first."""

import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
from urllib.parse import SplitResult, urlsplit

from engine.outbox.letters import Away, Later, Letter, Never
from engine.outbox.settings import Settings

SIGNATURE, TIMESTAMP, KEY = "Sopan-Signature", "Sopan-Timestamp", "Idempotency-Key"
AGAIN = (408, 425, 429)  # statuses below 500 that pass
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def send(letter: Letter, settings: Settings) -> None:
    """Hand a letter to the gateway. Redirects are not followed. Raises Away, Later, Never."""
    assert settings.gateway is not None
    gateway, url = settings.gateway, urlsplit(settings.gateway.url)
    body = json.dumps(_told(letter), ensure_ascii=False).encode()
    stamp = str(int(letter.at.timestamp()))
    headers = {
        "Content-Type": "application/json",
        TIMESTAMP: stamp,
        SIGNATURE: signature(gateway.secret, stamp, body),
        KEY: letter.id,
    }
    try:
        status = _post(url, body, headers, gateway.private, settings.seconds)
    except (OSError, http.client.HTTPException) as error:
        raise Away(f"Gerbang tidak dapat dihubungi ({type(error).__name__}).") from error
    if status >= 500 or status in AGAIN:
        raise Later(f"Gerbang belum menerima ({status}).")
    if not 200 <= status < 300:
        raise Never(f"Gerbang menolak ({status}).")


def signature(secret: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 over timestamp, a point and the body."""
    return "sha256=" + hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_allowed(address: Address, scheme: str, private: bool) -> bool:
    """Whether a letter may go to an address: unencrypted only to this machine; into a private network only if the
    operator meant it; to no network's own machinery ever."""
    found = getattr(address, "ipv4_mapped", None) or address
    if found.is_loopback:
        return True
    if found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved:
        return False
    return scheme == "https" and (found.is_global or private)


def _told(letter: Letter) -> dict[str, str]:
    return {name: getattr(letter, name) for name in ("id", "kind", "to", "subject", "text")}


def _post(url: SplitResult, body: bytes, headers: dict[str, str], private: bool, seconds: float) -> int:
    """The status that the address answers, over a connection to the very place that was looked at: a name that means
    another place a moment later leads nowhere else. Raises Never, OSError."""
    host, port = url.hostname or "", url.port or (443 if url.scheme == "https" else 80)
    places = [info[4] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not all(is_allowed(ipaddress.ip_address(place[0]), url.scheme, private) for place in places):
        raise Never("Alamat gerbang berada di jaringan yang tidak diizinkan.")
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(host, port, timeout=seconds)  # what it speaks through is put in below
    plain = socket.create_connection((str(places[0][0]), port), timeout=seconds)
    try:
        connection.sock = plain
        if url.scheme == "https":
            connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        connection.request("POST", (url.path or "/") + (f"?{url.query}" if url.query else ""), body, headers)
        return connection.getresponse().status
    finally:
        connection.close()
        plain.close()
