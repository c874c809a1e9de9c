"""Scenarios (`sopan try`): a model runs in memory with a stopped clock, and an analyst's expectations are checked."""

from engine.scenario.runner import Result, StepResult, run
from engine.scenario.script import Script, instant, read

__all__ = ["Result", "Script", "StepResult", "instant", "read", "run"]
