// The analysts' part of the properties panel: what the SOP says about a step, and how long it may take.
import { CheckboxEntry, ListGroup, SelectEntry, TextAreaEntry, TextFieldEntry } from '@bpmn-io/properties-panel';
import { isCheckboxEntryEdited, isSelectEntryEdited, isTextAreaEntryEdited, isTextFieldEntryEdited }
  from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';

const ORIGINS = { '': 'the SOP', tambahan: 'added, not in the SOP' };
// What can be written about a work item: one attribute of one extension element a row.
const FORM = [{ type: 'sopan:Form', attribute: 'key', label: 'Form key' }];
const ORIGIN = [
  { type: 'sopan:Asal', attribute: 'jenis', label: 'Origin', as: 'choice', options: ORIGINS },
  { type: 'sopan:Asal', attribute: 'dasar', label: 'Legal basis of a step that the SOP does not have' },
];
const STEP = [
  ...FORM,
  { type: 'sopan:Sop', attribute: 'nomor', label: 'Number in the SOP' },
  { type: 'sopan:Sop', attribute: 'kegiatan', label: 'Activity, in the words of the SOP', as: 'area' },
  { type: 'sopan:Sop', attribute: 'kelengkapan', label: 'Required documents, as the SOP writes them' },
  { type: 'sopan:Sop', attribute: 'waktu', label: 'Time, as the SOP writes it' },
  ...ORIGIN,
];
const LISTS = [
  {
    type: 'sopan:Kelengkapan', label: 'Required documents',
    fields: [{ attribute: 'nama', label: 'Name' }, { attribute: 'dokumen', label: 'Uploaded at this step', as: 'check' }],
  },
  { type: 'sopan:Output', label: 'Outputs', fields: [{ attribute: 'nama', label: 'Name' }] },
];
const UNITS = { '': 'plain time', hari_kerja: 'working days', hari_kalender: 'calendar days', hari_kalender_geser: 'calendar days, an end on a holiday moves', jam_kerja: 'office hours' };
const SLA = [
  { attribute: 'unit', label: 'Unit', as: 'choice', options: UNITS },
  { attribute: 'warn', label: 'Warning (minimum, ISO 8601)', hint: 'Empty: at 80 % of the maximum' },
  { attribute: 'clock', label: 'Clock', hint: 'sendiri, or bersama:NAME' },
  { attribute: 'mulai', label: 'Date at which a shared clock begins' },
];
// What stands as an attribute on an element itself.
const PREFIX = [{ attribute: 'prefix', label: 'Prefix of the case numbers' }];
const KEY = [{ attribute: 'key', label: 'Message key (FEEL)', hint: 'Empty: a message without a key' }];
const DECISION = [
  { attribute: 'decision', label: 'Decision', hint: 'The id of a decision in a .dmn file' },
  { attribute: 'result', label: 'Variable that gets the answer', hint: 'Empty: the id of the decision' },
];
const TITLES = { prefix: 'SOP / Mutu baku', key: 'Message', decision: 'Decision table' };
const WORK_ITEMS = ['bpmn:UserTask', 'bpmn:ManualTask', 'bpmn:Task'];

/** A component of the panel. It is made once a kind: a new function a change would take the focus from who types. */
const fieldOf = (Entry) => ({ element, id, label, hint, options = {}, read, write }) => {
  const translate = useService('translate');
  return Entry({
    id, element, getValue: read, setValue: write,
    label: translate(label),
    description: hint && translate(hint),
    debounce: useService('debounceInput'),
    getOptions: () => Object.entries(options).map(([value, text]) => ({ value, label: translate(text) })),
  });
};
const KINDS = {
  text: { component: fieldOf(TextFieldEntry), isEdited: isTextFieldEntryEdited },
  area: { component: fieldOf(TextAreaEntry), isEdited: isTextAreaEntryEdited },
  check: { component: fieldOf(CheckboxEntry), isEdited: isCheckboxEntryEdited },
  choice: { component: fieldOf(SelectEntry), isEdited: isSelectEntryEdited },
};

/** An entry of the panel; `read()` and `write(value)` say where its value lives. */
const entry = ({ as = 'text', ...field }) => ({ ...KINDS[as], ...field });

class SopanProvider {
  static $inject = ['propertiesPanel', 'translate', 'commandStack', 'bpmnFactory'];

  constructor(propertiesPanel, translate, commandStack, bpmnFactory) {
    Object.assign(this, { translate, commandStack, bpmnFactory });
    propertiesPanel.registerProvider(400, this);
  }

  getGroups(element) {
    return (groups) => {
      groups.splice(1, 0, ...this.groups(element));
      return groups;
    };
  }

  groups(element) {
    const object = element.businessObject;
    if (WORK_ITEMS.includes(object.$type)) {
      return [this.stepGroup(element, object, STEP), ...LISTS.map((list) => this.listGroup(element, object, list))];
    }
    const timer = (object.eventDefinitions ?? []).find((event) => event.$type === 'bpmn:TimerEventDefinition');
    if (object.$type === 'bpmn:BoundaryEvent' && timer) {
      return [this.slaGroup(element, timer), this.stepGroup(element, object, ORIGIN)];
    }
    const process = object.$type === 'bpmn:Participant' ? object.processRef : object;
    if (process?.$type === 'bpmn:Process') return [this.attributeGroup(element, process, PREFIX)];
    if (!['bpmn:FlowNode', 'bpmn:SequenceFlow'].some((type) => object.$instanceOf(type))) return [];
    const begins = object.$type === 'bpmn:StartEvent' && !object.eventDefinitions?.length;
    const groups = [this.stepGroup(element, object, [...(begins ? FORM : []), ...ORIGIN])];
    if (hasMessage(object)) groups.unshift(this.attributeGroup(element, object, KEY));
    if (object.$type === 'bpmn:BusinessRuleTask') groups.unshift(this.attributeGroup(element, object, DECISION));
    return groups;
  }

  stepGroup(element, object, fields) {
    const entries = fields.map(({ type, attribute, ...field }) => entry({
      ...field,
      id: `sopan-${type.slice(6)}-${attribute}`,
      read: () => extensions(object, type)[0]?.get(attribute) ?? '',
      write: (value) => this.writeExtension(element, object, type, attribute, value),
    }));
    return { id: 'sopan-step', label: this.translate('SOP / Mutu baku'), entries, shouldOpen: true };
  }

  listGroup(element, object, { type, label, fields }) {
    const items = extensions(object, type).map((item, n) => {
      const id = `${type.replace(':', '-')}-${n}`;
      return {
        id,
        label: item.get('nama') || this.translate('(no name)'),
        autoFocusEntry: `${id}-nama`,
        entries: fields.map((field) => entry({
          ...field,
          id: `${id}-${field.attribute}`,
          read: () => item.get(field.attribute) ?? (field.as === 'check' ? false : ''),
          write: (value) => this.execute(update(element, item, { [field.attribute]: value || undefined })),
        })),
        remove: (event) => {
          event.stopPropagation();
          this.execute(update(element, object.extensionElements, { values: without(object, item) }));
        },
      };
    });
    const add = (event) => {
      event.stopPropagation();
      this.addExtension(element, object, type, {});
    };
    return { id: `sopan-${type.slice(6)}`, label: this.translate(label), component: ListGroup, items, add };
  }

  slaGroup(element, timer) {
    const maximum = entry({
      id: 'sopan-maximum',
      label: 'Maximum (ISO 8601)',
      hint: 'For example P5D or PT60M',
      read: () => timer.timeDuration?.body ?? '',
      write: (body) => this.writeDuration(element, timer, body),
    });
    const rest = SLA.map(({ attribute, ...field }) => entry({
      ...field,
      id: `sopan-${attribute}`,
      read: () => timerHolder(element, timer, attribute).get(`sopan:${attribute}`) ?? '',
      write: (value) => this.execute(
        update(element, timerHolder(element, timer, attribute), { [`sopan:${attribute}`]: value || undefined })),
    }));
    return { id: 'sopan-sla', label: this.translate('Time limit (SLA)'), entries: [maximum, ...rest], shouldOpen: true };
  }

  attributeGroup(element, object, fields) {
    const entries = fields.map(({ attribute, ...field }) => entry({
      ...field,
      id: `sopan-${attribute}`,
      read: () => holder(object, attribute).get(`sopan:${attribute}`) ?? '',
      write: (value) => this.execute(
        update(element, holder(object, attribute), { [`sopan:${attribute}`]: value || undefined })),
    }));
    const label = this.translate(TITLES[fields[0].attribute]);
    return { id: `sopan-attribute-${fields[0].attribute}`, label, entries, shouldOpen: true };
  }

  writeExtension(element, object, type, attribute, value) {
    const [found] = extensions(object, type);
    if (!found) {
      if (value) this.addExtension(element, object, type, { [attribute]: value });
      return;
    }
    const others = found.$descriptor.properties.some(({ ns }) => ns.localName !== attribute && found.get(ns.name));
    if (value || others) this.execute(update(element, found, { [attribute]: value || undefined }));
    else this.execute(update(element, object.extensionElements, { values: without(object, found) }));
  }

  addExtension(element, object, type, attributes) {
    const commands = [];
    let parent = object.extensionElements;
    if (!parent) {
      parent = this.create('bpmn:ExtensionElements', { values: [] }, object);
      commands.push(update(element, object, { extensionElements: parent }));
    }
    const added = this.create(type, attributes, parent);
    this.execute(...commands, update(element, parent, { values: [...parent.get('values'), added] }));
  }

  writeDuration(element, timer, body) {
    if (timer.timeDuration) return this.execute(update(element, timer.timeDuration, { body }));
    const timeDuration = this.create('bpmn:FormalExpression', { body }, timer);
    return this.execute(update(element, timer, { timeDuration, timeDate: undefined, timeCycle: undefined }));
  }

  create(type, attributes, parent) {
    const made = this.bpmnFactory.create(type, attributes);
    made.$parent = parent;
    return made;
  }

  /** One step for the person who undoes it, however many changes it takes. */
  execute(...commands) {
    this.commandStack.execute('properties-panel.multi-command-executor', commands);
  }
}

const extensions = (object, type) => (object.extensionElements?.get('values') ?? []).filter((e) => e.$type === type);
const without = (object, gone) => object.extensionElements.get('values').filter((value) => value !== gone);
const update = (element, moddleElement, properties) =>
  ({ cmd: 'element.updateModdleProperties', context: { element, moddleElement, properties } });

const messageOf = (object) =>
  (object.eventDefinitions ?? []).find((event) => event.$type === 'bpmn:MessageEventDefinition');
const hasMessage = (object) => ['bpmn:ReceiveTask', 'bpmn:SendTask'].includes(object.$type) || Boolean(messageOf(object));

/** Where an attribute stands: on the element, or already on its message event definition. */
function holder(object, attribute) {
  const message = attribute === 'key' && messageOf(object);
  return message && message.get('sopan:key') && !object.get('sopan:key') ? message : object;
}

/** Of a timer, its expression and its event: the one that our namespace gives the attribute to. */
function timerHolder(element, timer, attribute) {
  const places = [timer, timer.timeDuration, element.businessObject].filter(Boolean);
  return places.find((place) => place.$descriptor.propertiesByName[`sopan:${attribute}`]) ?? timer;
}

export default { __init__: ['sopanProvider'], sopanProvider: ['type', SopanProvider] };
