"""The engine's tables as Flask sees them. The connections are the engine's own: what it relies on holds on each."""

from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy

from engine.database import Database
from engine.model import Base

KEY = "sopan.database"


class Borrowed(SQLAlchemy):
    """Flask-SQLAlchemy over an engine that `engine.transaction.connect` has made."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> sa.Engine:
        found: Database = app.extensions[KEY]
        return found.engine


db = Borrowed(metadata=Base.metadata, session_options={"expire_on_commit": False})


def attach(app: Flask, database: Database) -> None:
    """Make an application work on an opened data folder."""
    app.extensions[KEY] = database
    app.config["SQLALCHEMY_DATABASE_URI"] = database.url
    db.init_app(app)


def database() -> Database:
    """The data folder of the application that answers now."""
    found: Database = current_app.extensions[KEY]
    return found
