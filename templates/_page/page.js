// What the page does beyond being read: the reader's values, copying, explaining, searching, the theme.
// Without it everything is shown, and reads the same.
(() => {
const root = document.documentElement, several = 'onbeforematch' in root;

// ---- Before the first paint: the theme, and only the chosen backend, so that nothing moves afterwards ----
// What is at the right or wraps is seen once it is whole. Unless a place is asked for, or come back to, the title is painted
// before all the rest is laid out. (A page in the background paints nothing.)
// The address: #place&backend=…&base=…&model=…; the key is never in it.
const asked = () => new URLSearchParams(location.hash.slice(1));
function place() {
  const at = location.hash.slice(1).split('&')[0];
  try { return at.includes('=') ? '' : decodeURI(at); } catch { return at; }
}
const ids = root.dataset.backends.split(' '), named = () => [asked().get('backend'), ...place().split('.')].find(id => id === 'all' || ids.includes(id));
root.classList.add('js', 'early');
try { root.dataset.theme = localStorage.getItem('theme') || ''; } catch {}
if (!history.state && !place()) {
  const rest = () => root.classList.remove('top');
  root.classList.add('top');
  setTimeout(rest, 400);
  new PerformanceObserver(rest).observe({ type: 'paint' });
}
{
  const id = named() || ids[0], where = id === 'all' || !several ? 'form ' : '';
  if (id) document.styleSheets[0].insertRule(`.early ${where}[data-backend]:not([data-backend~="${id}"]){display:none}`, 0);
}

document.addEventListener('DOMContentLoaded', () => {
const say = SAY;
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const on = (target, name, does) => target.addEventListener(name, does);
const later = {};
const soon = (name, wait, does) => { clearTimeout(later[name]); later[name] = setTimeout(does, wait); };
// Goes through a long list in turns, between which the keyboard is let in. True at the end, unless another such task came between.
const newest = {};
async function each(task, list, does, turn = 15) {
  const mine = newest[task] = {};
  let until = performance.now() + turn;
  for (const item of list) {
    does(item);
    if (performance.now() < until) continue;
    await new Promise(next => setTimeout(next));
    if (newest[task] !== mine) return false;
    until = performance.now() + turn;
  }
  return true;
}
const make = (tag, more) => Object.assign(document.createElement(tag), more);
// Where nothing may be stored, nothing is remembered.
const remember = (name, value) => { try { localStorage.setItem(name, value); } catch {} };
const show = (element, yes) => { if (!element.hidden !== yes) element.hidden = yes ? false : 'until-found'; };
const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };

// ---- The shell's quoting, as curlsheet does it (POSIX 2.2.2; Bash manual 3.1.2.4) ----
const inside = text => text.replace(/'/g, `'"'"'`);
const control = /[\0-\x08\x0b-\x1f\x7f]/g;
const unseen = /[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const word = text => /^[\w@%+=:,./-]+$/.test(text) ? text : text.search(control) < 0 ? `'${inside(text)}'`
  : `$'${text.replace(/[\\']/g, '\\$&').replace(control, c => '\\' + c.charCodeAt().toString(8).padStart(3, 0))}'`;
const variable = (before, name) => /[\\$`"!]/.test(before) ? `${word(before)}"$${name}"` : `"${before}$${name}"`;

// ---- The reader's values, of each backend its own ----
const form = one('#_values'), { backend, url, key, secret, show: shown } = form.elements;
const typed = {}, warn = one('#_warn'), inputs = all('[data-variable]', form);
for (const id of ids) typed[id] = {};
let chosen, picked = false, usual = {};
const values = () => typed[chosen] || {};
// What stood there at first, and the value in it before that was quoted.
const first = piece => piece.first ??= piece.textContent;
const initial = ({ dataset: { was, before = '' }, first }) => was ?? first.slice(before.length);
const pieces = () => all(`[data-backend="${chosen}"] var`);

function base(text, climbs = 0) {
  text = text.replace(/\/+$/, '');
  while (climbs-- > 0) text = text.replace(/\/[^/]*$/, '');
  return text;
}
function textOf(piece, mine, { url, prefix, key: asked }) {
  const { below, climbs, env, key: header, of, before } = piece.dataset, variables = shown.value === 'variables';
  // A cell may ask for a key of its own.
  const own = env ? env === asked : first(piece).endsWith(`$${asked}"`);
  const secretly = () => own && key.value === 'typed' && secret.value.trim() ? word(header + secret.value.trim()) : env ? variable(header, env) : first(piece);
  if (below !== undefined) {
    // An address with less of a path than the catalog's: no more is left of it than it has.
    const climbing = Math.min(climbs || 0, Math.max(base(mine.url || url).split('/').length - 3, 0));
    const rest = below.replace(/\{(\w+)=([^}]*)\}/g, (_, name, value) => mine[name] ? encodeURIComponent(mine[name]) : value);
    const start = prefix + 'BASE_URL';
    return (variables ? `"$${climbing ? `{${start}%${'/*'.repeat(climbing)}}` : start}"${rest && word(rest)}` : word(base(mine.url || url, climbing) + rest)) + (env && own && key.value !== 'none' ? ` \\\n  -H ${secretly()}` : '');
  }
  if (!of) return secretly();
  // A variable stands only where it holds what the cell would send.
  const value = mine[of], text = value || initial(piece), named = variables && text === (value || usual[of]);
  const json = JSON.stringify(text).slice(1, -1).replace(unseen, c => '\\u' + c.charCodeAt().toString(16).padStart(4, 0)), name = `"$${prefix}${of}"`;
  if (before !== undefined) return named ? word(before) + name : value ? word(before + value) : first(piece);
  // A heredoc: nothing is expanded in it.
  if (piece.dataset.in) return value ? json : first(piece);
  return named && json === text ? `'${name}'` : value ? inside(json) : first(piece);
}
const hideKey = () => { if (key.value === 'typed') key.value = 'variable'; };
// Everything follows what is in the strip. A key is forgotten with its field.
let followed;
function follow(turn) {
  const mine = values(), { dataset } = backend.selectedOptions[0], typing = key.value === 'typed';
  const at = mine.url || dataset.url;
  secret.closest('label').hidden = !typing;
  if (!typing) secret.value = '';
  if (!at) return write(warn, '');
  const block = one(`[data-backend="${chosen}"] .export`);
  write(block, [
    `export ${dataset.prefix}BASE_URL=${word(base(at))}`,
    ...inputs.filter(({ name }) => name in usual && (mine[name] || shown.value === 'variables')).map(input => `export ${dataset.prefix}${input.name}=${word(mine[input.name] || input.placeholder)}`),
    ...first(block).split('\n').slice(1),
  ].join('\n'));
  const path = new URL(dataset.url).pathname.replace(/\/+$/, '');
  write(warn, [
    /[‘’“”]/.test([secret.value, ...Object.values(mine)]) && say.quotes,
    ...[url, ...inputs].filter(input => /\s/.test(input.value)).map(input => say.blank.replace('{what}', () => input.labels[0].textContent)),
    !/^https?:\/\//.test(at) ? say.http : !base(at).endsWith(path) && say.path.replace('{path}', path),
    typing && say.key,
  ].filter(Boolean).join(' '));
  followed = each('follow', pieces(), piece => {
    const before = first(piece), text = textOf(piece, mine, dataset);
    write(piece, text);
    piece.classList.toggle('yours', text !== before);
  }, turn);
}
function choose(id) {
  // What was typed for the one before stands in all of its commands, but a key in none.
  if (chosen) {
    backend.value = chosen;
    hideKey();
    follow(Infinity);
  }
  backend.value = chosen = id;
  const only = several && typed[id], { url: at = '', key: name, required } = backend.selectedOptions[0].dataset;
  for (const element of all('[data-backend]')) show(element, !only || element.dataset.backend.split(' ').includes(id));
  root.classList.remove('early');
  usual = {};
  for (const piece of pieces()) {
    first(piece);
    if (piece.dataset.of) usual[piece.dataset.of] ??= initial(piece);
  }
  for (const { dataset: { below = '' } } of pieces()) {
    for (const [, of, value] of below.matchAll(/\{(\w+)=([^}]*)\}/g)) usual[of] ??= decodeURIComponent(value);
  }
  for (const input of inputs) {
    input.closest('label').hidden = !(input.name in usual);
    input.placeholder = usual[input.name] || '';
    input.value = values()[input.name] || '';
  }
  form.classList.toggle('all', !at);
  url.placeholder = at;
  url.value = values().url || '';
  key.closest('label').hidden = !name;
  key.options[0].hidden = required !== undefined;
  key.options[1].textContent = '$' + (name || '');
  key.value = required === undefined ? 'none' : 'variable';
  for (const link of all('.contents .endpoint a')) {
    const section = document.getElementById(link.hash.slice(1)), there = !!one('[data-backend]:not([hidden])', section);
    show(section, there);
    show(link.parentElement, there);
  }
  equip();
  follow();
  find();
}

// ---- The address ----
function address(at) {
  const mine = values(), asks = new URLSearchParams();
  if (picked) asks.set('backend', chosen);
  if (mine.url) asks.set('base', mine.url);
  for (const { name } of inputs) if (mine[name]) asks.set(name.toLowerCase(), mine[name]);
  if (shown.value === 'variables') asks.set('show', 'variables');
  const parts = [at, String(asks)].filter(Boolean);
  return parts.length ? '#' + parts.join('&') : location.pathname + location.search;
}
// Browsers refuse too many changes of the address at once.
// One that was typed a moment ago, and is not read yet, is not written over.
// The state says, when the page is come back to, that it was here before.
let known;
const keep = () => soon('keep', 300, () => {
  if (location.hash !== known) return;
  history.replaceState(1, '', address(place()));
  known = location.hash;
});
function arrive() {
  known = location.hash;
  const at = place(), asks = asked(), id = named() || chosen || ids[0], changed = id !== chosen || asks.has('backend');
  picked ||= !!named();
  if (typed[id] && asks.has('backend')) {
    for (const [name, value] of asks) for (const input of inputs) if (input.name.toLowerCase() === name) typed[id][input.name] = value;
    if (asks.has('base')) typed[id].url = asks.get('base');
    shown.value = asks.get('show') || 'values';
  }
  if (changed) {
    finding.value = '';
    choose(id);
  }
  if (changed || location.hash.includes('&')) document.getElementById(at)?.scrollIntoView();
  keep();
}
// The last place that was scrolled to.
const here = () => scrollY > 200 ? all('main [id]').findLast(element => element.offsetParent && element.getBoundingClientRect().top <= 130) : undefined;
on(form, 'input', ({ target }) => {
  picked = true;
  if (target === backend) {
    const seen = here(), top = seen?.getBoundingClientRect().top;
    choose(backend.value);
    const still = seen?.hidden ? seen.closest('main > section') : seen;
    if (still) scrollBy(0, still.getBoundingClientRect().top - (still === seen ? top : 130));
  } else if (target === url) values().url = url.value.trim();
  else if (inputs.includes(target)) values()[target.name] = target.value;
  follow();
  keep();
});
// What stays in view stands below the strip, however high it is. (A variable would be inherited: all below it were styled anew.)
new ResizeObserver(() => {
  const top = getComputedStyle(form).position === 'sticky' ? form.offsetHeight + 'px' : '';
  root.style.scrollPaddingTop = top && `calc(${top} + 1rem)`;
  for (const { style } of all('.contents, .found')) style.top = top;
}).observe(form);
on(window, 'hashchange', arrive);
for (const link of all('a.language')) on(link, 'click', () => {
  remember('language', link.lang);
  link.hash = new URL(address(here()?.id), location.href).hash;
});

// ---- Copying ----
const names = {};
// Gives each shown command its button, named for what it copies.
function equip() {
  for (const host of all('.cell:not([hidden]) > header, .answer:not([hidden]) .rung, .block, .right > figcaption')) {
    if (one('button', host) || host.closest('[data-backend][hidden]')) continue;
    const heading = one('h2, h3', host.closest('.endpoint, .backend, .guide, main > section')).firstChild.textContent;
    const what = host.matches('.block') ? host.previousElementSibling : host.firstElementChild || host;
    const name = [what.textContent.replace(/[:：]$/, ''), host.closest('.answer')?.dataset.names, heading].filter(Boolean).join(say.comma);
    names[name] = (names[name] || 0) + 1;
    const ariaLabel = say.copy + say.colon + name + (names[name] > 1 ? ` ${names[name]}` : '');
    const button = make('button', { className: 'copy', textContent: say.copy, ariaLabel });
    on(button, 'click', async () => {
      while (await followed === false);
      copy(copied(host), button, name);
    });
    host.matches('.block') ? host.prepend(button) : host.append(button);
  }
}
// The browser's own search shows what was put aside.
on(document, 'beforematch', () => setTimeout(equip));
function copied(host) {
  const answer = host.closest('.answer');
  if (!answer) return one('.command', host.closest('.cell, .block, figure')).textContent;
  const ids = answer.dataset.backend.split(' '), id = ids.includes(chosen) ? chosen : ids[0];
  const code = one(`[data-backend="${id}"] .command`, answer.parentElement).cloneNode(true), reading = one('.reading', code);
  const step = one('.step', host.parentElement);
  if (reading) reading.textContent = step.textContent;
  return code.textContent.trimEnd();
}
const announce = text => { write(one('#_said'), ''); soon('say', 20, () => write(one('#_said'), text)); };
async function copy(text, button, name) {
  try { await navigator.clipboard.writeText(text); } catch {
    const area = make('textarea', { value: text, readOnly: true, ariaLabel: say.failed });
    one('#_said').before(area);
    area.select();
    if (!document.execCommand('copy')) {
      area.className = 'shown';
      on(area, 'blur', () => area.remove());
      on(area, 'keydown', ({ key }) => key === 'Escape' && button.focus());
      return announce(say.failed);
    }
    area.remove();
    button.focus();
  }
  announce(say.copied + say.colon + name);
  button.textContent = say.copied;
  setTimeout(() => { button.textContent = say.copy; }, 2000);
}

// ---- Every flag explained where it stands ----
const near = new IntersectionObserver(rows => rows.forEach(({ target, isIntersecting }) => isIntersecting && link(target)), { rootMargin: '50%' });
for (const row of all('[data-flags]')) {
  row.tabIndex = 0;
  near.observe(row);
}
// Makes links of a command's pieces: `gap:length:name` for each, the reader's values not counted.
function link(row) {
  const { flags } = row.dataset, texts = document.createTreeWalker(row, 4, ({ parentNode }) => parentNode.localName === 'var' ? 2 : 1);
  let text = texts.nextNode();
  near.unobserve(row);
  row.removeAttribute('tabindex');
  delete row.dataset.flags;
  for (const mark of flags ? flags.split(' ') : []) {
    let [gap, length, name] = mark.split(':');
    for (; gap >= text.length; text = texts.nextNode()) gap -= text.length;
    text = text.splitText(gap);
    texts.currentNode = text.splitText(length);
    const piece = make('a', { href: '#_' + name, tabIndex: one('a', row) ? -1 : 0 });
    text.replaceWith(piece);
    piece.append(text);
    text = texts.currentNode;
  }
}
const fold = target => { for (const part of all('[open]', form)) if (!part.contains(target)) part.open = false; };
const tip = one('#_tip'), explainable = target => target.closest?.('.command a');
let explained;
function explain(piece) {
  clearTimeout(later.leave);
  if (piece === explained) return;
  explained?.removeAttribute('aria-describedby');
  explained = piece;
  tip.hidden = !piece;
  if (!piece) return;
  const { children: [term, meaning] } = document.getElementById(decodeURIComponent(piece.hash.slice(1)));
  tip.replaceChildren(...term.cloneNode(true).childNodes, make('br'), ...meaning.cloneNode(true).childNodes);
  piece.setAttribute('aria-describedby', '_tip');
  const { left, top, bottom } = piece.getBoundingClientRect(), { offsetWidth: width, offsetHeight: height } = tip;
  tip.style.left = Math.max(12, Math.min(left, root.clientWidth - width - 12)) + scrollX + 'px';
  // Above it: what is read, or tapped, next stays in view.
  tip.style.top = (top < height + 12 ? bottom + 6 : top - height - 6) + scrollY + 'px';
}
on(document, 'pointerover', ({ target, pointerType }) => {
  const piece = explainable(target);
  if (piece && pointerType !== 'touch') explain(piece);
  else if (tip.contains(target)) clearTimeout(later.leave);
  else if (explained && explained !== document.activeElement) soon('leave', 250, () => explain());
});
on(document, 'focusin', ({ target }) => {
  if (target.matches('[data-flags]')) link(target), one('a', target)?.focus();
  else explain(explainable(target));
});
on(document, 'click', event => {
  const piece = explainable(event.target);
  if (piece) event.preventDefault();
  if (!tip.contains(event.target)) explain(piece);
  fold(event.target);
});

// ---- Finding: what does not hold the words is put aside, where it stands ----
// The matrix is put aside as well, where it is short.
const finding = one('#_find'), overview = one('main:not(.long) > #_overview'), sections = all('main > section:not(#_overview)');
let from = 0, sought;
// What a section holds is read once, at the latest when it is searched.
const read = section => section.held ??= {
  title: [section.dataset.also, one('h2', section).textContent, one('h2 + p', section)?.textContent].join(' ').toLowerCase(),
  units: all('.cell, .answer, .missing, .options, .backend, .guide, section:not(.backend) > dl > div, #_start > :not(.backend, h2)', section)
    .map(unit => ({ unit, ids: unit.dataset.backend?.split(' '), text: [unit.dataset.backend, unit.textContent].join(' ').toLowerCase() })),
};
async function find() {
  const wanted = finding.value.trim().toLowerCase(), others = {};
  let count = 0;
  if (!(sought ||= wanted)) return;
  if (overview) show(overview, !wanted);
  const whole = await each('find', sections, section => {
    const { title, units } = read(section);
    let any = false;
    for (const { unit, ids, text } of units) {
      const hit = title.includes(wanted) || text.includes(wanted), here = !several || !ids || chosen === 'all' || ids.includes(chosen);
      show(unit, hit && here);
      if (hit && here) count += any = true;
      else if (hit && unit.matches('.cell, .backend')) others[ids] = (others[ids] || 0) + 1;
    }
    show(section, any);
  });
  if (!whole) return;
  const elsewhere = [...backend.options].filter(({ value }) => others[value]).map(({ value, text }) => `${text} ${others[value]}`);
  write(one('#_found'), !wanted ? '' : (count ? say.results.replace('{n}', count) : say.none) + (elsewhere.length ? say.elsewhere + elsewhere.join(say.comma) : ''));
}
on(finding, 'input', () => soon('find', 80, find));
on(finding, 'focus', () => each('read', sections, read));
on(window, 'keydown', event => {
  const { key, target } = event, piece = explainable(target);
  if (key === 'Escape') {
    explain();
    fold();
    if (target === finding || finding.value) {
      finding.value = '';
      finding.blur();
      // After the next frame, which leaves out what is far away; asked for sooner, all of it would be laid out.
      find().then(() => from && requestAnimationFrame(() => setTimeout(scrollTo, 0, 0, from)));
    }
  } else if (key === '/' && !target.matches('input, select, textarea') || (event.ctrlKey || event.metaKey) && key === 'k') {
    event.preventDefault();
    if (target !== finding) from = scrollY;
    finding.select();
  } else if (piece) {
    const row = all('a', piece.closest('pre')), at = row.indexOf(piece);
    const next = { ArrowLeft: row[at - 1], ArrowRight: row[at + 1], Home: row[0], End: row.at(-1) }[key];
    if (!next) return;
    event.preventDefault();
    piece.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
});

// ---- Light, dark, or as the system has it; and on paper all of it, or the backend that was chosen ----
const theme = one('#_theme'), themes = Object.keys(say.themes), now = () => root.dataset.theme || 'system';
on(theme, 'click', () => {
  root.dataset.theme = themes[(themes.indexOf(now()) + 1) % 3];
  remember('theme', now());
  theme.textContent = say.themes[now()];
});
theme.textContent = say.themes[now()];
on(window, 'beforeprint', () => {
  root.classList.toggle('chosen', picked);
  hideKey(); // It is not for paper.
  follow(Infinity);
  all('[data-flags]').forEach(link);
});

arrive();
});
})();
