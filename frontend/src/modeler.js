// The analysts' modeler page. The page gives: #canvas[data-src][data-save][data-file], #properties, #problems, #status,
// the buttons #save, #download, #undo and #redo, <meta name="csrf-token">, and its language in <html lang>.
// The server checks again at deployment; what is checked here is comfort.
import Modeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from 'bpmn-js-properties-panel';
import lintModule from 'bpmn-js-bpmnlint';
import { resolver, rules } from 'lint:recommended';
import sopan from '../../bpmn/sopan.moddle.json';
import panelModule from './panel.js';
import { translate, untranslated } from './translate.js';
import { debounce, flush } from './typing.js';
import './modeler.css';

const canvas = document.getElementById('canvas');
const problems = document.getElementById('problems');
const status = document.getElementById('status');
let saved = true;

const modeler = new Modeler({
  container: canvas,
  propertiesPanel: { parent: '#properties' },
  linting: { active: true, bpmnlint: { config: { rules }, resolver } },
  moddleExtensions: { sopan },
  additionalModules: [
    BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, lintModule, panelModule,
    { translate: ['value', translate], debounceInput: ['value', debounce] },
  ],
});

async function open() {
  const answer = await fetch(canvas.dataset.src);
  if (!answer.ok) return say('The model could not be read: the server answered {status}.', { status: answer.status });
  try {
    const { warnings } = await modeler.importXML(await answer.text());
    window.sopanWarnings = warnings.map(({ message }) => message);
  } catch (error) {
    return say('The model could not be read: {message}', { message: error.message });
  }
  fit(modeler.get('canvas'));
  document.body.dataset.ready = '1';
}

/** The whole drawing, beside the palette and not under it. */
function fit(view) {
  const palette = document.querySelector('.djs-palette').getBoundingClientRect();
  const room = canvas.clientWidth - palette.width - 40;
  const scale = view.zoom('fit-viewport', 'auto');
  if (room < 400) return;
  const { inner } = view.viewbox();
  view.zoom(Math.min(scale, room / inner.width));
  const { x, scale: now } = view.viewbox();
  view.scroll({ dx: palette.width + 30 - (inner.x - x) * now, dy: 0 });
}

async function written() {
  flush();
  const { xml } = await modeler.saveXML({ format: true });
  return xml;
}

async function save() {
  const xml = await written();
  say('Sending ...');
  let answer;
  try {
    answer = await fetch(canvas.dataset.save, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/xml',
        'X-CSRFToken': document.querySelector('meta[name="csrf-token"]')?.content ?? '',
        Accept: 'application/json',
      },
      body: xml,
    });
  } catch {
    return say('Not saved: there is no connection to the server.');
  }
  if (!answer.headers.get('Content-Type')?.includes('json')) {
    return say('Not saved: the server answered {status}.', { status: answer.status });
  }
  show(await answer.json());
}

/**
 * What the server found: {ok, saved, message, problems: [{element, rule, severity, message}]}. A server that only
 * checks does not say `saved`: then the drawing is still only here, and leaving the page asks first.
 */
function show({ ok, saved: stored = false, message, problems: found = [] }) {
  if (stored) saved = true;
  problems.replaceChildren(...found.map(line));
  if (message) return announce(message);
  if (stored) return say('Saved.');
  return say(ok ? 'Nothing is wrong. Nothing is saved yet.' : 'Not saved: {count} problems, listed below.',
    { count: found.length });
}

function line({ element, rule, severity, message }) {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = `problem is-${severity === 'error' ? 'late' : 'warn'}`;
  button.textContent = `${translate(severity === 'error' ? 'Error' : 'Warning')}: ${message}`;
  button.title = [element, rule].filter(Boolean).join(', ');
  button.addEventListener('click', () => select(element));
  item.append(button);
  return item;
}

function select(id) {
  const shape = id && modeler.get('elementRegistry').get(id);
  if (!shape) return;
  modeler.get('canvas').scrollToElement(shape);
  modeler.get('selection').select(shape);
}

async function download() {
  const xml = await written();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([xml], { type: 'application/xml' }));
  link.download = canvas.dataset.file || 'model.bpmn';
  link.click();
  saved = true;
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function say(text, values) {
  announce(translate(text, values));
}

function announce(text) {
  if (status) status.textContent = text;
}

function bind(id, action) {
  document.getElementById(id)?.addEventListener('click', action);
}

bind('save', save);
bind('download', download);
bind('undo', () => modeler.get('commandStack').undo());
bind('redo', () => modeler.get('commandStack').redo());
modeler.on('commandStack.changed', () => { saved = false; });
modeler.on('linting.completed', ({ issues }) => { window.sopanIssues = issues; });
window.addEventListener('beforeunload', (event) => { if (!saved) event.preventDefault(); });
window.sopanModeler = modeler;
window.sopanUntranslated = untranslated;
open();
