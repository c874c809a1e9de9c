// A form that lives. It works without this file; with it the server is asked after a pause in typing, and on leaving:
// it keeps the fields (never the files) as the draft of the step, and says which fields are shown now. An amount of rupiah
// gets its dots when it is left.
//   <form> ... <x role="status" data-to="/tugas/.../draf" data-asks="fields that others depend on" data-hidden="parts">
// Fields are never asked for as properties of the form: an analyst may call one "elements".
const said = document.querySelector('[data-to]');
const { to, asks = '', hidden = '', ...words } = said.dataset;
const form = said.closest('form');
const elsewhere = document.querySelector('[data-elsewhere]');
const kept = document.querySelector('[name=_draf]'); // the savings that may be the draft now; a form that starts a case has none
const asked = new Set(asks.split(' '));
const FIRST = 2000, LONGEST = 60_000; // ms until it is sent, and until it is tried again
const COOKIE = 'opaqueredirect'; // the answer to somebody whose sign-in has ended
let timer, flight, pause = FIRST, dirty = false, failed = false, over = false;

const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, '0')).join('');
const label = (part) => (part.querySelector('label, legend')?.firstChild ?? part).textContent.trim(); // without "(wajib)"

function body(key) {
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && name !== 'request');
  return new URLSearchParams([...fields, ['request', key]]);
}

function tell(...sentences) {
  const text = sentences.filter(Boolean).join(' ');
  if (text && said.textContent !== text) said.textContent = text; // a screen reader hears of what is new only
  said.classList.toggle('unsaved', failed);
  if (elsewhere) elsewhere.hidden = !failed;
}

// Shows and hides parts, with the groups that stand empty then; what has the focus stays. Says what has appeared or gone.
function shape(names) {
  const out = new Set(names), appeared = [], gone = [];
  for (const part of document.querySelectorAll('[data-part]')) {
    const hide = out.has(part.dataset.part);
    if (part.hidden === hide || (hide && part.contains(document.activeElement))) continue;
    part.hidden = hide;
    (hide ? gone : appeared).push(label(part));
  }
  for (const group of document.querySelectorAll('.work fieldset.stack, .work details.stack')) {
    group.hidden = !group.querySelector('.field:not([hidden]), .note:not([hidden])');
  }
  const sentence = (start, labels) => labels.length && `${start} ${labels.join(', ')}.`;
  return [sentence(words.appears, appeared), sentence(words.goes, gone)].filter(Boolean).join(' ');
}

function later(ms) {
  clearTimeout(timer);
  timer = setTimeout(send, ms);
}

// After signing in again in another window the old page has an old token: it takes over the new one, not the new fields.
async function renew() {
  const page = await (await fetch(location.href, { redirect: 'error' })).text();
  const fresh = new DOMParser().parseFromString(page, 'text/html').querySelector('[name=csrf_token]').value;
  for (const token of document.querySelectorAll('[name=csrf_token]')) token.value = fresh;
}

function lost(sentence, again) {
  failed = Boolean(kept);
  dirty = true;
  if (failed) tell(sentence);
  if (again) later(pause = Math.min(2 * pause, LONGEST));
}

async function send(leaving = false) {
  if (over) return;
  clearTimeout(timer);
  flight?.abort();
  flight = new AbortController();
  const key = newKey(), sent = body(key), { signal } = flight;
  if (kept) kept.value += ` ${key}`; // whether or not its answer arrives
  dirty = false;
  try {
    const headers = { Accept: 'application/json' };
    const answer = await fetch(to, { method: 'POST', body: sent, headers, signal, redirect: 'manual', keepalive: leaving === true });
    if (answer.type === COOKIE) lost(words.out, true);
    else if (answer.status === 400) await renew().then(() => lost(words.offline, true));
    else if (answer.ok) arrived(key, await answer.json());
    else refused(answer.status, (await answer.json()).error);
  } catch (error) {
    if (error.name !== 'AbortError') lost(words.offline, true);
  }
}

function arrived(key, answer) {
  failed = false;
  pause = FIRST;
  if (kept) kept.value = key;
  for (const [name, text] of Object.entries(answer.texts)) document.querySelector(`#f-${name} b`).textContent = text;
  const files = [...document.querySelectorAll('.work [type=file]')].some((field) => field.files.length);
  tell(answer.said, answer.said && files && words.files, shape(answer.hidden));
}

// What another did, or no right any more, is no matter of time: nothing is sent again, and every field can be seen.
function refused(status, sentence) {
  over = [403, 404, 409].includes(status);
  if (over) shape([]);
  lost(`${words.unsaved} ${sentence}`, status >= 500 || status === 429);
}

document.addEventListener('input', ({ target }) => {
  if (target.form !== form || target.type === 'file' || !(kept || asked.has(target.name))) return;
  dirty = true;
  later(FIRST);
});
document.addEventListener('change', ({ target }) => {
  if (target.form !== form) return;
  if (target.matches('.money')) target.value = target.value.replace(/^\d{4,}(?=$|,)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, '.'));
  if (asked.has(target.name)) send();
});
document.addEventListener('submit', ({ target }) => {
  clearTimeout(timer);
  if (target !== form) return dirty && kept && send(true);
  flight?.abort(); // the form itself is on its way
  over = true;
  failed = false;
});
addEventListener('pageshow', ({ persisted }) => { if (persisted) over = false; });
addEventListener('visibilitychange', () => { if (document.hidden && dirty && kept) send(true); });
addEventListener('pagehide', () => { if (dirty && kept) send(true); });
addEventListener('online', () => { if (dirty) send(); });
addEventListener('beforeunload', (event) => { if (failed) event.preventDefault(); });
shape(hidden.split(' '));
