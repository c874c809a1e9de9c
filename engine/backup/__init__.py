"""Backup and restore: one archive holds the database as it was at one instant, its documents, and the keys."""

from engine.backup.archive import Manifest
from engine.backup.making import make
from engine.backup.restoring import Restored, restore

__all__ = ["Manifest", "Restored", "make", "restore"]
