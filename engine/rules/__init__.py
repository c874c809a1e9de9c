"""The rules of `sopan lint`: one a file, each with SEVERITY and check. To drop one, delete its file and its name here.

FILE rules get bpmn:definitions, PROCESS rules an executable process, FORM rules a process and the
forms there are, CALL rules a process and the processes there are, DECISION rules a process and
the decisions there are, DMN rules the dmn:definitions of a file of decisions,
TABLE rules a decision of such a file if it can be read.
"""

from types import ModuleType

from engine.rules import (
    automatic_cycle,
    boundary_outgoing,
    call_known,
    condition_overlap,
    data_visible,
    dead_end,
    decision_cell,
    decision_element,
    decision_gap,
    decision_id,
    decision_known,
    decision_name,
    decision_overlap,
    decision_requirement,
    decision_table,
    decision_type,
    default_condition,
    diagram,
    duplicate_id,
    event_condition,
    event_gateway,
    event_placement,
    event_ref,
    executable,
    flow_lists,
    flow_refs,
    form_known,
    form_late,
    gateway_conditions,
    gateway_direction,
    gateway_useless,
    import_ignored,
    io_specification,
    lane_refs,
    link,
    lone_condition,
    loop,
    may_deadlock,
    message_flow,
    message_flow_trigger,
    message_name,
    multi_instance,
    multi_instance_lost,
    must_understand,
    name_length,
    node_id,
    not_executed,
    pool_multiplicity,
    prefix,
    process_refs,
    reachable,
    reference_target,
    root_element,
    second_token,
    sla_contradiction,
    sla_once,
    sopan_name,
    soundness_not_finished,
    start_event,
    task_in_lane,
    task_name,
    task_type,
    throw_code,
    timer,
    transaction_method,
    unsupported_element,
)

FILE: tuple[ModuleType, ...] = (
    root_element, executable, not_executed, duplicate_id, process_refs, sopan_name, diagram,
    reference_target, message_flow, message_flow_trigger, pool_multiplicity, must_understand, import_ignored,
)  # fmt: skip
PROCESS: tuple[ModuleType, ...] = (
    unsupported_element, node_id, start_event, flow_refs, flow_lists, gateway_conditions, default_condition,
    gateway_direction, boundary_outgoing, task_in_lane, lane_refs, task_type, task_name, name_length,
    timer, sla_once, message_name, event_condition, event_gateway, event_ref, link, loop, prefix,
    event_placement, lone_condition, multi_instance, io_specification, data_visible, transaction_method, throw_code,
    condition_overlap, gateway_useless, dead_end, sla_contradiction,
    automatic_cycle, reachable, may_deadlock, second_token, soundness_not_finished,
)  # fmt: skip
FORM: tuple[ModuleType, ...] = (form_known, form_late, multi_instance_lost)
CALL: tuple[ModuleType, ...] = (call_known,)
DECISION: tuple[ModuleType, ...] = (decision_known,)
DMN: tuple[ModuleType, ...] = (
    decision_element, decision_id, decision_requirement, decision_table, decision_cell, decision_type, decision_name,
)  # fmt: skip
TABLE: tuple[ModuleType, ...] = (decision_overlap, decision_gap)
ALL = FILE + PROCESS + FORM + CALL + DECISION + DMN + TABLE


def name(rule: ModuleType) -> str:
    """What a rule is called in a problem and in docs/reference/rules.md."""
    return rule.__name__.rpartition(".")[2].replace("_", "-")
