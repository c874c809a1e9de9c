"""Whom to write to about a weakness: security.txt and SECURITY.md."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from browsing import CONTACT, Visitor

from engine import clock
from engine.database import Database
from engine.errors import BadValue
from webapp import create_app

WHERE = "/.well-known/security.txt"


def test_a_stranger_reads_whom_to_write_to_and_until_when(deployed: Database) -> None:
    answer = Visitor(deployed).get(WHERE)
    told = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert answer.status_code == 200 and answer.content_type == "text/plain; charset=utf-8"
    assert told["Contact"] == CONTACT and told["Canonical"].endswith(WHERE)
    left = datetime.fromisoformat(told["Expires"]).astimezone(UTC) - clock.system()
    assert timedelta(days=90) < left < timedelta(days=365)


def test_where_nobody_was_named_nothing_is_told(deployed: Database) -> None:
    assert create_app(deployed).test_client().get(WHERE).status_code == 404


@pytest.mark.parametrize("contact", ["csirt@kota.example", "javascript:1", "mailto:a\nExpires: x", "mailto:a b"])
def test_what_is_no_address_is_refused(deployed: Database, contact: str) -> None:
    with pytest.raises(BadValue, match="mailto:"):
        create_app(deployed, contact=contact)


def test_the_repository_says_how_to_report() -> None:
    text = (Path(__file__).parent.parent / "SECURITY.md").read_text()
    assert all(
        word in text
        for word in ("Report a weakness", "three working days", "thirty days", "within seven", "Supported", WHERE)
    )
