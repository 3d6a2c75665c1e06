// What the page does beyond being read: dots show their digits, runs are chosen.

/** A row of dots: hover, focus or tap shows a run's digit, a click keeps it; arrow keys move along. */
function startDots(row) {
  const dots = $$('.dot', row);
  const digit = $('.digit', row);
  const which = $('.which', row);
  let kept = $('.dot.middle', row);
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
    dot.addEventListener('click', () => { kept = dot; show(dot); });
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
  $('.seeds', task)?.addEventListener('change', (event) => show(event.target.value));
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
