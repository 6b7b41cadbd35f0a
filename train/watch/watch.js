import { Chart, short } from './watch_chart.js';

const part = name => document.getElementById(name);
const mostChosen = 8;
const palette = { // apart for most eyes: Okabe and Ito's colours, and their like on dark ground
  light: ['#0072b2', '#d55e00', '#009e73', '#c2559b', '#b07f00', '#2f9fd8', '#6b4fb3', '#555a60'],
  dark: ['#58a9e0', '#ff8a4c', '#3ecfa0', '#ee9acb', '#e9bb45', '#8fd0f5', '#b39ef0', '#b5bac2'],
};

const runs = new Map(); // by name, entries of the list
const followed = new Map(); // by name: { config, history, ed, trouble }
const chosen = new Map(); // name to its place in the palette
let source, retry, waiting = true; // waiting for the first list of runs

const system = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
// titleOf names a run; where several sweeps have runs of one title, with the sweep.
const titleOf = name => {
  const run = runs.get(name);
  return !run ? name : ambiguous.has(run.title) && run.sweep ? `${run.sweep}: ${run.title}` : run.title;
};
let ambiguous = new Set();
function compareTitles() {
  const seen = new Set();
  ambiguous = new Set([...runs.values()].map(run => run.title).filter(title => seen.has(title) || !seen.add(title)));
}
const colour = name => palette[isDark() ? 'dark' : 'light'][chosen.get(name)];

// Charts. Those of epochs share a cursor.
const overEpochs = place => { for (const chart of epochs) { chart.at = place; chart.draw(); } };
const loss = new Chart(part('charts'), 'Validation loss (thin: training)', 'epoch', { logarithmic: true }, overEpochs);
const accuracy = new Chart(part('charts'), 'Accuracy', 'epoch', { range: [0.4, 1.01] }, overEpochs);
const rate = new Chart(part('charts'), 'Learning rate', 'epoch', { logarithmic: true }, overEpochs);
const dimensionality = new Chart(part('charts'), 'Effective dimensionality, newest weights', 'time step t', { zero: true },
  place => { dimensionality.at = place; dimensionality.draw(); });
const epochs = [loss, accuracy, rate];

let drawing = 0;
function draw() { drawing ||= requestAnimationFrame(() => { drawing = 0; drawAll(); }); }

function drawAll() {
  const lines = (of, thin = false, from = 0) => [...chosen.keys()].filter(name => followed.has(name)).map(name => ({
    name: titleOf(name), thin, colour: colour(name), points: followed.get(name).history.filter(m => m.epoch >= from).map(m => [m.epoch, m[of]]),
  }));
  loss.draw([...lines('training_loss', true, 1), ...lines('validation_loss')]);
  accuracy.draw(lines('accuracy'));
  rate.draw(lines('learning_rate', false, 1));
  dimensionality.draw([...chosen.keys()].filter(name => followed.get(name)?.ed).map(name => ({
    name: `${titleOf(name)} (epoch ${followed.get(name).ed.epoch})`, colour: colour(name), points: followed.get(name).ed.values.map((value, t) => [t, value]),
  })));
  part('hint').hidden = chosen.size > 0;
  drawChosen();
  drawDifferences();
}

function drawChosen() {
  part('chosen').replaceChildren(...[...chosen.keys()].map(name => {
    const item = document.createElement('li'), swatch = document.createElement('span'), text = document.createElement('span'), close = document.createElement('button');
    swatch.className = 'swatch';
    swatch.style.background = colour(name);
    text.textContent = titleOf(name);
    if (titleOf(name) !== name) text.title = name;
    const trouble = followed.get(name)?.trouble;
    if (trouble) { text.textContent += `: ${trouble}`; text.className = 'error'; }
    close.type = 'button';
    close.textContent = '×';
    close.setAttribute('aria-label', `remove ${titleOf(name)}`);
    close.addEventListener('click', () => choose([name], false));
    item.append(swatch, text, close);
    return item;
  }));
}

function drawDifferences() {
  const names = [...chosen.keys()].filter(name => followed.has(name));
  const keys = [...new Set(names.flatMap(name => Object.keys(followed.get(name).config)))].sort()
    .filter(key => new Set(names.map(name => followed.get(name).config[key])).size > 1);
  part('differences').hidden = keys.length === 0;
  const tableRow = (kind, texts) => {
    const made = document.createElement('tr');
    texts.forEach((text, i) => {
      const cell = document.createElement(kind === 'th' || i === 0 ? 'th' : 'td');
      cell.textContent = text;
      cell.scope = kind === 'th' ? 'col' : 'row';
      made.append(cell);
    });
    return made;
  };
  const head = document.createElement('thead'), body = document.createElement('tbody');
  head.append(tableRow('th', ['setting', ...names.map(titleOf)]));
  body.append(...keys.map(key => tableRow('td', [key, ...names.map(name => followed.get(name).config[key] ?? '–')])));
  part('settings').replaceChildren(head, body);
}

// The list.
function ago(time) {
  const seconds = Math.max(0, (Date.now() - new Date(time)) / 1000);
  for (const [unit, length] of [['d', 86400], ['h', 3600], ['min', 60]]) if (seconds >= length) return `${Math.floor(seconds / length)} ${unit} ago`;
  return 'just now';
}

// isSilent tells whether a single run that has not ended has written nothing for twenty times the duration of an epoch, and for five
// minutes: its process may have been killed. For runs of sweeps the server decides.
function isSilent(run) {
  if (run.state !== 'running' || run.sweep) return false;
  const quiet = Date.now() - new Date(run.changed), took = new Date(run.changed) - new Date(run.started);
  return quiet > Math.max(5 * 60e3, 20 * took / Math.max(1, run.last?.epoch ?? 1));
}

const orders = {
  started: (a, b) => new Date(b.started) - new Date(a.started) || a.title.localeCompare(b.title, undefined, { numeric: true }),
  name: (a, b) => a.title.localeCompare(b.title, undefined, { numeric: true }) || a.name.localeCompare(b.name),
  accuracy: (a, b) => (b.last?.accuracy ?? -1) - (a.last?.accuracy ?? -1),
  loss: (a, b) => (a.last?.validation_loss ?? Infinity) - (b.last?.validation_loss ?? Infinity),
};
const mostShown = 300, states = ['running', 'pending', 'done', 'interrupted', 'failed', 'damaged', 'unknown'];

function drawList() {
  const words = part('filter').value.toLowerCase().split(/\s+/).filter(Boolean), state = part('state').value;
  const fitting = [...runs.values()].filter(run => (!state || run.state === state) &&
    words.every(word => `${run.name} ${run.title} ${run.summary}`.toLowerCase().includes(word))).sort(orders[part('order').value]);
  part('hint').textContent = waiting ? 'Connecting …'
    : runs.size > 0 ? 'Choose runs from the list to see their curves; up to eight at a time.'
    : 'No run here yet. A run is a folder that holds metrics.jsonl, as train run and train sweep write it; it appears here by itself.';
  const counts = states.map(kind => [kind, fitting.filter(run => run.state === kind).length]).filter(([, count]) => count > 0);
  part('count').textContent = waiting ? '' : `${fitting.length} of ${runs.size} runs` + (counts.length > 0 ? `: ${counts.map(([kind, count]) => `${count} ${kind}`).join(', ')}` : '') +
    (fitting.length > mostShown ? `; the first ${mostShown} shown` : '');
  const rows = fitting.slice(0, mostShown).map(listed), shown = part('list').children;
  if (rows.length !== shown.length || rows.some((row, i) => row !== shown[i])) {
    const focused = document.activeElement;
    part('list').replaceChildren(...rows);
    if (part('list').contains(focused)) focused.focus();
  }
}

// A row stays the same element as long as its run exists, so that no click or focus is lost when the run changes.
const rowOf = new Map();

function row(run) {
  let made = rowOf.get(run.name);
  if (!made) {
    made = { item: document.createElement('li'), label: document.createElement('label'), box: document.createElement('input'), details: document.createElement('span') };
    made.box.type = 'checkbox';
    made.box.dataset.run = run.name;
    made.box.addEventListener('change', () => choose([run.name], made.box.checked));
    made.details.className = 'details';
    made.label.append(made.box, made.details);
    made.item.append(made.label);
    rowOf.set(run.name, made);
  }
  return made;
}

function listed(run) {
  const { item, label, box, details } = row(run);
  box.checked = chosen.has(run.name);
  box.disabled = !box.checked && chosen.size >= mostChosen;
  label.style.borderLeftColor = box.checked ? colour(run.name) : 'transparent';
  const [name, state, about] = ['name', 'state', 'about'].map(kind => { const made = document.createElement('span'); made.className = kind; return made; });
  name.textContent = run.title;
  if (run.title !== run.name) name.title = run.name;
  state.textContent = isSilent(run) ? 'silent' : run.state;
  state.classList.add(state.textContent);
  if (isSilent(run)) state.title = 'No epoch for a long time: its process may have been killed. train run --resume continues it.';
  if (run.last) {
    const number = document.createElement('b');
    number.textContent = short(run.last.accuracy);
    about.append('accuracy ', number, `, loss ${short(run.last.validation_loss)}, epoch ${run.last.epoch}${run.epochs ? ` of ${run.epochs}` : ''}`);
    about.append(run.state === 'running' ? `, ${ago(run.changed)}` : '');
    about.append(document.createElement('br'));
  }
  about.append([run.summary, run.sweep && run.sweep !== '.' ? `in ${run.sweep}` : ''].filter(Boolean).join(', '));
  details.replaceChildren(name, state, about);
  if (run.error) {
    const error = document.createElement('span');
    error.className = 'about error';
    error.textContent = run.error;
    details.append(error);
  }
  if (run.state === 'running' && run.epochs && !isSilent(run)) {
    const bar = document.createElement('span'), done = document.createElement('span');
    bar.className = 'bar';
    done.style.width = `${100 * Math.min(1, (run.last?.epoch ?? 0) / run.epochs)}%`;
    bar.append(done);
    details.append(bar);
  }
  return item;
}

// The choice is part of the address, so that it can be bookmarked and sent.
function choose(names, yes) {
  for (const name of names) {
    if (yes && chosen.size < mostChosen && !chosen.has(name)) {
      const taken = [...chosen.values()];
      chosen.set(name, palette.light.findIndex((_, i) => !taken.includes(i)));
    } else if (!yes) {
      chosen.delete(name);
      followed.delete(name);
    }
  }
  history.replaceState(null, '', '#' + new URLSearchParams([...chosen.keys()].map(run => ['run', run])));
  connect();
  drawList();
  draw();
}

function status(kind, text) {
  part('connection').className = kind;
  part('connection-text').textContent = text;
}

// connect opens one stream for the list and all chosen runs.
function connect() {
  source?.close();
  clearTimeout(retry);
  source = new EventSource('/api/events?' + new URLSearchParams([...chosen.keys()].map(run => ['run', run])));
  const on = (name, hear) => source.addEventListener(name, message => hear(JSON.parse(message.data)));
  source.addEventListener('open', () => status('live', 'live'));
  source.addEventListener('error', () => {
    status('broken', 'no connection; trying again');
    if (source.readyState !== EventSource.CLOSED) return; // it reconnects by itself
    retry = setTimeout(async () => {
      try { // one unknown run makes the server refuse all
        const known = new Set((await (await fetch('/api/runs')).json()).runs.map(run => run.name));
        for (const name of chosen.keys()) if (!known.has(name)) chosen.delete(name);
      } catch { /* the server is away */ }
      connect();
    }, 1500);
  });
  const tellLeftOut = text => { part('left-out').textContent = text ?? ''; part('left-out').hidden = !text; };
  on('runs', content => {
    tellLeftOut(content.left_out);
    runs.clear();
    for (const run of content.runs) runs.set(run.name, run);
    compareTitles();
    if (waiting) {
      waiting = false;
      if (chosen.size === 0) start();
    }
    drawList();
  });
  on('changed', content => {
    tellLeftOut(content.left_out);
    for (const run of content.runs) runs.set(run.name, run);
    const lost = content.gone.filter(name => chosen.has(name));
    // A sweep moves the folder of a run that is done.
    const moved = lost.map(name => content.runs.find(run => run.started === runs.get(name)?.started)?.name).filter(Boolean);
    for (const name of content.gone) { runs.delete(name); rowOf.delete(name); }
    compareTitles();
    if (lost.length > 0) {
      for (const name of lost) { chosen.delete(name); followed.delete(name); }
      choose(moved, true);
    }
    drawList();
  });
  on('reset', content => {
    followed.set(content.run, { ...followed.get(content.run), config: content.config, history: content.history, trouble: content.trouble });
    draw();
  });
  on('epochs', content => { followed.get(content.run)?.history.push(...content.history); draw(); });
  on('ed', content => { const run = followed.get(content.run); if (run) run.ed = content; draw(); });
}

// start chooses the runs that are training, or else the newest.
function start() {
  const newest = [...runs.values()].sort(orders.started), training = newest.filter(run => run.state === 'running' && !isSilent(run));
  const shown = training.length > 0 ? training.slice(0, 4) : newest.slice(0, 1);
  if (shown.length > 0) choose(shown.map(run => run.name), true);
}

for (const name of ['filter', 'state', 'order']) part(name).addEventListener('input', drawList);
part('filters').addEventListener('submit', event => event.preventDefault());
new ResizeObserver(draw).observe(part('charts'));

const themes = [undefined, 'dark', 'light'];
function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  part('theme').textContent = `Theme: ${theme ?? 'as the system'}`;
  try { if (theme) localStorage.setItem('theme', theme); else localStorage.removeItem('theme'); } catch { /* not saved */ }
  drawList();
  draw();
}
let remembered;
try { remembered = localStorage.getItem('theme') ?? undefined; } catch { /* none */ }
setTheme(themes.includes(remembered) ? remembered : undefined);
part('theme').addEventListener('click', () => setTheme(themes[(themes.indexOf(document.documentElement.dataset.theme) + 1) % themes.length]));
system.addEventListener('change', () => { drawList(); draw(); });
setInterval(() => { if ([...runs.values()].some(run => run.state === 'running')) drawList(); }, 20000); // "2 min ago"

for (const name of new URLSearchParams(location.hash.slice(1)).getAll('run').slice(0, mostChosen)) {
  if (!chosen.has(name)) chosen.set(name, chosen.size);
}
connect();
