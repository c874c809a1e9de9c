"""The tables. No behaviour beyond what a row knows about itself."""

from engine.model.access import FailedTry, Invitation, KeyRole, RecoveryCode
from engine.model.base import Base, new_id
from engine.model.cases import Document, Incident, Instance, ItemStatus, Status, Subscription, Timer, WorkItem
from engine.model.deployed import Counter, Deployment, Entry, Resource, StartTimer, System
from engine.model.evidence import HistoryEvent, Kind, Opening, Reading
from engine.model.keeping import LegalHold, RetentionRule
from engine.model.offices import Office, OfficeUse, OfficeVersion
from engine.model.operations import Operation, OperationItem, OperationStatus, Part
from engine.model.outbox import Channel, Choice, Delivery, Mode, Notice, Notices
from engine.model.persons import (
    Account,
    Acting,
    Aide,
    Appointment,
    DutyException,
    DutyPair,
    LaneRole,
    Person,
    Role,
    SignIn,
    Staffing,
    StartRight,
    Substitution,
)
from engine.model.sla import Change, DeadlineChange, DeadlineRight, Decision, Receiver

__all__ = [
    "Account", "Acting", "Aide", "Appointment", "Base", "Change", "Channel", "Choice", "Counter", "DeadlineChange",
    "DeadlineRight", "Decision", "Delivery", "Deployment", "Document", "DutyException", "DutyPair", "Entry",
    "FailedTry", "HistoryEvent", "Incident", "Instance", "Invitation", "ItemStatus", "KeyRole", "Kind", "LaneRole",
    "LegalHold", "Mode", "Notice", "Notices", "Office", "OfficeUse", "OfficeVersion", "Opening", "Operation",
    "OperationItem", "OperationStatus", "Part", "Person", "Reading", "Receiver", "RecoveryCode", "Resource",
    "RetentionRule", "Role", "SignIn", "Staffing", "StartRight", "StartTimer", "Status", "Subscription",
    "Substitution", "System", "Timer", "WorkItem", "new_id",
]  # fmt: skip
