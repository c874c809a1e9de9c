// Words of the modeler page. English passes through; Indonesian comes from id.json.
import id from './id.json';

const tables = { id };
const table = tables[document.documentElement.lang.slice(0, 2)];

// What a page in another language asked for and did not find; a browser test keeps it empty.
export const untranslated = new Set();

/** The text in the page's language, with its {placeholders} filled. */
export function translate(text, values = {}) {
  if (table && !Object.hasOwn(table, text)) untranslated.add(text);
  const found = table?.[text] ?? text;
  return found.replace(/{([^}]+)}/g, (whole, name) => values[name] ?? whole);
}
