"""How a person wants to be told: their own rows, changed by nobody else."""

import re

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.model import Channel, Choice, Mode
from engine.people import Actor
from engine.typed import Reader, Typed

ADDRESSES = {  # what an address of a channel looks like, and what is said of one that does not
    Channel.MAIL: (
        re.compile(r"[A-Za-z0-9!#$%&'*+/^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+"),
        "Tuliskan alamat surel, misalnya nama@pontianak.go.id.",
    ),
    Channel.GATEWAY: (
        re.compile(r"\+?[0-9A-Za-z_@-]{3,60}"),
        "Tuliskan nomor atau nama tanpa spasi, misalnya 628115550123.",
    ),
}
LONGEST = 254  # characters of an address
HOURS = range(24)


def of(session: Session, who: Actor) -> dict[Channel, Choice]:
    """A person's choices; for a channel without a row what would be proposed."""
    rows = session.scalars(sa.select(Choice).where(Choice.person_id == who.id))
    there = {Channel(one.channel): one for one in rows}
    proposed = {"person_id": who.id, "address": "", "mode": Mode.AT_ONCE, "hour": 8, "quiet": True, "urgent": False}
    return {channel: there.get(channel) or Choice(channel=channel, **proposed) for channel in Channel}


def choose(session: Session, who: Actor, channel: Channel, typed: Typed) -> Choice:
    """Set one's own choice for a channel; without an address nothing comes by it. Raises BadForm."""
    read, (pattern, said) = Reader(typed), ADDRESSES[channel]
    address = read.text("address", most=LONGEST)
    if address and not pattern.fullmatch(address):
        read.wrong("address", said)
    mode = read.choice("mode", frozenset(Mode), "Pilih kapan dari daftar.")
    hour = read.choice("hour", {str(one) for one in HOURS}, "Pilih jam dari daftar.")
    boxes = {name: read.ticked(name) for name in ("quiet", "urgent")}
    read.check()
    values = {"address": address, "mode": mode, "hour": int(hour)} | boxes
    return session.merge(Choice(person_id=who.id, channel=channel, **values))
