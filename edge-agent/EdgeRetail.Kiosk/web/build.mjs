// Builds the page into ../wwwroot, which the kiosk library embeds: one script, one style sheet, two font files, an index
// that names them by their hashes, and the licences of what is inside. The same sources give the same bytes.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const web = fileURLToPath(new URL('.', import.meta.url));
const out = join(web, '..', 'wwwroot');

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const result = await build({
  absWorkingDir: web,
  entryPoints: ['src/main.tsx'],
  outdir: out,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome109', 'firefox115', 'safari16'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  entryNames: '[name]-[hash]',
  assetNames: 'fonts/[name]-[hash]',
  loader: { '.woff2': 'file' },
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});

const outputs = Object.keys(result.metafile.outputs).sort();
const named = (ending) => {
  const found = outputs.filter((path) => path.endsWith(ending)).map((path) => basename(path));
  if (found.length !== 1) throw new Error(`Expected one ${ending} file, got ${found.length}.`);
  return found[0];
};

const template = await readFile(join(web, 'index.html'), 'utf8');
const icon = await readFile(join(web, 'icon.svg'));
const hash = createHash('sha256').update(template).update(icon);
for (const path of outputs) hash.update(relative(out, join(web, path))).update(await readFile(join(web, path)));

await writeFile(
  join(out, 'index.html'),
  template
    .replace('%SCRIPT%', named('.js'))
    .replace('%STYLE%', named('.css'))
    .replace('%BUILD%', hash.digest('hex').slice(0, 16)),
);
await writeFile(join(out, 'icon.svg'), icon);

const bundled = ['preact', '@fontsource-variable/inter'];
const licences = await Promise.all(
  bundled.map(async (name) => {
    const { version, license } = JSON.parse(await readFile(join(web, 'node_modules', name, 'package.json'), 'utf8'));
    const text = await readFile(join(web, 'node_modules', name, 'LICENSE'), 'utf8');
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  }),
);
await writeFile(join(out, 'licences.txt'), licences.join(`\n${'-'.repeat(72)}\n\n`));
