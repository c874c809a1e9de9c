"""An independent token game, written from BPMN 2.0.2 and CONTRACT alone: it imports nothing of the engine."""
