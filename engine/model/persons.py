"""Person, account and appointment are three things; lanes map to roles in a dated table."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base, new_id


class Person(Base):
    """Somebody who acts in cases."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(sa.String(200))
    nip: Mapped[str | None] = mapped_column(sa.String(18), index=True, unique=True)  # of a civil servant; personal
    appointments: Mapped[list["Appointment"]] = relationship(back_populates="person", lazy="selectin")


class Account(Base):
    """How a person signs in."""

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    username: Mapped[str] = mapped_column(sa.String(100), unique=True)
    password: Mapped[str] = mapped_column(sa.String(200))  # argon2id; empty: none was set yet
    active: Mapped[bool] = mapped_column(default=True)
    expires_at: Mapped[datetime | None]  # from then on nobody signs in, and who is signed in is no more
    subject: Mapped[str | None] = mapped_column(sa.String(500), unique=True, index=True)  # at the OIDC provider
    totp: Mapped[str | None] = mapped_column(sa.String(300))  # the secret of the second code, sealed
    totp_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # the last step whose code was accepted
    person: Mapped[Person] = relationship()


class SignIn(Base):
    """A signed-in browser: the cookie holds a random text, this row its hash."""

    __tablename__ = "sign_in"
    token: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"), index=True)
    at: Mapped[datetime]
    seen_at: Mapped[datetime]
    browser: Mapped[str] = mapped_column(sa.String(80), default="")  # in words
    awaits: Mapped[str] = mapped_column(sa.String(10), default="")  # "code", "setup": signed in only after that
    account: Mapped[Account] = relationship()


class Role(Base):
    """A role that an appointment gives."""

    __tablename__ = "role"
    key: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))


class Appointment(Base):
    """A person holds a role in an office, by a decree, from and to a date."""

    __tablename__ = "appointment"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role_key: Mapped[str] = mapped_column(sa.ForeignKey("role.key"))
    opd: Mapped[str] = mapped_column(sa.String(200))
    title: Mapped[str] = mapped_column(sa.String(200), default="")  # jabatan
    decree: Mapped[str] = mapped_column(sa.String(200))
    begins: Mapped[date]
    ends: Mapped[date | None]
    person: Mapped[Person] = relationship(back_populates="appointments")
    role: Mapped[Role] = relationship(lazy="joined")


class LaneRole(Base):
    """Which role works in a lane of a process, from and to a date."""

    __tablename__ = "lane_role"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(200), index=True)
    lane: Mapped[str] = mapped_column(sa.String(200))
    role_key: Mapped[str] = mapped_column(sa.ForeignKey("role.key"))
    begins: Mapped[date]
    ends: Mapped[date | None]


class StartRight(Base):
    """Which role may start a process, from and to a date."""

    __tablename__ = "start_right"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(200), index=True)
    role_key: Mapped[str] = mapped_column(sa.ForeignKey("role.key"))
    begins: Mapped[date]
    ends: Mapped[date | None]


class Staffing(Base):
    """Penetapan: a named person works in a lane of one case, by a letter, from and to a date."""

    __tablename__ = "staffing"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("instance.id"), index=True)
    lane: Mapped[str] = mapped_column(sa.String(200))
    role_key: Mapped[str | None] = mapped_column(sa.ForeignKey("role.key"))  # what the lane's role was
    pool: Mapped[str] = mapped_column(sa.String(300), index=True)  # whose work items: see engine.people.pool
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    letter: Mapped[str] = mapped_column(sa.String(200))
    begins: Mapped[date]
    ends: Mapped[date | None]


class Acting(StrEnum):
    """In whose stead a person acts."""

    PLT = "plt"  # the post is vacant
    PLH = "plh"  # its holder is away
    AN = "an"  # its holder lets them sign


class Substitution(Base):
    """A person acts as Plt., Plh. or a.n., by a letter, from and to a date. It does not chain."""

    __tablename__ = "substitution"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    for_id: Mapped[str | None] = mapped_column(sa.ForeignKey("person.id"), index=True)  # null: of a vacant post
    kind: Mapped[str] = mapped_column(sa.String(10))
    role_key: Mapped[str | None] = mapped_column(sa.ForeignKey("role.key"))  # null: each that the other holds
    opd: Mapped[str] = mapped_column(sa.String(200), default="")  # of a vacant post
    letter: Mapped[str] = mapped_column(sa.String(200))
    letter_date: Mapped[date]
    begins: Mapped[date]
    ends: Mapped[date]


class DutyPair(Base):
    """Two lanes of a process that one person must not (or should not) both work in, within one case."""

    __tablename__ = "duty_pair"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(sa.String(200), index=True)
    one: Mapped[str] = mapped_column(sa.String(200))
    other: Mapped[str] = mapped_column(sa.String(200))
    strict: Mapped[bool]  # refused; else only told
    basis: Mapped[str] = mapped_column(sa.String(300), default="")  # the law behind it
    begins: Mapped[date]
    ends: Mapped[date | None]


class DutyException(Base):
    """A person may work in a lane of one case although a pair forbids it: asked by one person, given by another."""

    __tablename__ = "duty_exception"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("instance.id"), index=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"))
    lane: Mapped[str] = mapped_column(sa.String(200))
    status: Mapped[str] = mapped_column(sa.String(20))
    letter: Mapped[str] = mapped_column(sa.String(200))
    asked_by: Mapped[str] = mapped_column(sa.String(40))
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(sa.String(40))
    decided_at: Mapped[datetime | None]
