// Charts with a cursor that others share.

function element(name, attributes, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// ticks returns round numbers in [low, high], about as many as asked for.
function ticks(low, high, count) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find(n => n * power >= rough);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) found.push(Number((i * step).toPrecision(12)));
  return found;
}

const short = value => value === null || value === undefined ? '–' : String(Number(value.toPrecision(3)));

class Chart {
  // move is called with the place, an integer on the horizontal axis, that the reader points at, or with a step of +1 or -1.
  constructor(parent, title, horizontal, move) {
    this.title = title;
    this.horizontal = horizontal;
    this.figure = document.createElement('div');
    this.figure.className = 'chart';
    const heading = document.createElement('h3');
    heading.textContent = title;
    this.svg = element('svg', { role: 'slider', tabindex: 0, 'aria-label': `${title}, cursor`, 'aria-orientation': 'horizontal' });
    this.figure.append(heading, this.svg);
    parent.append(this.figure);
    const point = event => {
      const box = this.svg.getBoundingClientRect();
      move({ to: Math.min(this.last, Math.max(0, Math.round(this.place(event.clientX - box.left)))) });
    };
    this.svg.addEventListener('pointerdown', event => { this.svg.setPointerCapture(event.pointerId); point(event); });
    this.svg.addEventListener('pointermove', event => { if (event.buttons) point(event); });
    this.svg.addEventListener('keydown', event => {
      const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      if (step) move({ by: step });
      else if (event.key === 'Home') move({ to: 0 });
      else if (event.key === 'End') move({ to: this.last });
      else return;
      event.preventDefault();
    });
  }

  // draw takes { lines, cursor, marker, chance, range } with lines of { name, colour, median, lo, hi, dashed, thin, faint }.
  draw(content) {
    this.content = content;
    const lines = content.lines.filter(line => line.median.length > 0);
    this.figure.hidden = lines.length === 0;
    if (this.figure.hidden) return;
    const width = Math.max(220, this.figure.clientWidth), height = 168;
    const inner = { left: 40, right: width - 10, top: 8, bottom: height - 34 };
    this.last = Math.max(1, ...lines.map(line => line.median.length - 1));
    const all = lines.flatMap(line => [...line.median, ...line.lo, ...line.hi]).filter(value => value !== null);
    let [low, high] = content.range ?? [0, Math.max(1, ...all)];
    low = Math.min(low, ...all);
    const x = i => inner.left + (inner.right - inner.left) * i / this.last;
    const y = value => inner.bottom - (inner.bottom - inner.top) * (value - low) / (high - low);
    this.place = left => (left - inner.left) / (inner.right - inner.left) * this.last;
    const svg = this.svg;
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    svg.replaceChildren();
    for (const value of ticks(low, high, 4)) {
      svg.append(element('line', { class: 'grid', x1: inner.left, x2: inner.right, y1: y(value), y2: y(value) }),
        element('text', { x: inner.left - 6, y: y(value) + 4, 'text-anchor': 'end' }, short(value)));
    }
    for (const value of ticks(0, this.last, 6).filter(Number.isInteger)) {
      svg.append(element('text', { x: x(value), y: inner.bottom + 15, 'text-anchor': 'middle' }, String(value)));
    }
    svg.append(element('text', { x: (inner.left + inner.right) / 2, y: height - 4, 'text-anchor': 'middle' }, this.horizontal));
    if (content.chance) svg.append(element('line', { class: 'mark', x1: inner.left, x2: inner.right, y1: y(content.chance), y2: y(content.chance) }));
    if (content.marker <= this.last) svg.append(element('line', { class: 'mark', x1: x(content.marker), x2: x(content.marker), y1: inner.top, y2: inner.bottom }));
    for (const line of lines) this.line(svg, line, x, y);
    const at = Math.min(content.cursor, this.last);
    svg.append(element('line', { class: 'cursor', x1: x(at), x2: x(at), y1: inner.top, y2: inner.bottom }));
    const told = [];
    for (const line of lines.filter(line => !line.faint)) {
      const value = line.median[at];
      if (value === null || value === undefined) continue;
      told.push(`${line.name} ${short(value)}`);
      svg.append(element('circle', { class: 'dot', cx: x(at), cy: y(value), r: line.thin ? 3 : 4.5, fill: line.colour }));
    }
    svg.setAttribute('aria-valuemin', 0);
    svg.setAttribute('aria-valuemax', this.last);
    svg.setAttribute('aria-valuenow', at);
    svg.setAttribute('aria-valuetext', `${this.horizontal} ${at}: ${told.join(', ') || 'no value'}`);
  }

  line(svg, line, x, y) {
    const group = element('g', { opacity: line.faint ? 0.35 : 1 });
    const path = values => {
      let text = '', pen = 'M';
      values.forEach((value, i) => {
        if (value === null) pen = 'M';
        else { text += `${pen}${x(i).toFixed(1)} ${y(value).toFixed(1)}`; pen = 'L'; }
      });
      return text;
    };
    if (line.lo.length > 0 && !line.lo.includes(null) && !line.faint) {
      const back = line.lo.map((value, i) => `L${x(i).toFixed(1)} ${y(value).toFixed(1)}`).reverse().join('');
      group.append(element('path', { d: path(line.hi) + back + 'Z', fill: line.colour, opacity: 0.18 }));
    }
    group.append(element('path', {
      d: path(line.median), fill: 'none', stroke: line.colour, 'stroke-width': line.thin ? 1.2 : 2.2,
      'stroke-dasharray': line.dashed ? '5 4' : 'none', 'stroke-linejoin': 'round',
    }));
    svg.append(group);
  }
}
