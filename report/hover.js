for (const f of document.querySelectorAll('figure[data-read]')) for (const svg of f.querySelectorAll('svg')) {
  const out = f.querySelector('output'), at = svg.querySelector('.cursor');
  const rows = JSON.parse(f.dataset.read), d = svg.dataset;
  svg.addEventListener('pointermove', e => {
    const box = svg.getBoundingClientRect(), x = (e.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
    const t = +d.from + (x - d.left) / (d.right - d.left) * (d.to - d.from);
    const row = rows.findLast(r => r[0] <= t);
    if (!row || x < d.left || x > d.right) return;
    at.setAttribute('x1', x); at.setAttribute('x2', x); at.setAttribute('visibility', 'visible');
    out.textContent = row[1];
  });
  svg.addEventListener('pointerleave', () => { at.setAttribute('visibility', 'hidden'); out.textContent = ''; });
}
