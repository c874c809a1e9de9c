"""Person, account and appointment are three things; lanes map to roles in a dated table."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base, new_id


class Person(Base):
    """Somebody who acts in cases."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(sa.String(200))
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
