// pages.mjs - the pages of the book are good pages, whoever reads them how.
//
//   NODE_MODULES=dir CHROMIUM=program node pages.mjs HTML
//
// HTML is the directory with index.html and book.html.  The pages are opened
// as files: no server, no network.  Prints a TAP-like line a check.

import { appendFileSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, normalize, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = resolve(process.argv[2]);
const require = createRequire(resolve(process.env.NODE_MODULES, 'x.js'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

let count = 0, failed = 0;
function check(sentence, problems) {
  count++;
  if (problems.length) failed++;
  console.log(`${problems.length ? 'not ok' : 'ok'} ${count} - ${sentence}`);
  for (const problem of problems.slice(0, 20)) console.log(`# ${problem}`);
}

const pages = readdirSync(folder, { recursive: true }).map(String)
  .filter((name) => name.endsWith('.html')).sort();
const html = new Map(pages.map((name) =>
  [name, readFileSync(join(folder, name), 'utf8')]));
const url = (name) => pathToFileURL(join(folder, name)).href;
const isSource = (name) => name.startsWith('src');

// ---- Links and ids: no browser needed ----

const idsOf = (text) =>
  [...text.matchAll(/\sid="([^"]*)"/g)].map((m) => m[1]);
const ids = new Map(pages.map((name) =>
  [name, new Set(idsOf(html.get(name)))]));

function whyBroken(name, link) {
  const [path, id] = link.split('#');
  const target = path ? normalize(join(dirname(name), path)) : name;
  if (!existsSync(join(folder, target))) return `no ${target}`;
  if (id && !ids.get(target)?.has(decodeURIComponent(id)))
    return `no #${id} in ${target}`;
}

function brokenLinks(name) {
  return [...html.get(name).matchAll(/\s(?:href|src)="([^"]*)"/g)]
    .map((m) => m[1].replace(/&amp;/g, '&'))
    .filter((link) => !/^[a-z]+:/.test(link))
    .flatMap((link) => {
      const why = whyBroken(name, link);
      return why ? [`${name}: ${link}: ${why}`] : [];
    });
}

function repeatedIds(name) {
  const seen = new Set();
  return idsOf(html.get(name)).filter((id) => seen.has(id) || !seen.add(id))
    .map((id) => `${name}: two elements have the id ${id}`);
}

// ---- In the browser ----

const AXE = { resultTypes: ['violations'], preload: false };

async function axeProblems(page, where) {
  const results = await page.evaluate((options) => axe.run(document, options),
    AXE);
  return results.violations.flatMap((v) => v.nodes.slice(0, 3).map((node) =>
    `${where}: ${v.id}: ${node.target.join(' ')}: ${
      node.failureSummary.replace(/\s+/g, ' ')}`));
}

// Elements that stick out, if the whole page scrolls sideways.
function sideways() {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')].filter((element) =>
    element.getBoundingClientRect().right > width + 1 &&
    !element.closest('pre, .wide, .skip')).slice(0, 3)
    .map((element) => `${element.tagName}.${element.className}`)
    .concat('the page scrolls sideways');
}

function scrollingListings() {
  return [...document.querySelectorAll('.listing pre')]
    .filter((pre) => pre.scrollWidth > pre.clientWidth)
    .map((pre) => pre.getAttribute('aria-label') + ' scrolls');
}

const found = { axe: [], sideways: [], listings: [], errors: [], network: [] };

// The pages in turn in the light and wide and in the dark and narrow, which has
// each scheme and each width; axe takes long.  Source pages come from one mould:
// the longest ones stand for all.  The book on one page is made of what the
// others show, and would take minutes, to look at and to print.
const longest = pages.filter(isSource)
  .sort((a, b) => html.get(b).length - html.get(a).length).slice(0, 3);

function looks(name) {
  if (name === 'book.html' || (isSource(name) && !longest.includes(name)))
    return [];
  return pages.indexOf(name) % 2 ? [['light', 1280]] : [['dark', 390]];
}

async function lookAt(page, name) {
  await page.goto(url(name));
  await page.evaluate(axe);
  for (const [scheme, width] of looks(name)) {
    const where = `${name} (${scheme}, ${width})`;
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    found.axe.push(...await axeProblems(page, where));
    if (width === 1280)
      found.listings.push(...(await page.evaluate(scrollingListings))
        .map((problem) => `${where}: ${problem}`));
  }
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 900 });
    found.sideways.push(...(await page.evaluate(sideways))
      .map((problem) => `${name} (${width}): ${problem}`));
  }
}

function listen(page, name) {
  page.on('pageerror', (error) => found.errors.push(`${name}: ${error}`));
  page.on('console', (message) => message.type() === 'error' &&
    found.errors.push(`${name}: ${message.text()}`));
  page.on('request', (request) => /^https?:/.test(request.url()) &&
    found.network.push(`${name}: ${request.url()}`));
}

async function worker(browser, names) {
  const context = await browser.newContext();
  for (let name = names.shift(); name; name = names.shift()) {
    const page = await context.newPage();
    listen(page, name);
    await lookAt(page, name);
    await page.close();
  }
  await context.close();
}

// ---- Search ----

// A word of the chapter, typed on one page, leads to an element of another.
async function searchFrom(page, name, word) {
  await page.goto(url(name));
  const hits = page.locator('#hits a');
  await page.fill('#q', word);
  const number = await hits.count();
  if (number === 0) return [`${name}: "${word}" is not found`];
  const links = await hits.evaluateAll((all) => all.map((a) => a.href));
  const problems = [];
  for (const link of links.slice(0, 5)) {
    await page.goto(link);
    const isThere = await page.evaluate(() => !location.hash ||
      document.getElementById(decodeURIComponent(location.hash.slice(1))));
    if (!isThere) problems.push(`${name}: ${link} leads nowhere`);
  }
  return problems;
}

async function searchProblems(browser) {
  const page = await browser.newPage();
  listen(page, 'search');
  const index = readFileSync(join(folder, 'search-index.js'), 'utf8');
  const name = index.match(/\["(\w+)\(\)/)?.[1];
  const from = ['index.html', pages.find((p) => /^\d/.test(p)),
    pages.find(isSource)];
  const problems = [];
  for (const start of from) {
    problems.push(...await searchFrom(page, start, name));
    problems.push(...await searchFrom(page, start, 'the'));
  }
  await page.goto(url('index.html'));
  await page.fill('#q', name);
  const first = await page.locator('#hits a').first().textContent();
  if (first !== `${name}()`)
    problems.push(`the first hit for ${name} is ${first}`);
  await page.fill('#q', 'qqqqqq');
  if (await page.locator('#count').textContent() !== 'Nothing found')
    problems.push('a word that is not there is not said to be missing');
  await page.close();
  return problems;
}

// ---- Without script, on paper, with the keyboard ----

async function scriptlessProblems(browser) {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const problems = [];
  for (const name of pages) {
    await page.goto(url(name));
    if (await page.locator('.search').filter({ visible: true }).count())
      problems.push(`${name}: the search is shown`);
    if ((await page.locator('main').innerText()).length < 20)
      problems.push(`${name}: there is nothing to read`);
  }
  await context.close();
  return problems;
}

function paperProblems() {
  const problems = [];
  for (const selector of ['.bar', '#contents', '.turn', '.search', 'footer'])
    for (const element of document.querySelectorAll(selector))
      if (element.checkVisibility()) problems.push(`${selector} is printed`);
  const ground = getComputedStyle(document.body).backgroundColor;
  if (ground !== 'rgb(255, 255, 255)') problems.push(`the paper is ${ground}`);
  for (const pre of document.querySelectorAll('pre'))
    if (pre.scrollWidth > pre.clientWidth + 1)
      problems.push(`${pre.getAttribute('aria-label')} is cut off`);
  return problems;
}

async function printProblems(browser) {
  const page = await browser.newPage({ viewport: { width: 660, height: 900 } });
  const problems = [];
  const printed = pages.filter((name) => !isSource(name) &&
    name !== 'book.html');
  for (const name of printed) {
    await page.goto(url(name));
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    problems.push(...(await page.evaluate(paperProblems))
      .map((problem) => `${name}: ${problem}`));
  }
  const [chapter] = printed.filter((name) => /^\d/.test(name));
  await page.goto(url(chapter));
  const pdf = await page.pdf({ format: 'A4' });
  if (!pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length)
    problems.push(`${chapter} does not print`);
  await page.close();
  return problems;
}

async function keyboardProblems(browser) {
  const page = await browser.newPage(
    { viewport: { width: 1280, height: 700 } });
  await page.goto(url(pages.find((p) => /^\d/.test(p))));
  await page.keyboard.press('Tab');
  const problems = [];
  const skip = await page.evaluate(() => {
    const box = document.activeElement.getBoundingClientRect();
    return document.activeElement.className === 'skip' && box.left >= 0;
  });
  if (!skip) problems.push('the first tab does not show the skip link');
  await page.keyboard.press('Enter');
  if (!page.url().endsWith('#main')) problems.push('it does not skip');
  await page.keyboard.press('Tab');
  const outline = await page.evaluate(() =>
    getComputedStyle(document.activeElement).outlineWidth);
  if (parseFloat(outline) < 2) problems.push('the focus cannot be seen');
  await page.close();
  return problems;
}

// ---- Slides ----

function slidesThatDoNotFit() {
  return [...document.querySelectorAll('.slide')].filter((slide) =>
    slide.getBoundingClientRect().height > window.innerHeight + 1 ||
    [...slide.querySelectorAll('pre')].some((pre) =>
      pre.scrollWidth > pre.clientWidth + 1))
    .map((slide) => `${slide.id} does not fit`);
}

async function deckProblems(page, name) {
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto(url(name));
  const problems = await page.evaluate(slidesThatDoNotFit);
  const count = await page.locator('.slide').count();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press(' ');
  if (!page.url().endsWith('#slide-2'))
    problems.push('two keys lead not to slide 2');
  await page.getByRole('button', { name: 'Notes' }).click();
  if (await page.locator('.notes:not([open])').count())
    problems.push('the button leaves notes closed');
  await page.goto('about:blank');
  await page.goto(url(name));
  const pdf = await page.pdf({ preferCSSPageSize: true });
  const printed = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length;
  if (printed !== count)
    problems.push(`${count} slides print on ${printed} pages`);
  return problems.map((problem) => `${name}: ${problem}`);
}

async function slideProblems(browser) {
  const page = await browser.newPage();
  const problems = [];
  for (const name of pages.filter((name) => name.startsWith('slides')))
    problems.push(...await deckProblems(page, name));
  await page.close();
  return problems;
}

// ---- The checks ----

check('no link is broken', pages.flatMap(brokenLinks));
check('no id is on a page twice', pages.flatMap(repeatedIds));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ['--headless', '--no-sandbox', '--disable-gpu',
    '--disable-background-networking', '--disable-component-update',
    '--disable-sync', '--no-first-run'],
});
const names = [...pages];
await Promise.all([worker(browser, names), worker(browser, names)]);
check('axe finds nothing, light and dark, wide and narrow, on ' +
  `${pages.filter((name) => looks(name).length).length} pages`, found.axe);
check('no page scrolls sideways at 390 and 320 pixels', found.sideways);
check('80 columns of C fit without scrolling at 1280 pixels', found.listings);
check('the search finds words and names, and its hits open',
  await searchProblems(browser));
check('without script all can be read', await scriptlessProblems(browser));
check('on paper there is only the text, dark on white',
  await printProblems(browser));
check('each slide fits on a screen and on a page, and obeys the keys',
  await slideProblems(browser));
check('the keyboard gets to the text, and is seen',
  await keyboardProblems(browser));
check('no page has an error', found.errors);
check('no page asks the network', found.network);
await browser.close();

console.log(`1..${count}`);
if (process.env.CHECK_SCORE)
  appendFileSync(process.env.CHECK_SCORE,
    `${count - failed} ${failed} 0 0 0 pages\n`);
process.exitCode = failed ? 1 : 0;
