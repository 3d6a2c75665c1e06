// What the details do beyond being read: contents, tables, downloads, the explorer.
// --- contents that follow the scroll ---

function startContents() {
  const nav = $('nav.contents');
  const list = $('details', nav);
  const here = make('span', { class: 'here' }); // where the contents are folded: the section that is read
  $('summary', nav).append(here);
  const links = new Map($$('nav.contents a').map((link) => [link.hash.slice(1), link]));
  const seen = new Set();
  let shown; // what stands there already is left alone: a click on it would be lost
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) seen[entry.isIntersecting ? 'add' : 'delete'](entry.target.id);
    const current = [...links.keys()].filter((id) => seen.has(id)).at(-1);
    if (!current || current === shown) return;
    shown = current;
    for (const [id, link] of links) {
      if (id === current) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
    const link = links.get(current);
    here.replaceChildren(...[...link.childNodes].map((node) => node.cloneNode(true)));
    nav.scrollTop = link.offsetTop - nav.clientHeight / 2; // in a low window too
  }, { rootMargin: '0px 0px -70% 0px' });
  for (const id of links.keys()) if (document.getElementById(id)) observer.observe(document.getElementById(id));
  const wide = matchMedia('(min-width: 72rem)');
  const follow = () => { list.open = wide.matches; };
  wide.addEventListener('change', follow);
  follow();
  const close = () => { if (!wide.matches) list.open = false; };
  nav.addEventListener('click', (event) => { if (event.target.closest('a')) close(); });
  nav.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(); });
}

// --- files and the clipboard ---

function download(name, content, type) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // not allowed for a page from a file in some browsers
    const area = make('textarea', { style: 'position:fixed;opacity:0' });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  const before = [...button.childNodes];
  button.replaceChildren(words(results.ui.copied));
  setTimeout(() => button.replaceChildren(...before), 1500);
}

const button = (text, onclick) => make('button', { type: 'button', onclick }, words(text));

const quoted = (value) => {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const csv = (rows) => rows.map((row) => row.map(quoted).join(',')).join('\n') + '\n';

// --- tables: sort, filter, hide columns, copy, CSV ---

/** The text of an element in the language that is shown; asking the browser would cost a layout a row. */
function shown(element) {
  if (element.nodeType === Node.TEXT_NODE) return element.data;
  if (element.lang && element.lang !== TAGS[language]) return '';
  const parts = [...element.childNodes].map(shown);
  return parts.join(element.tagName === 'TR' ? ' ' : '').trim();
}

function value(cell) {
  const text = shown(cell);
  const number = parseFloat(text.replace('−', '-').replaceAll(',', ''));
  if (cell.dataset.value !== undefined) return Number(cell.dataset.value);
  return cell.classList.contains('n') ? (Number.isNaN(number) ? -Infinity : number) : text;
}

function sortable(table) {
  const body = table.tBodies[0];
  $$('thead th', table).forEach((head, column) => {
    const control = make('button', { type: 'button', class: 'sort' });
    control.append(...head.childNodes);
    head.append(control);
    control.addEventListener('click', () => {
      const descending = head.getAttribute('aria-sort') === 'ascending';
      $$('thead th', table).forEach((other) => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      const rows = [...body.rows].map((row) => [value(row.cells[Math.min(column, row.cells.length - 1)]), row]);
      rows.sort(([a], [b]) => (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), document.documentElement.lang, { numeric: true })));
      if (descending) rows.reverse();
      body.append(...rows.map(([, row]) => row));
    });
  });
}

const visible = (row) => [...row.cells].filter((cell) => cell.offsetParent !== null).map((cell) => cell.innerText.trim().replace(/\s+/g, ' '));

function startTable(table) {
  const name = table.dataset.table;
  sortable(table);
  const tools = make('div', { class: 'tools' });
  if (table.tBodies[0].rows.length > 6) {
    const filter = make('input', { type: 'search' });
    named(() => { filter.placeholder = ui('filter'); filter.setAttribute('aria-label', ui('filter')); });
    filter.addEventListener('input', () => {
      const sought = filter.value.trim().toLowerCase();
      for (const row of table.tBodies[0].rows) row.hidden = !shown(row).toLowerCase().includes(sought);
    });
    tools.append(filter);
  }
  const heads = $$('thead th', table);
  if (heads.length > 4) {
    const menu = make('details', { class: 'menu' }, make('summary', {}, words(results.ui.columns)));
    const list = make('div');
    heads.forEach((head, column) => {
      if (column === 0) return;
      const box = make('input', { type: 'checkbox', checked: true });
      box.addEventListener('change', () => {
        for (const row of table.rows) if (row.cells[column]) row.cells[column].hidden = !box.checked;
      });
      list.append(make('label', {}, box, ' ', ...[...$('.sort', head).childNodes].map((node) => node.cloneNode(true))));
    });
    menu.append(list);
    const close = () => { menu.open = false; };
    menu.addEventListener('keydown', (event) => { if (event.key === 'Escape') { close(); $('summary', menu).focus(); } });
    document.addEventListener('click', (event) => { if (!menu.contains(event.target)) close(); });
    tools.append(menu);
  }
  const copies = button(results.ui.copy, () => copy([...table.rows].filter((row) => !row.hidden).map((row) => visible(row).join('\t')).join('\n'), copies));
  tools.append(copies);
  const whole = results.tables[name];
  if (whole) tools.append(button('CSV', () => download(`${name}.csv`, csv([whole.columns, ...whole.rows]), 'text/csv')));
  const scroll = table.closest('.scroll');
  scroll.setAttribute('role', 'group');
  scroll.setAttribute('aria-labelledby', table.caption.id);
  scroll.before(tools);
}

// --- figures: SVG, PNG and their data ---

/** A figure by itself: in its language, colours resolved, on the page's paper. */
function standalone(svg) {
  const copy = svg.cloneNode(true);
  const style = getComputedStyle(document.documentElement);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.removeAttribute('aria-labelledby');
  for (const part of $$('tspan[lang]', copy)) if (part.getAttribute('lang') !== TAGS[language]) part.remove();
  const text = new XMLSerializer().serializeToString(copy)
    .replaceAll('currentColor', getComputedStyle(svg).color)
    .replace(/var\((--[\w-]+)\)/g, (_, variable) => style.getPropertyValue(variable).trim());
  const [, , width, height] = svg.getAttribute('viewBox').split(' ').map(Number);
  const font = `<style>text{font-family:system-ui,"Noto Sans CJK SC",sans-serif;fill:${getComputedStyle(svg).color}}svg{stroke-linejoin:round}</style>`;
  return { width, height, text: text.replace(/style="--width[^"]*"/, `width="${width}" height="${height}"`).replace('>', `>${font}`) };
}

function png(svg, name) {
  const { width, height, text } = standalone(svg);
  const image = new Image();
  image.onload = () => {
    const canvas = make('canvas', { width: 3 * width, height: 3 * height });
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => download(`${name}.png`, blob), 'image/png');
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
}

function startFigure(figure) {
  const number = figure.dataset.figure;
  const svg = $('.picture svg', figure);
  const tools = make('div', { class: 'tools' },
    button('SVG', () => download(`${number}.svg`, standalone(svg).text, 'image/svg+xml')),
    button('PNG', () => png(svg, number)));
  const panels = results.figures[number] ?? [];
  if (panels.length) {
    tools.append(button('CSV', () => {
      const rows = panels.flatMap(([panel, series]) => series.flatMap(([name, xs, ys, run = '']) => xs.map((x, n) => [panel, name, run, x, ys[n]])));
      download(`${number}.csv`, csv([['panel', 'series', 'run', 'x', 'y'], ...rows]), 'text/csv');
    }));
  }
  $('figcaption', figure).after(tools);
  startValues($('.picture', figure));
}

/** Names of the experiments that the address asks for, else of the first ones. */
function chosenOf(key, experiments, first) {
  const wanted = state.get(key)?.split(' ') ?? [];
  const found = experiments.map(({ name }) => name).filter((name) => wanted.includes(name));
  return found.length ? found : experiments.slice(0, first).map(({ name }) => name);
}

// --- the explorer of images ---

function startImages(root) {
  const { columns, groups } = results.images;
  if (groups.length === 1) return startGroup(root, groups[0], columns);
  const group = make('select', { id: 'explorer-group' }, ...groups.map(({ title }, n) => make('option', { value: n }, title)));
  const place = make('div');
  group.addEventListener('change', () => { place.replaceChildren(); startGroup(place, groups[group.value], columns); });
  root.append(make('div', { class: 'controls' }, make('label', { for: group.id }, words(results.ui.group), group)), place);
  startGroup(place, groups[0], columns);
}

/** Experiments that were given the same noisy images. */
function startGroup(root, { index, labels, size, clean, noisy, experiments }, columns) {
  const [rows, sides] = size;
  const shown = new Set(chosenOf('images', experiments, 8));
  const errors = Object.fromEntries(experiments.map((one) => [one.name, one.errors]));
  let chosen = Math.max(0, index.indexOf(Number(state.get('image') ?? index[0])));
  let list = index.map((_, n) => n);

  /** One tile of a sprite, as large as the style sheet says. */
  const tile = (sprite, n) => make('span', {
    class: 'tile',
    style: `background-image:url(${sprite});background-size:${columns * 100}%;aspect-ratio:${sides}/${rows};`
      + `background-position:${(n % columns) / (columns - 1) * 100}% ${Math.floor(n / columns) / Math.max(1, Math.ceil(index.length / columns) - 1) * 100}%`,
  });

  const digit = make('select', { id: 'explorer-digit' });
  const order = make('select', { id: 'explorer-order' });
  const number = make('input', { id: 'explorer-number', type: 'number', min: 0, max: index.at(-1), list: 'explorer-known' });
  const known = make('datalist', { id: 'explorer-known' }, ...index.map((image) => make('option', { value: image })));
  const message = make('p', { class: 'note', role: 'status' });
  const classes = [...new Set(labels ?? [])].sort((a, b) => a - b);
  named(() => {
    const [oldDigit, oldOrder] = [digit.value, order.value];
    digit.replaceChildren(make('option', { value: '' }, ui('every_digit')), ...classes.map((n) => make('option', { value: n }, String(n))));
    order.replaceChildren(make('option', { value: '' }, ui('by_number')),
      ...experiments.flatMap(({ name, title }) => [
        make('option', { value: `best ${name}` }, `${ui('best_of')}${say(title)}`),
        make('option', { value: `worst ${name}` }, `${ui('worst_of')}${say(title)}`)]));
    digit.value = oldDigit;
    order.value = oldOrder;
  });
  const label = (control, text) => make('label', { for: control.id }, words(text), control);
  const show = (one) => { chosen = one; keep('image', String(index[one])); draw(); };
  const step = (by) => show(list[(list.indexOf(chosen) + by + list.length) % list.length]);
  const boxes = make('fieldset', {}, make('legend', {}, words(results.ui.experiments)), ...experiments.map(({ name, title }) => {
    const box = make('input', { type: 'checkbox', checked: shown.has(name) });
    box.addEventListener('change', () => { shown[box.checked ? 'add' : 'delete'](name); keep('images', [...shown].join(' ')); draw(); });
    return make('label', {}, box, ' ', words(title));
  }));
  const strip = make('div', { class: 'thumbnails', role: 'group' });
  named(() => strip.setAttribute('aria-label', ui('images')));
  strip.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    step(by);
    $('button[aria-pressed="true"]', strip).focus();
  });
  const stage = make('div', { class: 'stage', 'aria-live': 'polite' });
  root.append(
    make('div', { class: 'controls' }, ...(classes.length ? [label(digit, results.ui.digit)] : []), label(order, results.ui.order), label(number, results.ui.image), known,
      button('←', () => step(-1)), button('→', () => step(1))),
    message, strip, boxes, stage);
  $$('.controls button', root).forEach((one, n) => named(() => one.setAttribute('aria-label', n ? ui('next') : ui('previous'))));

  const card = (title, picture, error) => make('figure', { class: 'card' }, picture,
    make('figcaption', {}, words(title), ...(error === undefined ? [] : [make('b', {}, error === null ? '–' : error.toFixed(3))])));
  const restored = ({ sprite, missing }) => (missing.includes(chosen) ? make('p', { class: 'note' }, words(results.ui.missing)) : tile(sprite, chosen));

  function draw() {
    number.value = index[chosen];
    for (const one of $$('button', strip)) { // one stop for the Tab key; arrows move along
      const here = Number(one.dataset.n) === chosen;
      one.setAttribute('aria-pressed', String(here));
      one.tabIndex = here ? 0 : -1;
    }
    const pressed = $('button[aria-pressed="true"]', strip);
    if (pressed) strip.scrollLeft = pressed.offsetLeft - strip.offsetLeft - strip.clientWidth / 2; // the page itself stays where it is
    stage.replaceChildren(card(results.ui.original, tile(clean, chosen)), card(results.ui.noisy, tile(noisy, chosen)),
      ...experiments.filter(({ name }) => shown.has(name)).map((one) => card(one.title, restored(one), one.errors[chosen])));
  }

  function select() {
    list = index.map((_, n) => n).filter((n) => digit.value === '' || labels[n] === Number(digit.value));
    const [which, name] = order.value.split(/ (.*)/);
    if (which) list.sort((a, b) => (errors[name][a] - errors[name][b]) * (which === 'best' ? 1 : -1));
    strip.replaceChildren(...list.map((n) => make('button', { type: 'button', 'data-n': n, 'aria-label': String(index[n]), onclick: () => show(n) }, tile(clean, n))));
    if (!list.includes(chosen)) [chosen = 0] = list;
    message.replaceChildren();
    draw();
  }
  digit.addEventListener('change', select);
  order.addEventListener('change', () => { select(); [chosen] = list; draw(); });
  number.addEventListener('change', () => {
    const wanted = Number(number.value);
    const nearest = index.reduce((best, image, n) => (Math.abs(image - wanted) < Math.abs(index[best] - wanted) ? n : best), 0);
    chosen = nearest;
    if (!list.includes(chosen)) { digit.value = ''; order.value = ''; select(); }
    show(chosen);
    message.replaceChildren(...(index[nearest] === wanted ? [] : [words(results.ui.not_embedded)]));
  });
  select();
}

// --- the explorer of losses ---

const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', 'currentColor'];
const DASHES = ['', '6 3', '2 3', '8 3 2 3'];

/** About five round values from low to high. */
function round(low, high) {
  const rough = (high - low) / 5 || 1;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * ten).find((one) => one >= rough);
  return [...Array(11).keys()].map((n) => (Math.ceil(low / step) + n) * step).filter((one) => one <= high);
}

function startLosses(root) {
  const { experiments } = results.losses;
  const shown = new Set(chosenOf('losses', experiments, 3));
  const view = { part: 'val_loss', log: false, seeds: true, epoch: null };
  const SVG = 'http://www.w3.org/2000/svg';
  const draws = (tag, attributes, ...children) => {
    const element = document.createElementNS(SVG, tag);
    for (const [key, one] of Object.entries(attributes)) element.setAttribute(key, one);
    element.append(...children);
    return element;
  };
  const box = (key, text, checked) => {
    const input = make('input', { type: 'checkbox', checked });
    input.addEventListener('change', () => { view[key] = input.checked; draw(); });
    return make('label', {}, input, ' ', words(text));
  };
  const part = make('select', { id: 'losses-part' });
  named(() => { const old = part.value; part.replaceChildren(make('option', { value: 'val_loss' }, ui('validation')), make('option', { value: 'loss' }, ui('training'))); part.value = old || 'val_loss'; });
  part.addEventListener('change', () => { view.part = part.value; draw(); });
  const boxes = make('fieldset', {}, make('legend', {}, words(results.ui.experiments)), ...experiments.map(({ name, title }) => {
    const input = make('input', { type: 'checkbox', checked: shown.has(name) });
    input.addEventListener('change', () => { shown[input.checked ? 'add' : 'delete'](name); keep('losses', [...shown].join(' ')); draw(); });
    return make('label', {}, input, ' ', words(title));
  }));
  const letters = matchMedia('(max-width: 40rem)').matches ? 22 : 12; // the chart is scaled to the page
  const [left, right, top, bottom] = [4.8 * letters, 708, 10, 304];
  const chart = draws('svg', { viewBox: `0 0 720 ${bottom + 3 * letters}`, role: 'slider', tabindex: 0, class: 'chart', style: `font-size:${letters}px` });
  named(() => chart.setAttribute('aria-label', ui('losses_label')));
  const readout = make('div', { class: 'readout', role: 'status' });
  root.append(make('div', { class: 'controls' }, make('label', { for: 'losses-part' }, words(results.ui.curve), part), box('log', results.ui.log, false), box('seeds', results.ui.each_seed, true)), boxes, chart, readout);

  let scale;

  function draw() {
    const found = experiments.map((one, n) => ({ ...one, colour: COLOURS[n % 7], dash: DASHES[Math.floor(n / 7) % 4] })).filter(({ name }) => shown.has(name));
    const curves = found.flatMap(({ runs }) => runs.map((run) => run[view.part])).map((curve) => curve.filter((one) => one !== null && (!view.log || one > 0)));
    const epochs = Math.max(2, ...curves.map((curve) => curve.length));
    const values = curves.flat();
    let [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0.01, 1];
    if (!view.log) low = Math.min(low, 0); else if (low === high) [low, high] = [low / 2, high * 2];
    const place = view.log ? Math.log10 : (one) => one;
    const x = (epoch) => left + (right - left) * (epoch - 1) / (epochs - 1);
    const y = (one) => bottom - (bottom - top) * (place(one) - place(low)) / (place(high) - place(low) || 1);
    scale = { x, epochs, found };
    const ticks = view.log
      ? [...Array(12).keys()].map((n) => 10 ** (n - 9)).flatMap((ten) => [ten, 2 * ten, 5 * ten]).filter((one) => one >= low && one <= high)
      : round(low, high);
    const line = (curve, attributes) => draws('polyline', { points: curve.map((one, n) => (one === null || (view.log && one <= 0) ? '' : `${x(n + 1).toFixed(1)},${y(one).toFixed(1)}`)).filter(Boolean).join(' '), fill: 'none', ...attributes });
    const mean = (runs) => Array.from({ length: Math.min(...runs.map((run) => run[view.part].length)) }, (_, n) => runs.reduce((sum, run) => sum + run[view.part][n], 0) / runs.length);
    chart.replaceChildren(
      ...ticks.map((one) => draws('g', {}, draws('line', { x1: left, x2: right, y1: y(one), y2: y(one), class: 'grid' }), draws('text', { x: left - 6, y: y(one) + letters / 3, 'text-anchor': 'end' }, String(Number(one.toPrecision(3)))))),
      ...[1, ...[...Array(5).keys()].map((n) => Math.round(epochs * (n + 1) / 5)).filter((one) => one > 1)].map((one) => draws('text', { x: x(one), y: bottom + 1.5 * letters, 'text-anchor': 'middle' }, String(one))),
      draws('text', { x: (left + right) / 2, y: bottom + 2.8 * letters, 'text-anchor': 'middle' }, ui('epoch')),
      ...found.flatMap(({ runs, colour, dash }) => [
        ...(view.seeds && runs.length > 1 ? runs.map((run) => line(run[view.part], { stroke: colour, 'stroke-width': 0.8, opacity: 0.45 })) : []),
        ...(runs.length ? [line(mean(runs), { stroke: colour, 'stroke-width': 2.4, 'stroke-dasharray': dash })] : [])]),
      draws('line', { class: 'cursor', y1: top, y2: bottom }));
    tell();
  }

  function tell() {
    const { x, epochs, found } = scale;
    view.epoch = Math.min(Math.max(view.epoch ?? epochs, 1), epochs);
    const cursor = $('.cursor', chart);
    cursor.setAttribute('x1', x(view.epoch));
    cursor.setAttribute('x2', x(view.epoch));
    for (const [key, one] of Object.entries({ valuemin: 1, valuemax: epochs, valuenow: view.epoch, valuetext: `${ui('epoch')} ${view.epoch}` })) chart.setAttribute(`aria-${key}`, one);
    readout.replaceChildren(make('p', {}, `${ui('epoch')} ${view.epoch}`), ...found.map(({ title, runs, colour, dash }) => {
      const values = runs.map((run) => run[view.part][view.epoch - 1]).filter((one) => one !== null && one !== undefined);
      const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
      const range = values.length > 1 ? ` (${Math.min(...values).toPrecision(3)} … ${Math.max(...values).toPrecision(3)})` : '';
      const key = draws('svg', { viewBox: '0 0 26 8', class: 'key', 'aria-hidden': 'true' }, draws('line', { x1: 0, x2: 26, y1: 4, y2: 4, stroke: colour, 'stroke-width': 3, 'stroke-dasharray': dash }));
      return make('p', {}, key, ' ', words(title), ` ${values.length ? mean.toPrecision(4) : '–'}${range}`);
    }));
  }

  chart.addEventListener('pointermove', (event) => {
    const at = (event.clientX - chart.getBoundingClientRect().left) / chart.clientWidth * 720;
    view.epoch = Math.round(1 + (at - left) / (right - left) * (scale.epochs - 1));
    tell();
  });
  chart.addEventListener('keydown', (event) => {
    const moves = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10, Home: -1e9, End: 1e9 };
    if (!(event.key in moves)) return;
    event.preventDefault();
    view.epoch += moves[event.key];
    tell();
  });
  named(draw);
}

// --- parts: folded, and what they hold is started when they are opened ---

function startPart(part) {
  const begin = () => {
    if (part.dataset.started) return;
    part.dataset.started = 'yes';
    $$('table[data-table]', part).forEach(startTable);
    $$('figure[data-figure]', part).forEach(startFigure);
    $$('pre[data-copy]', part).forEach((block) => { const copies = button(results.ui.copy, () => copy(block.innerText, copies)); block.before(make('div', { class: 'tools' }, copies)); });
    if ($('#explorer-images', part)) startImages($('#explorer-images'));
    if ($('#explorer-losses', part)) startLosses($('#explorer-losses'));
    if ($('#compare-pages', part)) startCompare($('#compare-pages'));
  };
  part.addEventListener('toggle', () => { if (part.open) begin(); });
  if (part.open) begin();
}

/** Open the part that a link leads into. */
function reveal() {
  const target = document.getElementById(place());
  const folded = target?.closest('details.part') ?? (target && $('details.part', target));
  if (!folded) return;
  folded.open = true;
  target.scrollIntoView();
}

startContents();
startToolbox();
$$('details.part').forEach(startPart);
addEventListener('hashchange', reveal);
$('main').addEventListener('click', (event) => { if (event.target.closest('a[href^="#"]')) setTimeout(reveal); });
$('nav.contents').addEventListener('click', (event) => { if (event.target.closest('a')) setTimeout(reveal); });
addEventListener('beforeprint', () => { for (const part of $$('details.part')) part.open = true; });
reveal();
