// The panel: its state, its controls, and what they move.

const data = JSON.parse(document.getElementById('explorer-data').textContent);
const part = name => document.getElementById(`explore-${name}`);

const system = matchMedia('(prefers-color-scheme: dark)');
function isDark() { return (document.documentElement.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark'; }

// lighter mixes a colour such as #5a64aa with white, for dark ground.
function lighter(colour) {
  return '#' + [1, 3, 5].map(i => Math.round(parseInt(colour.slice(i, i + 2), 16) * 0.68 + 255 * 0.32).toString(16).padStart(2, '0')).join('');
}
function themed(colour) { return isDark() ? lighter(colour) : colour; }
function classColour(index, dark) {
  const colour = data.colours[index % data.colours.length];
  return dark ? lighter(colour) : colour;
}

const state = { network: 0, step: 0, stage: 0, colour: 'class', cluster: null, axes: [0, 1], oneScale: false };
const network = () => data.networks[state.network];
const className = index => network().classNames?.[index] ?? index;
const clusterName = index => network().clusterNames?.[index] ?? index;
const stage = () => network().stages[state.stage];
const lastStep = () => Math.max(stage().steps, stage().ed.median.length, stage().heldout.median.length, 1) - 1;
const within = (value, last) => Math.min(last, Math.max(0, value));

const cloud = new Cloud(part('cloud'));
const overTime = change => setStep('to' in change ? change.to : state.step + change.by);
const overEpochs = change => {
  if ('by' in change) return setStage(state.stage + change.by);
  const distance = i => Math.abs(network().stages[i].epoch - change.to);
  setStage(network().stages.reduce((best, _, i) => distance(i) < distance(best) ? i : best, 0));
};
const charts = {
  ed: new Chart(part('charts'), 'Effective dimensionality', 'time step t', overTime),
  accuracy: new Chart(part('charts'), 'Accuracy on what is held out (thin: on what is fitted)', 'time step t', overTime),
  epochs: new Chart(part('charts'), 'Accuracy of the network', 'epoch', overEpochs),
};

function setStep(step) { state.step = within(step, lastStep()); update(true); }
function setStage(index) { state.stage = within(index, network().stages.length - 1); state.step = within(state.step, lastStep()); update(true); }

function setNetwork(index) {
  state.network = index;
  state.stage = network().stages.length - 1;
  state.step = within(state.step, lastStep());
  state.cluster = null;
  const clusters = [...new Set(network().clusters)].sort((a, b) => a - b);
  part('cluster').replaceChildren(new Option('all', ''), ...clusters.map(c => new Option(`${clusterName(c)} (class ${className(network().classes[network().clusters.indexOf(c)])})`, c)));
  const axes = [['PC 1, PC 2', '0,1']];
  if (Math.max(...network().stages.map(s => s.components)) > 2) axes.push(['PC 1, PC 3', '0,2'], ['PC 2, PC 3', '1,2'], ['all three, by drag', 'turn']);
  part('axes').replaceChildren(...axes.map(([text, value]) => new Option(text, value)));
  if (!axes.some(([, value]) => value === String(state.axes))) state.axes = [0, 1];
  part('axes').value = String(state.axes);
  cloud.hovered = undefined;
  update(false);
}

// curves returns the lines of one measure: all networks of the group before and after training, and the chosen epoch; lines not
// chosen are faint.
function curves(measure, thin) {
  return data.networks.filter(other => other.group === network().group).flatMap(other => other.stages.map((s, i) => ({
    name: thin ? 'fitted' : measure === 'ed' ? 'ED' : 'held-out', ...s[measure], colour: themed(other.colour), dashed: i === 0 && other.stages.length > 1,
    thin, faint: other !== network() || i !== state.stage, between: i > 0 && i < other.stages.length - 1,
  }))).filter(line => !(line.faint && (thin || line.between))).sort((a, b) => b.faint - a.faint);
}

// moment names a stage in a sentence.
const moment = s => s.name === 'during' ? `after epoch ${s.epoch}` : `${s.name} training`;

function update(glide) {
  const n = network(), s = stage();
  cloud.show({ ...state, network: n, stage: s }, glide);
  Object.assign(part('step'), { max: lastStep(), value: state.step });
  Object.assign(part('stage'), { max: n.stages.length - 1, value: state.stage, disabled: n.stages.length < 2 });
  part('step-value').textContent = state.step + (state.step === n.evaluation ? ' (read by the loss)' : '');
  part('stage-value').textContent = `${s.epoch}, ${s.name} training`;
  part('step').setAttribute('aria-valuetext', `t = ${state.step}`);
  part('stage').setAttribute('aria-valuetext', part('stage-value').textContent);
  const shared = { cursor: state.step, marker: n.evaluation };
  charts.ed.draw({ ...shared, lines: curves('ed') });
  charts.accuracy.draw({ ...shared, lines: [...curves('heldout'), ...curves('fitted', true)], chance: n.chance, range: [Math.min(n.chance, 0.5) - 0.05, 1.02] });
  charts.epochs.draw({
    cursor: s.epoch, chance: n.chance, range: [Math.min(n.chance, 0.5) - 0.05, 1.02],
    lines: data.networks.filter(other => other.group === n.group).map(other => ({ name: 'accuracy', ...other.accuracy, colour: themed(other.colour), faint: other !== n })).sort((a, b) => b.faint - a.faint),
  });
  const values = [['effective dimensionality', s.ed], [`accuracy on fitted ${n.heldOut}`, s.fitted], [`on held-out ${n.heldOut}`, s.heldout]].filter(([, c]) => c.median.length > state.step);
  part('readout').textContent = `${n.name}, ${moment(s)}, t = ${state.step}: ` + values.map(([name, c]) => `${name} ${short(c.median[state.step])}` +
    (c.lo.length && c.lo[state.step] !== c.hi[state.step] ? ` [${short(c.lo[state.step])}, ${short(c.hi[state.step])}]` : '')).join('; ') + '.';
  part('cloud').setAttribute('aria-label', `Cloud of ${n.classes.length} samples of ${n.name}, ${moment(s)}, at t = ${state.step}. Left and right change t, up and down the epoch.`);
  legend();
}

function legend() {
  const classes = [...new Set(network().classes)].sort((a, b) => a - b);
  part('legend').replaceChildren(...classes.map(index => {
    const item = document.createElement('li'), mark = element('svg', { viewBox: '-7 -7 14 14', width: 14, height: 14, 'aria-hidden': 'true' });
    const shape = [
      element('circle', { r: 4.5 }), element('path', { d: 'M0-5.6L5.2 3.8H-5.2Z' }), element('path', { d: 'M-4-4H4V4H-4Z' }), element('path', { d: 'M0-6L6 0L0 6L-6 0Z' }),
    ][index % 4];
    shape.setAttribute('fill', state.colour === 'class' ? classColour(index, isDark()) : 'currentColor');
    mark.append(shape);
    item.append(mark, ` class ${className(index)}`);
    return item;
  }));
  part('lines').replaceChildren(...data.networks.filter(n => n.group === network().group).map(n => {
    const item = document.createElement('li'), mark = element('svg', { viewBox: '0 0 22 14', width: 22, height: 14, 'aria-hidden': 'true' });
    mark.append(element('path', { d: 'M1 7H21', stroke: themed(n.colour), 'stroke-width': 2.5 }));
    item.append(mark, ` ${n.name}`);
    return item;
  }));
}

// The cloud: pointing shows the sample, dragging turns, arrow keys move.
const tip = part('tip'), canvas = part('cloud');
function hover(event) {
  const sample = cloud.nearest(event.clientX, event.clientY);
  tip.hidden = sample === undefined;
  if (sample !== undefined) {
    tip.textContent = `cluster ${clusterName(network().clusters[sample])}, class ${className(network().classes[sample])}`;
    const box = canvas.parentElement.getBoundingClientRect();
    const left = event.clientX - box.left, width = tip.offsetWidth;
    tip.style.left = `${Math.max(4, left + 14 + width > box.width ? left - width - 14 : left + 14)}px`;
    tip.style.top = `${Math.max(4, event.clientY - box.top - 34)}px`;
  }
  if (sample !== cloud.hovered) { cloud.hovered = sample; cloud.later(); }
}
canvas.addEventListener('pointermove', event => {
  if (event.buttons && state.axes === 'turn') {
    cloud.yaw += event.movementX * 0.01;
    cloud.pitch = Math.min(1.5, Math.max(-1.5, cloud.pitch + event.movementY * 0.01));
    return update(false);
  }
  hover(event);
});
canvas.addEventListener('pointerdown', event => { if (state.axes === 'turn') canvas.setPointerCapture(event.pointerId); else hover(event); });
canvas.addEventListener('pointerleave', () => { tip.hidden = true; cloud.hovered = undefined; cloud.later(); });
canvas.addEventListener('keydown', event => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], epoch = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  if (step) setStep(state.step + step);
  else if (epoch) setStage(state.stage + epoch);
  else if (event.key === 'Home') setStep(0);
  else if (event.key === 'End') setStep(lastStep());
  else if (event.key === ' ') play(!timer);
  else return;
  event.preventDefault();
});

let timer = 0;
function play(on) {
  clearInterval(timer);
  timer = on ? setInterval(() => setStep(state.step >= lastStep() ? 0 : state.step + 1), 450) : 0;
  part('play').textContent = on ? 'Stop' : 'Play';
  part('play').setAttribute('aria-pressed', String(on));
}

part('step').addEventListener('input', event => setStep(Number(event.target.value)));
part('stage').addEventListener('input', event => setStage(Number(event.target.value)));
part('play').addEventListener('click', () => play(!timer));
part('network').addEventListener('change', event => setNetwork(Number(event.target.value)));
part('colour').addEventListener('change', event => { state.colour = event.target.value; update(false); });
part('cluster').addEventListener('change', event => { state.cluster = event.target.value === '' ? null : Number(event.target.value); update(false); });
part('axes').addEventListener('change', event => {
  state.axes = event.target.value === 'turn' ? 'turn' : event.target.value.split(',').map(Number);
  canvas.classList.toggle('turn', state.axes === 'turn');
  update(true);
});
part('scale').addEventListener('change', event => { state.oneScale = event.target.checked; update(true); });

// The theme: as the system, dark, light. A page from a file may have no storage.
const themes = [undefined, 'dark', 'light'], button = document.getElementById('theme');
function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  button.textContent = `Theme: ${theme ?? 'as the system'}`;
  try { if (theme) localStorage.setItem('theme', theme); else localStorage.removeItem('theme'); } catch { /* not remembered */ }
}
let remembered;
try { remembered = localStorage.getItem('theme') ?? undefined; } catch { /* none */ }
setTheme(themes.includes(remembered) ? remembered : undefined);
button.hidden = false;
button.addEventListener('click', () => {
  setTheme(themes[(themes.indexOf(document.documentElement.dataset.theme) + 1) % themes.length]);
  update(false);
});
system.addEventListener('change', () => update(false));

part('network').append(...data.networks.map((n, i) => new Option(`${n.name}; ${n.group}`, i)));
document.getElementById('explorer').hidden = false;
new ResizeObserver(() => update(false)).observe(part('charts'));
setNetwork(0);
setStep(Math.floor(network().evaluation / 2)); // on the way, where most can be seen
