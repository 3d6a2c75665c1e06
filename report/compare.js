// Another page of this kind beside this one: which claims, medians and verdicts are others there.

const CLOSE = 1e-6; // numbers are written with so many digits

/** What a page's text carries; nothing if it is no page of this kind. */
function carried(text) {
  const data = new DOMParser().parseFromString(text, 'text/html').getElementById('results');
  try { return JSON.parse(data?.textContent ?? '{}'); } catch { return {}; }
}

/** The tables that a page carries, by what each row is of. */
function arranged({ tables }) {
  if (!tables?.experiments) return null;
  const rows = (name) => (tables[name]?.rows ?? []).map((row) => Object.fromEntries(tables[name].columns.map((key, n) => [key, row[n]])));
  const medians = rows('experiments').filter(({ measure }) => ['relative_error_first10', 'relative_error'].includes(measure));
  return {
    claims: new Map(rows('claims').map((row) => [`${row.claim}, ${row.procedure}`, [row.verdict, row.ours]])),
    experiments: new Map(medians.map((row) => [`${row.experiment}, ${row.measure}`, [null, row.median ?? row.mean]])),
  };
}

/** Rows of two pages that are not the same: what it is of, there, here. */
function differing(there, here) {
  const same = (a, b) => a?.[0] === b?.[0] && (a?.[1] === b?.[1] || Math.abs(a?.[1] - b?.[1]) < CLOSE);
  return [...new Set([...here.keys(), ...there.keys()])].filter((key) => !same(there.get(key), here.get(key))).map((key) => [key, there.get(key), here.get(key)]);
}

function startCompare(root) {
  const [file, found] = [$('input', root), $('.found', root)];
  const here = arranged(results);
  const said = (one) => (one === undefined ? '–' : [one[0], one[1]?.toFixed?.(4)].filter(Boolean).join(' '));
  const listed = (heads, rows) => make('div', { class: 'scroll', tabindex: 0 }, make('table', {},
    make('thead', {}, make('tr', {}, ...heads.map((head) => make('th', { scope: 'col' }, words(head))))),
    make('tbody', {}, ...rows.map(([key, there, own]) => make('tr', {}, make('th', { scope: 'row' }, key), make('td', {}, said(there)), make('td', {}, said(own)))))));
  async function read(one) {
    const there = arranged(carried(await one.text()));
    if (!there) return found.replaceChildren(make('p', { class: 'note' }, words(results.ui.compare_other)));
    const kinds = [['claims', results.ui.compare_claims], ['experiments', results.ui.compare_experiments]];
    found.replaceChildren(...kinds.flatMap(([kind, about]) => {
      const rows = differing(there[kind], here[kind]);
      const all = new Set([...here[kind].keys(), ...there[kind].keys()]).size;
      return [make('p', {}, words(about), ` ${rows.length} / ${all}`),
        ...(rows.length ? [listed([results.ui.compare_what, results.ui.compare_there, results.ui.compare_here], rows)] : [])];
    }));
  }
  const chosen = () => { if (file.files.length) read(file.files[0]); };
  file.addEventListener('change', chosen);
  chosen(); // before this part was started
  root.addEventListener('dragover', (event) => event.preventDefault());
  root.addEventListener('drop', (event) => { event.preventDefault(); if (event.dataTransfer.files.length) read(event.dataTransfer.files[0]); });
}
