// What the page does beyond being read: dots show their digits, runs are chosen.

/** A row of dots: hover, focus or tap shows a run's digit, a click keeps it; arrow keys move along. */
function startDots(row) {
  const dots = $$('.dot', row);
  const digit = $('.digit', row);
  const which = $('.which', row);
  const wanted = state.get(`run-${row.dataset.experiment}`);
  let kept = dots.find((dot) => dot.dataset.seed === wanted) ?? $('.dot.middle', row);
  const show = (dot) => {
    digit.setAttribute('viewBox', dot.dataset.tile);
    const [seed, error] = dot.getAttribute('aria-label').split(': ');
    which.textContent = error;
    which.title = `${ui('seed')} ${seed}`;
    for (const one of dots) {
      one.classList.toggle('shown', one === dot);
      one.setAttribute('aria-pressed', String(one === kept));
      one.tabIndex = one === dot ? 0 : -1;
    }
    for (const one of $$(`.dot[data-seed]`)) one.classList.toggle('same', one.dataset.seed === dot.dataset.seed);
  };
  const back = () => { show(kept); for (const one of $$('.dot.same')) one.classList.remove('same'); };
  for (const dot of dots) {
    dot.addEventListener('pointerenter', () => show(dot));
    dot.addEventListener('focus', () => show(dot));
    dot.addEventListener('click', () => { kept = dot; show(dot); keep(`run-${row.dataset.experiment}`, dot.dataset.seed); });
  }
  row.addEventListener('pointerleave', back);
  row.addEventListener('focusout', (event) => { if (!row.contains(event.relatedTarget)) back(); });
  const order = [...dots].sort((a, b) => parseFloat(a.style.left) - parseFloat(b.style.left));
  row.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    order[Math.min(Math.max(order.indexOf(document.activeElement) + by, 0), order.length - 1)].focus();
  });
  show(kept);
  back();
}

$$('.dotted[data-experiment]').forEach(startDots);

// --- the finding: a digit without dots, positions by epoch ---

function startCells(step) {
  const cells = $$('.cells button', step);
  const masks = $$('.big path', step);
  const { live, width, rows, columns } = step.dataset;
  const [clean, restored] = [step.dataset.clean, step.dataset.restored].map((text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0)));
  const dead = () => cells.map((cell) => cell.getAttribute('aria-pressed') === 'true');
  function show() {
    const lost = dead();
    const [k, n] = [lost.filter(Boolean).length, cells.length];
    masks.forEach((mask, at) => mask.toggleAttribute('hidden', !lost[at]));
    $('.k', step).textContent = k;
    $('.rest', step).textContent = n - k;
    $('.law', step).textContent = Math.sqrt(k / n + (1 - k / n) * live ** 2).toFixed(3);
    let [missed, whole] = [0, 0];
    clean.forEach((value, at) => {
      const cell = Math.floor(at / width) % rows * columns + at % width % columns;
      missed += (value - (lost[cell] ? 0 : restored[at])) ** 2;
      whole += value ** 2;
    });
    $('.measured', step).textContent = `(${ui('measured')}${Math.sqrt(missed / whole).toFixed(3)})`;
  }
  cells.forEach((cell, at) => {
    cell.addEventListener('click', () => { cell.setAttribute('aria-pressed', String(!dead()[at])); show(); });
    cell.addEventListener('keydown', (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: Number(columns) }[event.key];
      const next = by && cells[at + by];
      if (!next) return;
      event.preventDefault();
      cell.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
  });
  named(show);
}

function startEpochs(step) {
  const states = step.dataset.states.split(' ');
  const cells = $$('.cells i', step);
  const [slider, output, cursor] = ['input', 'output', '.cursor'].map((one) => $(one, step));
  slider.addEventListener('input', () => {
    const epoch = Number(slider.value);
    cells.forEach((cell, at) => cell.classList.toggle('dark', states[epoch - 1][at] === '1'));
    const x = 100 * (epoch - 1) / Math.max(1, states.length - 1);
    cursor.setAttribute('d', `M${x} 0V100`);
    output.textContent = epoch;
  });
}

if ($('#lesson-dots')) startCells($('#lesson-dots'));
if ($('#lesson-epochs')) startEpochs($('#lesson-epochs'));

// --- a task shows its median runs, or those of one seed ---

function startTask(task) {
  const show = (seed) => {
    for (const frame of $$('.frame', task)) {
      const all = $$('.bars', frame);
      const middle = all.find((one) => 'middle' in one.dataset);
      const chosen = all.find((one) => one.dataset.seed === seed) ?? (seed ? null : middle);
      frame.classList.toggle('without', !chosen);
      for (const one of $$('[data-seed]', frame)) one.classList.toggle('chosen', one.dataset.seed === chosen?.dataset.seed);
      $('.own', frame).textContent = chosen?.dataset.error ?? '–';
      if ($('.dead', frame)) $('.dead', frame).textContent = chosen?.dataset.dead ?? '–';
      if (chosen) for (const svg of $$('.digits svg', frame)) svg.setAttribute('viewBox', chosen.dataset.tile);
    }
  };
  const seeds = $('.seeds', task);
  if (!seeds) return;
  const key = `seed-${task.dataset.task}`;
  seeds.addEventListener('change', (event) => { show(event.target.value); keep(key, event.target.value); });
  const wanted = $$('input', seeds).find((one) => one.value && one.value === state.get(key));
  if (wanted) { wanted.checked = true; show(wanted.value); }
}

$$('.task').forEach(startTask);

// --- the bar tells where one is ---

function startBar() {
  const links = new Map($$('.bar nav a[href^="#"]').map((link) => [link.hash.slice(1), link]));
  const seen = new Set();
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) seen[entry.isIntersecting ? 'add' : 'delete'](entry.target.id);
    const current = [...links.keys()].filter((id) => seen.has(id)).at(-1);
    for (const [id, link] of links) {
      if (id === current) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  }, { rootMargin: '-10% 0px -70% 0px' });
  for (const id of links.keys()) observer.observe(document.getElementById(id));
}

startBar();
if (state.size) document.getElementById(place())?.scrollIntoView();
