"""What a step may read: the model, the variables, the time, and what the deployment provides beside the model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.definition import Definition
from engine.dmn import Decision
from engine.variables import Variables
from engine.worktime import Calendar


@dataclass(frozen=True)
class Situation:
    """One instance at one moment, as its step finds it."""

    definition: Definition
    variables: Variables
    now: datetime
    calendar: Calendar
    processes: Mapping[str, Definition] = field(default_factory=dict)  # that a call activity may call
    decisions: Mapping[str, Decision] = field(default_factory=dict)  # that a business rule task may ask
    instance: str = ""  # its id, for whoever is told that its state is broken
