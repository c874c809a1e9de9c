"""How the outbox reaches the world: from the environment, so that no page can change where anything goes."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from engine.errors import SystemNotReady
from engine.model import Channel

BASE = "SOPAN_BASE_URL"
SHORTEST_SECRET = 32
PORTS = {"starttls": 587, "tls": 465, "none": 25}  # how the mail server is spoken to -> its usual port
SECONDS = 10  # that one exchange with a server may take
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")


@dataclass(frozen=True)
class Mail:
    """The mail server."""

    host: str
    port: int
    sender: str
    tls: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Gateway:
    """Where the signed webhook goes; `private`: an address inside the city's own network is meant."""

    url: str
    secret: str = field(repr=False)
    private: bool = False


@dataclass(frozen=True)
class Settings:
    """What is set up; None is not."""

    base: str = ""  # what the links begin with
    mail: Mail | None = None
    gateway: Gateway | None = None
    seconds: float = SECONDS

    @property
    def channels(self) -> frozenset[Channel]:
        """The channels that are set up."""
        there = {Channel.MAIL: self.mail, Channel.GATEWAY: self.gateway}
        return frozenset(channel for channel, found in there.items() if found)


def read(environment: Mapping[str, str]) -> Settings:
    """The settings. Raises SystemNotReady for what cannot be meant."""
    links = base(environment)
    mail, gateway = _mail(environment), _gateway(environment)
    if (mail or gateway) and not links:
        raise SystemNotReady(f"{BASE} belum diisi: pemberitahuan memuat tautan ke halaman Sopan.")
    seconds = environment.get("SOPAN_OUTBOX_SECONDS", "")
    if not re.fullmatch(r"|[1-9]\d?", seconds, re.ASCII):
        raise SystemNotReady("SOPAN_OUTBOX_SECONDS harus 1 sampai 99 detik.")
    return Settings(links, mail, gateway, int(seconds or SECONDS))


def is_loopback(host: str) -> bool:
    """Whether a host, as it is written, is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def base(environment: Mapping[str, str]) -> str:
    """What links begin with; "" if nobody said. Raises SystemNotReady."""
    found = environment.get(BASE, "").rstrip("/")
    if found and not _is_safe(found):
        raise SystemNotReady(f"{BASE} harus diawali https://, kecuali untuk mesin ini sendiri.")
    return found


def _mail(environment: Mapping[str, str]) -> Mail | None:
    host = environment.get("SOPAN_SMTP_HOST", "")
    if not host:
        return None
    tls, sender = environment.get("SOPAN_SMTP_TLS", "starttls"), environment.get("SOPAN_MAIL_FROM", "")
    port = environment.get("SOPAN_SMTP_PORT", str(PORTS.get(tls, "")))
    if tls not in PORTS or (tls == "none" and not is_loopback(host)):
        raise SystemNotReady("SOPAN_SMTP_TLS harus starttls atau tls; none hanya untuk mesin ini sendiri.")
    if not re.fullmatch(r"\d{1,5}", port, re.ASCII) or not _ADDRESS.fullmatch(sender):
        raise SystemNotReady("SOPAN_SMTP_PORT harus nomor dan SOPAN_MAIL_FROM harus alamat surel.")
    user, password = environment.get("SOPAN_SMTP_USER", ""), _secret(environment, "SOPAN_SMTP_PASSWORD_FILE")
    if bool(user) != bool(password):
        raise SystemNotReady("SOPAN_SMTP_USER dan SOPAN_SMTP_PASSWORD_FILE diisi keduanya, atau tidak sama sekali.")
    return Mail(host, int(port), sender, tls, user, password)


def _gateway(environment: Mapping[str, str]) -> Gateway | None:
    url = environment.get("SOPAN_WEBHOOK_URL", "")
    if not url:
        return None
    secret = _secret(environment, "SOPAN_WEBHOOK_SECRET_FILE")
    if not _is_safe(url):
        raise SystemNotReady("SOPAN_WEBHOOK_URL harus diawali https://, kecuali untuk mesin ini sendiri.")
    if len(secret) < SHORTEST_SECRET:
        raise SystemNotReady(f"SOPAN_WEBHOOK_SECRET_FILE: kunci paling sedikit {SHORTEST_SECRET} huruf.")
    private = environment.get("SOPAN_WEBHOOK_PRIVATE", "no")
    if private not in ("yes", "no"):
        raise SystemNotReady("SOPAN_WEBHOOK_PRIVATE harus yes atau no.")
    return Gateway(url, secret, private == "yes")


def _is_safe(url: str) -> bool:
    """Whether an address is encrypted or stays on this machine, and holds no password."""
    try:
        found = urlsplit(url)
        host, _ = found.hostname or "", found.port
    except ValueError:
        return False
    plain = found.scheme == "http" and is_loopback(host)
    return bool(host) and (found.scheme == "https" or plain) and "@" not in found.netloc


def _secret(environment: Mapping[str, str], name: str) -> str:
    if not environment.get(name):
        return ""
    try:
        return Path(environment[name]).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SystemNotReady(f"{name}: berkas kunci tidak dapat dibaca.") from error
