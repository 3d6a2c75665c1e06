// Values under the pointer in every figure, and a toolbox that highlights, hides and renames experiments in all of them.

// --- values ---

/** Which value stands at a share of an axis, to a thousandth of what it shows; none where it lists names. */
function valueAt(axis, share) {
  if (axis === 'names') return null;
  const [scale, ...ends] = axis.split(',');
  if (scale === 'log') {
    const [low, high] = ends.map(Math.log10);
    return (10 ** (low + share * (high - low))).toPrecision(3);
  }
  const [low, high] = ends.map(Number);
  const digits = Math.max(0, Math.ceil(3 - Math.log10(Math.abs(high - low))));
  return (low + share * (high - low)).toFixed(Math.min(digits, 12));
}

/** The points of a series as they are drawn: marks, else the corners of its line. */
function pointsOf(drawn) {
  const marks = $$('use', drawn).map((one) => [Number(one.getAttribute('x')), Number(one.getAttribute('y'))]);
  if (marks.length) return marks;
  return $$('path', drawn).flatMap((path) => {
    const numbers = path.getAttribute('d').match(/-?[\d.]+/g)?.map(Number) ?? [];
    return numbers.flatMap((one, n) => (n % 2 ? [] : [[one, numbers[n + 1]]]));
  });
}

/** All points of a figure, each with its series and its values. */
function readPoints(svg) {
  return $$('[data-axes]', svg).flatMap((axes) => {
    const box = $('path', axes).getBBox(); // the first thing that is drawn of axes is their ground
    const [x, y] = axes.dataset.axes.split(':');
    const label = (which) => $(`:scope > [data-axis="${which}"] > g > text`, axes);
    return $$('[data-series]:not(text)', axes).flatMap((drawn) => pointsOf(drawn).map(([left, top]) => ({
      drawn, left, top,
      values: [[label('x'), valueAt(x, (left - box.x) / box.width)], [label('y'), valueAt(y, 1 - (top - box.y) / box.height)]],
    })));
  });
}

const NEAR = 24; // pixels
const tip = make('div', { class: 'tip', hidden: true });

function nearest(points, svg, event) {
  const to = svg.getScreenCTM();
  let [found, least] = [null, NEAR ** 2];
  for (const point of points) {
    if (point.drawn.style.display === 'none') continue;
    const far = (to.a * point.left + to.e - event.clientX) ** 2 + (to.d * point.top + to.f - event.clientY) ** 2;
    if (far < least) [found, least] = [point, far];
  }
  return found;
}

function startValues(picture) {
  const svg = $('svg', picture);
  let points;
  const tell = (event) => {
    points ??= readPoints(svg);
    const found = nearest(points, svg, event);
    tip.hidden = !found;
    if (!found) return;
    const values = found.values.filter(([, one]) => one !== null).map(([label, one]) => `${label ? shown(label) : ''} ${Number(one)}`.trim());
    tip.replaceChildren(make('b', {}, nameOf(found.drawn)), make('br'), values.join(language === 'zh' ? '，' : ', '));
    const width = Math.min(tip.offsetWidth, innerWidth);
    tip.style.left = `${Math.max(0, Math.min(event.clientX + 14, innerWidth - width))}px`;
    tip.style.top = `${Math.max(0, event.clientY - tip.offsetHeight - 10)}px`;
  };
  picture.addEventListener('pointermove', tell);
  picture.addEventListener('pointerdown', tell);
  picture.addEventListener('pointerleave', () => { tip.hidden = true; });
}

// --- the toolbox ---

const experimentsDrawn = new Map(); // title as it is drawn → in each language
const asked = { hidden: new Set(state.getAll('hide')), marked: new Set(state.getAll('mark')), names: new Map() };
const written = new WeakMap(); // texts that were renamed → what stood there

/** What a series is called in this language: as in its figure's legend, or as it was renamed. */
function nameOf(drawn) {
  const { series, experiment } = drawn.dataset;
  const whole = experiment ? nameOfExperiment(experiment) : series;
  if (experiment) return series === experiment ? whole : series.replace(experiment, whole);
  const legend = $$('text[data-series]', drawn.closest('svg')).find((one) => one.dataset.series === series);
  return legend ? shown(legend) : series;
}
const nameOfExperiment = (title) => asked.names.get(title) || say(experimentsDrawn.get(title) ?? title);

/** A text of a figure as it was drawn, or with another name for its experiment. */
function rename(text) {
  if (!written.has(text)) written.set(text, [...text.childNodes].map((node) => node.cloneNode(true)));
  const name = asked.names.get(text.dataset.experiment);
  text.replaceChildren(...(name ? [name] : written.get(text).map((node) => node.cloneNode(true))));
}

function apply() {
  for (const one of $$('[data-experiment]')) {
    const title = one.dataset.experiment;
    one.style.display = asked.hidden.has(title) ? 'none' : '';
    one.style.opacity = asked.marked.size && !asked.marked.has(title) ? '.12' : '';
    if (one.tagName === 'text') rename(one);
  }
  for (const [key, titles] of [['hide', asked.hidden], ['mark', asked.marked]]) {
    state.delete(key);
    titles.forEach((title) => state.append(key, title));
  }
  keep();
}

function startToolbox() {
  for (const text of $$('text[data-experiment]')) {
    const { experiment, series } = text.dataset;
    if (experiment !== series || experimentsDrawn.has(experiment)) continue;
    const parts = $$('tspan', text);
    experimentsDrawn.set(experiment, parts.length ? Object.fromEntries(parts.map((one, n) => [languages[n], one.textContent])) : text.textContent);
  }
  for (const one of $$('[data-experiment]')) if (!experimentsDrawn.has(one.dataset.experiment)) experimentsDrawn.set(one.dataset.experiment, one.dataset.experiment);
  if (!experimentsDrawn.size) return;
  for (const titles of [asked.hidden, asked.marked]) for (const title of titles) if (!experimentsDrawn.has(title)) titles.delete(title); // of another page
  const list = make('ul');
  const filter = make('input', { type: 'search' });
  const note = make('span', { class: 'note', role: 'status' });
  const box = make('details', { class: 'toolbox' }, make('summary', {}, words(results.ui.toolbox), ' ', note),
    make('div', {}, make('p', { class: 'tools' }, filter, button(results.ui.toolbox_reset, () => { for (const one of Object.values(asked)) one.clear(); draw(); change(); })), list));
  const change = () => {
    const count = asked.hidden.size + asked.marked.size + asked.names.size;
    note.textContent = count ? `(${count})` : '';
    apply();
  };
  const toggle = (titles, title, pressed) => { titles[pressed ? 'add' : 'delete'](title); change(); };
  const row = (title) => {
    const check = (text, titles) => {
      const input = make('input', { type: 'checkbox', checked: titles.has(title), onchange: () => toggle(titles, title, input.checked) });
      return make('label', {}, input, ' ', words(text));
    };
    const name = make('input', { type: 'text', value: asked.names.get(title) ?? '', placeholder: say(experimentsDrawn.get(title)), 'aria-label': `${ui('toolbox_name')}: ${say(experimentsDrawn.get(title))}` });
    name.addEventListener('input', () => { if (name.value.trim()) asked.names.set(title, name.value.trim()); else asked.names.delete(title); change(); });
    return make('li', {}, name, check(results.ui.toolbox_mark, asked.marked), check(results.ui.toolbox_hide, asked.hidden));
  };
  const draw = () => {
    const sought = filter.value.trim().toLowerCase();
    list.replaceChildren(...[...experimentsDrawn.keys()].filter((title) => nameOfExperiment(title).toLowerCase().includes(sought)).map(row));
  };
  filter.addEventListener('input', draw);
  box.addEventListener('toggle', () => { if (box.open) draw(); });
  box.addEventListener('keydown', (event) => { if (event.key === 'Escape') { box.open = false; $('summary', box).focus(); } });
  named(() => {
    filter.placeholder = ui('toolbox_filter');
    filter.setAttribute('aria-label', ui('toolbox_filter'));
    if (box.open) draw();
  });
  document.body.append(box, tip);
  if (asked.hidden.size + asked.marked.size) change();
}
