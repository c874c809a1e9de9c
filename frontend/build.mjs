// Bundles the browser assets:  node build.mjs FOLDER   (tools/frontend.py calls it; the licences are written beside them)
import { build } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import recommended from 'bpmnlint/config/recommended.js';

const out = process.argv[2] ?? '../webapp/static/dist';
const ALLOWED = /^(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|MPL-2\.0)$/;
// Not SPDX names, but read and accepted: docs/decisions/0001-dependencies.md.
const ACCEPTED = { 'bpmn-js': 'SEE LICENSE IN LICENSE' };

// `import { rules, resolver } from 'lint:recommended'`: bpmnlint's recommended rules without its file-system resolver.
const lintRules = {
  name: 'lint-rules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^lint:recommended$/ }, ({ path }) => ({ path, namespace: 'lint' }));
    onLoad({ filter: /.*/, namespace: 'lint' }, () => {
      const names = Object.keys(recommended.rules);
      const imports = names.map((name, n) => `import r${n} from 'bpmnlint/rules/${name}';`);
      const table = names.map((name, n) => `'rule:bpmnlint/${name}': r${n}`);
      return {
        resolveDir: process.cwd(),
        contents: `import StaticResolver from 'bpmnlint/lib/resolver/static-resolver';\n${imports.join('\n')}
          export const rules = ${JSON.stringify(recommended.rules)};
          export const resolver = new StaticResolver({ ${table.join(', ')} });`,
      };
    });
  },
};

// Style attributes in markup that our content security policy would refuse: in icons they become attributes of SVG,
// the height of the panel stands in modeler.css.
const asAttributes = (style) => style.replaceAll(/([\w-]+):([^;]+);?/g, '$1="$2" ');
const noStyleAttributes = {
  name: 'no-style-attributes',
  setup({ onLoad }) {
    const filter = /(AlignElementsIcons|DistributeElementsIcons|bpmn-js-properties-panel.dist.index\.esm)\.js$/;
    onLoad({ filter }, ({ path: file }) => {
      const before = fs.readFileSync(file, 'utf8');
      const contents = before.replaceAll(' style="height: 100%"', '')
        .replaceAll(/ style="((?:fill|stroke)[^"]*)"/g, (_, style) => ` ${asAttributes(style)}`);
      if (contents === before) throw new Error(`no style attribute in ${file} any more: drop it here`);
      return { contents };
    });
  },
};

const result = await build({
  entryPoints: { modeler: 'src/modeler.js', app: 'src/app.js' },
  outdir: out,
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2022'],
  loader: { '.woff': 'file', '.woff2': 'file', '.ttf': 'file', '.eot': 'file', '.svg': 'file' },
  assetNames: '[name]',
  // the panel carries its own copy of preact; two copies break its hooks
  alias: { react: '@bpmn-io/properties-panel/preact/compat', preact: '@bpmn-io/properties-panel/preact' },
  plugins: [lintRules, noStyleAttributes],
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});

const packages = new Set(Object.keys(result.metafile.inputs)
  .map((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1])
  .filter(Boolean));
const notices = [...packages].sort().map((folder) => {
  const { name, version, license } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  if (!ALLOWED.test(license) && ACCEPTED[name] !== license) throw new Error(`licence of ${name}: ${license}`);
  const file = fs.readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? fs.readFileSync(path.join(folder, file), 'utf8').trim() : `Licence: ${license}`;
  return `${name} ${version}\n\n${text}\n`;
});
fs.writeFileSync(path.join(out, 'THIRD_PARTY_LICENSES.txt'), notices.join(`\n${'-'.repeat(80)}\n\n`));
