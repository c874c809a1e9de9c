// Python's standard library has no brotli:  node unpack.mjs FOLDER  writes each *.br of the package there, unpacked.
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';

const packed = path.join(import.meta.dirname, 'node_modules/@sparticuz/chromium/bin');
const out = process.argv[2];
for (const file of fs.readdirSync(packed).filter((name) => name.endsWith('.br'))) {
  const target = path.join(out, file.slice(0, -'.br'.length));
  await pipeline(fs.createReadStream(path.join(packed, file)), createBrotliDecompress(), fs.createWriteStream(target));
}
