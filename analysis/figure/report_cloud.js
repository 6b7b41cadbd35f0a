// The cloud: samples at one step on their principal components, drawn on a canvas.

const reduced = matchMedia('(prefers-reduced-motion: reduce)');
const turning = 200; // milliseconds from one step to the next
const decoded = new Map();

// scoresOf returns a stage's scores, T x S x k in units of the step's scale.
function scoresOf(stage) {
  let values = decoded.get(stage);
  if (!values) {
    const bytes = Uint8Array.from(atob(stage.scores), letter => letter.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    values = new Float32Array(bytes.length / 2);
    for (let i = 0; i < values.length; i++) values[i] = view.getInt16(2 * i, true) / 32767;
    decoded.set(stage, values);
  }
  return values;
}

const marks = [
  (c, x, y, r) => c.arc(x, y, r, 0, 7),
  (c, x, y, r) => { c.moveTo(x, y - 1.25 * r); c.lineTo(x + 1.15 * r, y + 0.85 * r); c.lineTo(x - 1.15 * r, y + 0.85 * r); c.closePath(); },
  (c, x, y, r) => c.rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r),
  (c, x, y, r) => { c.moveTo(x, y - 1.3 * r); c.lineTo(x + 1.3 * r, y); c.lineTo(x, y + 1.3 * r); c.lineTo(x - 1.3 * r, y); c.closePath(); },
];

class Cloud {
  constructor(canvas) {
    this.canvas = canvas;
    this.yaw = 0.6;
    this.pitch = 0.35;
    this.places = null; // what is on the screen: x, y in [-1, 1] for each sample
    this.target = null;
    this.frame = 0;
  }

  // show draws a view { network, stage, step, axes, oneScale, colour, cluster }; samples glide from where they are.
  show(view, glide) {
    this.view = view;
    const target = this.project();
    if (!glide || reduced.matches || !this.places || this.places.length !== target.length) {
      this.places = this.target = target;
      this.later();
      return;
    }
    this.from = this.places.slice();
    this.target = target;
    this.started = performance.now();
    this.later();
  }

  later() { this.frame ||= requestAnimationFrame(now => { this.frame = 0; this.tick(now); }); }

  tick(now) {
    if (this.places !== this.target) {
      const share = Math.min(1, Math.max(0, (now - this.started) / turning));
      if (share === 1) this.places = this.target;
      else {
        const eased = share * (2 - share);
        this.places = this.from.map((x, i) => x + (this.target[i] - x) * eased);
        this.later();
      }
    }
    this.draw();
  }

  // directions returns the two rows that take k components to the screen.
  directions() {
    const { stage, axes } = this.view;
    if (axes === 'turn') {
      const [sy, cy, sp, cp] = [Math.sin(this.yaw), Math.cos(this.yaw), Math.sin(this.pitch), Math.cos(this.pitch)];
      return [[cy, 0, sy], [sy * sp, cp, -cy * sp]];
    }
    const unit = which => Array.from({ length: stage.components }, (_, i) => i === which ? 1 : 0);
    return [unit(axes[0]), unit(axes[1])];
  }

  project() {
    const { network, stage, step, axes, oneScale } = this.view;
    const samples = network.classes.length, k = stage.components;
    const places = new Float32Array(2 * samples);
    if (step >= stage.steps) return places.subarray(0, 0);
    const values = scoresOf(stage), [across, up] = this.directions();
    const start = step * samples * k;
    let largest = 0;
    for (let s = 0; s < samples; s++) {
      let length = 0;
      for (let c = 0; c < k; c++) {
        const value = values[start + s * k + c];
        places[2 * s] += across[c] * value;
        places[2 * s + 1] += up[c] * value;
        length += value * value;
      }
      largest = Math.max(largest, axes === 'turn' ? Math.sqrt(length) : Math.max(Math.abs(places[2 * s]), Math.abs(places[2 * s + 1])));
    }
    let factor = 1 / (largest || 1);
    if (oneScale) factor = stage.scale[step] / Math.max(...stage.scale);
    this.reach = stage.scale[step] / factor;
    for (let i = 0; i < places.length; i++) places[i] *= factor;
    return places;
  }

  colourOf(sample) {
    const { network, colour } = this.view;
    if (colour === 'cluster') return `hsl(${(network.clusters[sample] * 137.508) % 360} 62% ${this.dark ? 66 : 42}%)`;
    return classColour(network.classes[sample], this.dark);
  }

  draw() {
    const { canvas } = this, box = canvas.getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    const side = Math.round(box.width * ratio);
    if (!side) return;
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const c = canvas.getContext('2d');
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    const size = this.size = box.width;
    c.clearRect(0, 0, size, size);
    const { network, stage, step, axes, cluster } = this.view;
    const { color: ink, borderTopColor: line, backgroundColor: ground } = getComputedStyle(canvas); // of the theme
    this.dark = isDark();
    this.half = size / 2 - 26;
    const place = (x, y) => [size / 2 + x * this.half, size / 2 - y * this.half];
    c.font = '12px "Liberation Sans", Arial, sans-serif';
    c.lineWidth = 1;
    c.textBaseline = 'middle';
    const labels = []; // above the samples, each with a rim of the ground's colour
    const text = (what, left, top) => {
      Object.assign(c, { strokeStyle: ground, fillStyle: ink, lineWidth: 3 });
      c.strokeText(what, left, top);
      c.fillText(what, left, top);
      c.lineWidth = 1;
    };
    const axis = (x, y, name) => {
      c.strokeStyle = line;
      c.beginPath();
      c.moveTo(...place(-x, -y));
      c.lineTo(...place(x, y));
      c.stroke();
      const [left, top] = place(x, y);
      labels.push(() => {
        c.textAlign = x > 0.8 ? 'right' : x < -0.8 ? 'left' : 'center';
        text(name, x > 0.8 ? left + 18 : left, top - 11);
      });
    };
    if (this.places.length === 0) {
      c.textAlign = 'center';
      text('no cloud at this step', size / 2, size / 2);
      return;
    }
    const named = i => `PC ${i + 1} (${(100 * (stage.explained[step]?.[i] ?? 0)).toFixed(0)} %)`;
    const [across, up] = this.directions();
    for (let i = 0; i < stage.components; i++) if (across[i] || up[i]) axis(across[i], up[i], named(i));
    const marked = cluster !== null ? cluster : this.hovered === undefined ? null : network.clusters[this.hovered];
    const rank = s => network.clusters[s] === marked ? 1 : 0;
    const order = network.classes.map((_, s) => s).sort((a, b) => rank(a) - rank(b));
    for (const s of order) {
      c.globalAlpha = marked === null ? 0.85 : rank(s) ? 1 : 0.16;
      c.fillStyle = this.colourOf(s);
      const [x, y] = place(this.places[2 * s], this.places[2 * s + 1]);
      const radius = s === this.hovered ? 6 : marked !== null && rank(s) ? 4.4 : 3.4;
      c.beginPath();
      marks[network.classes[s] % marks.length](c, x, y, radius);
      c.fill();
    }
    c.globalAlpha = 1;
    for (const label of labels) label();
    c.textAlign = 'left';
    text(`edges at ±${this.reach.toPrecision(2)}`, 8, size - 12);
  }

  // nearest returns the sample under a point of the page, undefined if none is near.
  nearest(clientX, clientY) {
    const box = this.canvas.getBoundingClientRect();
    let best, least = 14 ** 2;
    for (let s = 0; 2 * s < (this.places?.length ?? 0); s++) {
      const x = box.width / 2 + this.places[2 * s] * this.half, y = box.width / 2 - this.places[2 * s + 1] * this.half;
      const distance = (x - clientX + box.left) ** 2 + (y - clientY + box.top) ** 2;
      if (distance < least) [best, least] = [s, distance];
    }
    return best;
  }
}
