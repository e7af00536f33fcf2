width => {
  const found = [];
  const box = e => e.getBoundingClientRect();
  if (document.documentElement.scrollWidth > width) found.push(`the page is ${document.documentElement.scrollWidth} wide and scrolls sideways`);
  const figures = [...document.querySelectorAll('figure')];
  if (figures.length < 2) found.push(`${figures.length} figures, want the demand and the plan`);
  for (const figure of figures) {
    const charts = [...figure.querySelectorAll('svg')].filter(s => box(s).width > 0 && box(s).height > 0);
    if (charts.length !== 1) found.push(`${charts.length} charts are visible in one figure`);
    for (const chart of charts) {
      const name = chart.querySelector('title').textContent;
      if (box(chart).left < 0 || box(chart).right > width) found.push(`${name}: the chart leaves the page`);
      const texts = [...chart.querySelectorAll('text')];
      for (const [i, a] of texts.entries()) {
        if (box(a).left < 0 || box(a).right > width) found.push(`${name}: "${a.textContent}" leaves the page`);
        for (const b of texts.slice(i + 1)) {
          const wide = Math.min(box(a).right, box(b).right) - Math.max(box(a).left, box(b).left);
          const high = Math.min(box(a).bottom, box(b).bottom) - Math.max(box(a).top, box(b).top);
          if (wide > 1 && high > 2) found.push(`${name}: "${a.textContent}" and "${b.textContent}" overlap`);
        }
      }
    }
  }
  return found;
}
