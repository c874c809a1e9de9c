"""docs/reference/security.md says of the program what is so: limits, settings, loggers, tables, cryptography."""

import ast
import re
from collections import Counter
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest

from engine import accounts
from engine.accounts import passwords
from engine.database import Database
from engine.documents import KINDS
from engine.model import Base
from webapp.security import MACHINES, PUBLIC

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs/reference/security.md").read_text()
CODE = sorted(path for folder in ("engine", "webapp") for path in (ROOT / folder).rglob("*.py"))
SETTING = re.compile(r"\b(?:SOPAN|AWS)_[A-Z_]+")
CRYPTOGRAPHY = {"argon2", "authlib", "cryptography", "hashlib", "hmac", "joserfc", "pyotp", "secrets", "ssl"}
OTHERS = {"Crypto", "nacl", "jwt", "jose", "M2Crypto", "OpenSSL", "passlib", "bcrypt", "crypt", "rsa", "ecdsa"}
QUIET = {"SOPAN_BASE_URL", "SOPAN_CITY", "SOPAN_OFFICE", "SOPAN_OFFICE_ADDRESS"}  # words of letters
QUIET |= {"SOPAN_ALLOW_DATA_LOSS", "SOPAN_DATA_DIR", "SOPAN_MIN_FREE_MB", "SOPAN_OUTBOX_SECONDS"}  # of this machine
QUIET |= {"SOPAN_SECURITY_CONTACT", "SOPAN_MOST_COMMANDS"}  # docs/reference/cli.md


def section(name: str) -> str:
    [found] = re.findall(rf"^## {name}\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    return found


def rows(text: str) -> list[list[str]]:
    """The tables of a section: the cells of each row, without the heads."""
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:2] == "| "]
    return [row for row in found if "---" not in row[0]]


def names(text: str) -> list[str]:
    return re.findall(r"`([\w.]+)`", text)


def shown(value: object) -> str:
    """A limit in the words of the page."""
    if not isinstance(value, timedelta):
        return str(value)
    minutes = int(value.total_seconds()) // 60
    if value.days > 1:
        return f"{value.days} days"
    return f"{minutes} minutes" if minutes < 60 else f"{minutes // 60} hours"


@pytest.mark.parametrize("row", rows(section("Limits"))[1:], ids=lambda row: row[2].strip("`"))
def test_every_limit_is_what_the_page_says(row: list[str]) -> None:
    module, _, name = row[2].strip("`").rpartition(".")
    assert row[1] == shown(getattr(import_module(module), name))


def test_every_kind_of_document_and_no_other_is_named() -> None:
    assert names(section("Uploads")) == list(KINDS)


def test_every_word_that_no_password_may_hold_is_named() -> None:
    [line] = re.findall(r"\*\*Words\*\*.*", TEXT)
    assert names(line) == list(passwords.OURS)


def test_every_setting_that_names_a_place_or_a_secret_stands_among_the_connections() -> None:
    used = {name for path in CODE for name in SETTING.findall(path.read_text())}
    assert used - QUIET - {"SOPAN_LOG_FORMAT"} <= set(SETTING.findall(section("Connections")))
    assert set(SETTING.findall(TEXT)) <= used


def test_every_use_of_cryptography_stands_in_the_inventory_and_none_is_of_our_own_making() -> None:
    used = set[str]()
    for path in CODE:
        nodes = list(ast.walk(ast.parse(path.read_text())))
        used |= {one.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for one in node.names}
        used |= {(node.module or "").split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}
    told = {name for row in rows(section("Keys and cryptography")) if len(row) == 2 for name in names(row[0])}
    assert used & CRYPTOGRAPHY == told and not used & OTHERS


def test_every_key_has_an_origin_a_holder_a_period_and_an_end() -> None:
    keys = [row for row in rows(section("Keys and cryptography"))[1:] if len(row) > 2]
    assert len(keys) == 10 and all(len(row) == 7 and all(row) for row in keys)


def test_every_setting_that_is_or_holds_a_secret_is_a_key() -> None:
    used = {name for path in CODE for name in SETTING.findall(path.read_text())}
    secret = {name for name in used if re.search("SECRET|PASSWORD|TOKEN|ACCESS_KEY|DATABASE_URL", name)}
    assert secret == set(SETTING.findall(section("Keys and cryptography")))


def test_of_a_cipher_only_what_is_authenticated_is_used_and_of_hashes_only_sha_256() -> None:
    text = "\n".join(path.read_text() for path in CODE)
    assert set(re.findall(r"from cryptography\.(\S+) import (.+)", text)) == {
        ("exceptions", "InvalidTag"),
        ("fernet", "Fernet, InvalidToken, MultiFernet"),  # only open
        ("hazmat.primitives.ciphers.aead", "AESGCM, ChaCha20Poly1305"),
        ("hazmat.primitives.hashes", "SHA256"),
        ("hazmat.primitives.kdf.hkdf", "HKDF"),
    }
    assert set(re.findall(r"hashlib\.(\w+)", text)) <= {"sha256", "file_digest"}


def test_no_script_of_ours_stores_anything_in_the_browser() -> None:
    stores = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.open")
    scripts = sorted((ROOT / "frontend/src").glob("*.js"))
    assert scripts and [path.name for path in scripts if stores.search(path.read_text())] == []


def test_every_logger_and_no_other_is_told() -> None:
    used = {name for path in CODE for name in re.findall(r'getLogger\("([^"]+)"', path.read_text())}
    assert {name for row in rows(section("Logs"))[1:] for name in names(row[0])} == used


def test_every_table_is_in_one_class() -> None:
    told = Counter(name for row in rows(section("How data is classed"))[1:] for name in names(row[1]))
    assert set(told.values()) == {1} and set(told) == {table.name for table in Base.metadata.sorted_tables}


def test_what_is_open_to_strangers_is_one_of_the_ways_in_or_tells_nothing() -> None:
    assert {name.partition(".")[0] for name in PUBLIC - MACHINES} == {
        "auth", "codes", "links", "oidc", "tracking", "reporting", "static",
    }  # fmt: skip


def test_the_key_roles_are_those_that_a_new_database_has(database: Database) -> None:
    with database.session() as session:
        assert {key.lower() for key in re.findall(r"\(`key_role`\): ([^.]*?), unless", TEXT)[0].split(", ")} == set(
            accounts.key_roles(session)
        )
