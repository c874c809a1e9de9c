// Typing becomes one change a pause, not one a key. Who saves calls flush() first, so that no last word is lost.
const PAUSE = 300; // milliseconds
const pending = new Set();

/** The properties panel's service `debounceInput`: `write`, put off until the typing pauses. */
export function debounce(write) {
  let timer;
  let given;
  const run = () => {
    clearTimeout(timer);
    if (pending.delete(run)) write(...given);
  };
  const later = (...values) => {
    given = values;
    pending.add(run);
    clearTimeout(timer);
    timer = setTimeout(run, PAUSE);
  };
  later.flush = run;
  later.cancel = () => {
    clearTimeout(timer);
    pending.delete(run);
  };
  return later;
}

/** Writes what was typed and is still waiting. */
export function flush() {
  for (const run of [...pending]) run();
}
