// The answers of feelin: JSON [context, expression, ...] on stdin, JSON [answer, ...] on stdout, in the tagged form of
// engine/values.py (a number as the text of its float), an error as {"$error": its words}.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const home = createRequire(path.join(process.argv[2], 'package.json'));
const feelin = await import(pathToFileURL(home.resolve('feelin')));
const KINDS = [[feelin.FeelDateTime, '$dt'], [feelin.FeelDate, '$d'], [feelin.FeelTime, '$t'], [feelin.FeelDuration, '$p']];

function tagged(value) {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return { $n: Object.is(value, -0) ? '0' : String(value) };
  if (typeof value !== 'object' && typeof value !== 'function') return value;
  if (Array.isArray(value)) return Array.from(value, tagged);
  for (const [kind, tag] of KINDS) if (value instanceof kind) return { [tag]: value.toString() };
  if (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, tagged(entry)]));
  }
  return { $other: value.constructor.name };
}

function answer(text, context) {
  try {
    return tagged(feelin.evaluate(text, context).value);
  } catch (error) {
    return { $error: String(error.message) };
  }
}

const [context, ...texts] = JSON.parse(fs.readFileSync(0, 'utf8'));
const names = feelin.evaluate(context).value;
process.stdout.write(JSON.stringify([tagged(names), ...texts.map((text) => answer(text, names))]));
