// A chart of several runs with a cursor that all charts of epochs share.

export function element(name, attributes, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// short writes a value with three digits.
export const short = value => !Number.isFinite(value) ? '–'
  : value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2).replace(/\.?0+e/, 'e').replace('e-', 'e−') : String(Number(value.toPrecision(3)));

// ticks returns round numbers in [low, high], about as many as asked for; on a logarithmic scale 1, 2, 5 times powers of ten.
function ticks(low, high, count, logarithmic) {
  const found = [];
  if (logarithmic) {
    const decades = Math.log10(high / low);
    const kinds = decades > 2.5 ? [1] : decades > 1.2 ? [1, 3] : [1, 2, 5];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      for (const kind of kinds) found.push(Number((kind * 10 ** power).toPrecision(3)));
    }
    const inside = found.filter(value => value >= low * 0.999 && value <= high * 1.001);
    if (inside.length > 1) return inside.filter((_, i) => i % Math.ceil(inside.length / 6) === 0);
    found.length = 0;
  }
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find(n => n * power >= rough * 0.999);
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) found.push(Number((i * step).toPrecision(12)));
  return found;
}

export class Chart {
  // point is called with the whole number on the horizontal axis that the reader points at, null when none.
  constructor(parent, title, horizontal, options, point) {
    Object.assign(this, { title, horizontal, options, lines: [], at: null });
    this.figure = document.createElement('div');
    this.figure.className = 'chart';
    const heading = document.createElement('h3');
    heading.textContent = title;
    this.svg = element('svg', { role: 'img', tabindex: 0 });
    this.values = document.createElement('p');
    this.values.className = 'values';
    this.figure.append(heading, this.svg, this.values);
    parent.append(this.figure);
    this.svg.addEventListener('pointermove', event => {
      if (this.back) point(this.clamp(Math.round(this.back(event.clientX - this.svg.getBoundingClientRect().left))));
    });
    this.svg.addEventListener('pointerleave', () => point(null));
    this.svg.addEventListener('blur', () => point(null));
    this.svg.addEventListener('keydown', event => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) point(this.clamp((this.at ?? (step > 0 ? -1 : this.last + 1)) + step));
      else if (event.key === 'Home') point(0);
      else if (event.key === 'End') point(this.last);
      else if (event.key === 'Escape') point(null);
      else return;
      event.preventDefault();
    });
  }

  clamp(place) { return Math.min(this.last, Math.max(0, place)); }

  // draw takes lines of { name, colour, points: [[x, y]], thin }.
  draw(lines = this.lines) {
    this.lines = lines;
    const filled = lines.filter(line => line.points.length > 0);
    this.figure.hidden = filled.length === 0;
    if (this.figure.hidden) return;
    const width = Math.max(240, this.figure.clientWidth - 26), height = 190;
    const inner = { left: 48, right: width - 8, top: 10, bottom: height - 36 };
    const logarithmic = this.options.logarithmic === true && filled.every(line => line.points.every(([, y]) => y > 0));
    const all = filled.flatMap(line => line.points.map(([, y]) => y)).filter(Number.isFinite);
    let [low, high] = this.options.range ?? [Math.min(...all), Math.max(...all)];
    if (this.options.range) low = Math.min(low, ...all);
    if (this.options.zero) low = 0;
    if (!(high > low)) [low, high] = logarithmic ? [low / 2, low * 2] : [low - 0.5, high + 0.5];
    this.last = Math.max(1, ...filled.map(line => line.points.at(-1)[0]));
    const scale = logarithmic ? Math.log : value => value;
    const x = value => inner.left + (inner.right - inner.left) * value / this.last;
    const y = value => inner.bottom - (inner.bottom - inner.top) * (scale(value) - scale(low)) / (scale(high) - scale(low));
    this.back = left => (left - inner.left) / (inner.right - inner.left) * this.last;
    const { svg } = this;
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    svg.replaceChildren();
    for (const value of ticks(low, high, 4, logarithmic)) {
      const text = short(value).replace(/^-/, '−');
      svg.append(element('line', { class: 'grid', x1: inner.left, x2: inner.right, y1: y(value), y2: y(value) }),
        element('text', { x: inner.left - 6, y: y(value) + 4, 'text-anchor': 'end' }, text));
    }
    for (const value of ticks(0, this.last, 6).filter(Number.isInteger)) {
      const anchor = x(value) > inner.right - 4 * String(value).length ? 'end' : 'middle'; // else the picture's edge cuts it
      svg.append(element('text', { x: anchor === 'end' ? inner.right + 4 : x(value), y: inner.bottom + 15, 'text-anchor': anchor }, String(value)));
    }
    svg.append(element('text', { x: (inner.left + inner.right) / 2, y: height - 4, 'text-anchor': 'middle' }, this.horizontal));
    for (const line of filled) {
      let text = '', pen = 'M';
      for (const [at, value] of line.points) {
        if (!Number.isFinite(value)) pen = 'M';
        else { text += `${pen}${x(at).toFixed(1)} ${y(value).toFixed(1)}`; pen = 'L'; }
      }
      svg.append(element('path', {
        d: text, fill: 'none', stroke: line.colour, 'stroke-width': line.thin ? 1.2 : 2, 'stroke-linejoin': 'round', opacity: line.thin ? 0.6 : 1,
      }));
      if (line.points.length === 1) svg.append(element('circle', { cx: x(line.points[0][0]), cy: y(line.points[0][1]), r: 3, fill: line.colour }));
    }
    const told = [];
    if (this.at !== null) {
      svg.append(element('line', { class: 'cursor', x1: x(this.at), x2: x(this.at), y1: inner.top, y2: inner.bottom }));
      for (const line of filled.filter(line => !line.thin)) {
        const found = line.points.find(([at]) => at === this.at);
        if (!found) continue;
        told.push([line, found[1]]);
        svg.append(element('circle', { cx: x(this.at), cy: y(found[1]), r: 4, fill: line.colour }));
      }
    }
    const shown = told.length > 0 ? told : filled.filter(line => !line.thin).map(line => [line, line.points.at(-1)[1]]);
    const place = told.length > 0 ? `${this.horizontal} ${this.at}` : 'last';
    // Colours stand for the names, which readers of the text alone get too.
    this.values.replaceChildren(`${place}: `, ...shown.map(([line, value], i) => {
      const item = document.createElement('span'), swatch = document.createElement('span'), name = document.createElement('span');
      item.className = 'value';
      item.title = line.name;
      swatch.className = 'swatch';
      swatch.style.background = line.colour;
      name.className = 'unseen';
      name.textContent = `${i > 0 ? ', ' : ''}${line.name} `;
      item.append(swatch, name, short(value));
      return item;
    }));
    svg.setAttribute('aria-label', `${this.title}. ${this.values.textContent}. Arrow keys read values.`);
  }
}
