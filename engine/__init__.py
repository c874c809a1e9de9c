"""The process engine: the meaning of a BPMN model, working time, and history as evidence. Knows no web."""
