// pandoc3.mjs - the book is the same in pandoc 3 as in the system's pandoc.
//
//   NODE_MODULES=dir node pandoc3.mjs BOOK HTML
//
// BOOK is a directory with book.md; HTML has its pages as the system's pandoc
// made them.  Pandoc 3 comes as WebAssembly and sees a copy of the directory in
// memory; nothing on the disk changes.  Prints a TAP-like line a check.

import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [book, pages] = process.argv.slice(2);
const modules = process.env.NODE_MODULES;
const { Directory, File, OpenFile, PreopenDirectory, ConsoleStdout, WASI } =
  await import(pathToFileURL(createRequire(join(modules, 'x.js'))
    .resolve('@bjorn3/browser_wasi_shim')));
const wasm = await WebAssembly.compile(
  readFileSync(join(modules, 'pandoc-wasm/src/pandoc.wasm')));

let count = 0, failed = 0;
function check(sentence, problems) {
  count++;
  if (problems.length) failed++;
  console.log(`${problems.length ? 'not ok' : 'ok'} ${count} - ${sentence}`);
  for (const problem of problems.slice(0, 20)) console.log(`# ${problem}`);
}

// ---- Running pandoc 3 ----

function load(folder, skip) {
  return new Directory(new Map(readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !skip.includes(entry.name))
    .map((entry) => [entry.name, entry.isDirectory()
      ? load(join(folder, entry.name), [])
      : new File(readFileSync(join(folder, entry.name)))])));
}

// root: a tree of files in memory.  Returns all that pandoc said.
// A new instance for each run: a failure may leave one in any state.
async function pandoc(root, options) {
  let said = '';
  const listen = () => ConsoleStdout.lineBuffered((line) => {
    said += line + '\n';
  });
  const args = ['pandoc.wasm', '+RTS', '-H64m', '-RTS'];
  const wasi = new WASI(args, [], [new OpenFile(new File([])), listen(),
    listen(), new PreopenDirectory('/', root.contents)], { debug: false });
  const instance = await WebAssembly.instantiate(wasm,
    { wasi_snapshot_preview1: wasi.wasiImport });
  const { exports } = instance;
  wasi.initialize({ exports: { memory: exports.memory } });
  exports.__wasm_call_ctors();
  const put = (bytes) => {
    const at = exports.malloc(bytes.length);
    new Uint8Array(exports.memory.buffer, at, bytes.length).set(bytes);
    return [at, bytes.length];
  };
  const putText = (text) => put(new TextEncoder().encode(text));
  const putNumbers = (numbers) =>
    put(new Uint8Array(new Uint32Array(numbers).buffer))[0];
  const argv = args.map((arg) => putText(arg + '\0')[0]);
  exports.hs_init_with_rtsopts(putNumbers([args.length]),
    putNumbers([putNumbers([...argv, 0])]));
  for (const name of ['stdin', 'stdout', 'stderr', 'warnings'])
    root.contents.set(name, new File([]));
  try {
    exports.convert(...putText(JSON.stringify(options)));
  } catch (error) {
    if (error.constructor.name !== 'WASIProcExit') throw error;
  }
  return said + textOf(root, 'stderr');
}

// The file or directory at a path, or undefined.
function at(root, path) {
  return path.split('/').reduce((entry, name) =>
    entry?.contents?.get(name), root);
}

function textOf(root, path) {
  return new TextDecoder().decode(at(root, path).data);
}

function lists() {
  const out = execFileSync('make', ['-s', '-f', 'chapters/web/book.mk',
    'book-lists'], { cwd: book, encoding: 'utf8' });
  return Object.fromEntries(out.split('\n').map((line) =>
    line.match(/^(\w+)=(.*)$/)).filter(Boolean).map((m) => [m[1], m[2]]));
}

function options(metadata, more) {
  return { 'input-files': ['book.md'], 'fail-if-warnings': true,
    filters: [{ type: 'lua', path: 'chapters/web/book.lua' }],
    metadata: { ...lists(), ...metadata }, ...more };
}

const PAGE = { to: 'html5', standalone: true, 'section-divs': true,
  template: 'chapters/web/page.html' };

// ---- Comparing pages ----

function pagesIn(folder, prefix = '') {
  return [...folder.contents].flatMap(([name, entry]) => entry.contents
    ? pagesIn(entry, prefix + name + '/') : [prefix + name])
    .filter((name) => name.endsWith('.html') && name !== 'book.html').sort();
}

// What a reader gets: words, ids and links, in order; tags and spaces aside.
function essence(html) {
  const words = html.replace(/<(style|script)[^]*?<\/\1>/g, ' ')
    .replace(/<\/?(span|a|code|em|strong|sup)\b[^>]*>/g, '')
    .replace(/<[^>]*>/g, ' ').replace(/\uFE0E/g, '').replace(/\s+/g, ' ');
  const all = (pattern) => [...html.matchAll(pattern)].map((m) => m[1]);
  return { words: words.split(' '), ids: all(/\sid="([^"]*)"/g),
    links: all(/\shref="([^"]*)"/g) };
}

function firstDifference(name, a, b) {
  for (const kind of ['words', 'ids', 'links']) {
    for (let i = 0; i < Math.max(a[kind].length, b[kind].length); i++) {
      if (a[kind][i] !== b[kind][i])
        return [`${name}: ${kind}: "${a[kind].slice(i, i + 5).join(' ')}" ` +
          `and "${b[kind].slice(i, i + 5).join(' ')}"`];
    }
  }
  return [];
}

// ---- The checks ----

const OUT = 'build/html3';

function newRoot() {
  const root = load(book, ['.git', 'build']);
  root.contents.set('build', new Directory(new Map([['html3', new Directory(
    new Map([['src', new Directory(new Map())],
      ['slides', new Directory(new Map())]]))]])));
  return root;
}

// The version that the other pandoc was told, which may be that of an hour ago.
const version = readFileSync(join(pages, 'index.html'), 'utf8')
  .match(/class="version">([^<]*)</)?.[1] ?? '';

function makePages(root) {
  return pandoc(root, options({ split: OUT, downloads: true, version },
    { ...PAGE, 'output-file': OUT + '/index.html' }));
}

async function checkPages() {
  const root = newRoot(), two = load(pages, []);
  const said = await makePages(root);
  const three = at(root, OUT);
  const made = three.contents.has('index.html');
  check('pandoc 3 makes the book', made ? [] : said.split('\n'));
  if (!made) return;
  const names = pagesIn(two), others = pagesIn(three);
  check('pandoc 3 makes the same pages',
    String(names) === String(others) ? [] : [`${names}`, `${others}`]);
  check('each page has the same words, ids and links', names.flatMap((name) =>
    others.includes(name) ? firstDifference(name,
      essence(textOf(two, name)), essence(textOf(three, name))) : [name]));
  check('the search index is the same', firstDifference('search-index.js',
    essence(textOf(two, 'search-index.js')),
    essence(textOf(three, 'search-index.js'))));
}

// A mistake that pandoc alone passes over must stop the build here, too.
async function checkFailure() {
  const root = newRoot(), chapters = at(root, 'chapters');
  const name = [...chapters.contents.keys()].sort()
    .find((name) => /^\d.*\.md$/.test(name));
  const text = textOf(root, 'chapters/' + name);
  const line = text.split('\n').length + 1;
  chapters.contents.set(name, new File(new TextEncoder().encode(
    text + '\nSee [nothing](#no-such-id-anywhere).\n')));
  const said = await makePages(root);
  check('in pandoc 3 a broken link fails, and is named',
    said.includes(`chapters/${name}:${line}: broken link`) ? []
      : said.split('\n'));
  check('in pandoc 3 a failed build writes nothing', pagesIn(at(root, OUT)));
}

await checkPages();
await checkFailure();
console.log(`1..${count}`);
if (process.env.CHECK_SCORE)
  appendFileSync(process.env.CHECK_SCORE,
    `${count - failed} ${failed} 0 0 0 pandoc3\n`);
process.exitCode = failed ? 1 : 0;
