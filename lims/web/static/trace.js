/* The electropherogram on screen: every dye zoomed together, two injections on one scale.
   The page holds it as drawings of the server, for paper and for who runs no script. */
const root = document.getElementById("epg");
const HEADROOM = 1.65, LEAST_TOP = 100, STEP = 0.25, LINE = 12, NARROWEST = 2, NEAR = 60, FAR = 160; // base pairs in view
const TALL = 190, BENEATH = 160, BAR = 16; // CSS pixels of a chart, and of the markers' names in it
const FONT = 'system-ui, "DejaVu Sans", sans-serif';
const find = (name) => root.querySelector(`[data-epg=${name}]`);
const words = find("words").dataset;

/* --- what came: a head as JSON, then places and points, little endian --- */
function read(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let at = 4 + length;
  const places = new Float32Array(buffer, at, head.count);
  at += 4 * head.count;
  const points = head.lines.map((_, n) => new Int16Array(buffer, at + 2 * n * head.count, head.count));
  return {...head, places, points};
}

async function fetched(url) {
  const answer = await fetch(url, {headers: {Accept: "application/octet-stream"}});
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.arrayBuffer();
}

/* --- what is drawn besides the line --- */
let ink = {};
function colours() {
  const style = getComputedStyle(root);
  for (const name of ["ink", "soft", "line", "ask", "sheet"]) ink[name] = style.getPropertyValue(`--${name}`).trim();
  for (const letter of "BGYRPOACT") ink[letter] = style.getPropertyValue(`--dye-${letter}`).trim() || ink.ink;
}

function band(u, seen, dye) { // bins, thresholds and fragments: below the line
  const {ctx, bbox} = u, ratio = devicePixelRatio, x = (place) => u.valToPos(place, "x", true);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  const roof = bbox.top + BAR * ratio;
  ctx.font = `${10.5 * ratio}px ${FONT}`;
  ctx.textBaseline = "top";
  for (const range of seen.ranges) {
    if (range.dye !== dye || range.high < u.scales.x.min || range.low > u.scales.x.max) continue;
    ctx.fillStyle = ink.soft;
    ctx.globalAlpha = .16;
    for (const [, at] of range.bins) {
      const left = x(at - seen.window);
      ctx.fillRect(left, roof, Math.max(ratio, x(at + seen.window) - left), bbox.height - BAR * ratio);
    }
    ctx.globalAlpha = 1;
    if (u.scales.x.max - u.scales.x.min > NEAR) continue; // too far to read the names of the bins
    ctx.fillStyle = ink.soft;
    ctx.textAlign = "center";
    let free = -Infinity;
    for (const [allele, at] of range.bins) {
      const half = ctx.measureText(allele).width / 2;
      if (x(at) - half < free) continue;
      free = x(at) + half + 2 * ratio;
      ctx.fillText(allele, x(at), roof + 2 * ratio);
    }
  }
  ctx.textBaseline = "bottom";
  seen.thresholds.forEach((rfu, n) => {
    const y = u.valToPos(rfu, "y", true);
    ctx.strokeStyle = ctx.fillStyle = ink.soft;
    ctx.setLineDash(n ? [9 * ratio, 4 * ratio] : [4 * ratio, 4 * ratio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.textAlign = n ? "right" : "left"; // lines that lie near each other
    ctx.fillText(`${n ? words.stochastic : words.analytical} ${rfu}`, bbox.left + (n ? bbox.width - 4 * ratio : 4 * ratio), y - ratio);
  });
  if (seen.lines.find((one) => one.number === dye).is_standard) {
    ctx.setLineDash([ratio, 3 * ratio]);
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    seen.fragments.forEach((size, n) => {
      ctx.beginPath();
      ctx.moveTo(x(size), bbox.top);
      ctx.lineTo(x(size), bbox.top + bbox.height);
      ctx.stroke();
      ctx.fillText(size, x(size), bbox.top + (n % 3) * LINE * ratio);
    });
  }
  ctx.restore();
}

function bars(u, seen, dye) { // the markers, each a bar with its name
  const {ctx, bbox} = u, ratio = devicePixelRatio, x = (place) => u.valToPos(place, "x", true);
  ctx.save();
  ctx.font = `${10.5 * ratio}px ${FONT}`;
  ctx.textBaseline = "top";
  ctx.textAlign = "left";
  for (const range of seen.ranges) {
    if (range.dye !== dye || range.high < u.scales.x.min || range.low > u.scales.x.max) continue;
    const left = Math.max(bbox.left, x(range.low)), wide = Math.min(bbox.left + bbox.width, x(range.high)) - left - ratio;
    for (const [name, alpha] of [["sheet", 1], ["soft", .25]]) {
      ctx.fillStyle = ink[name];
      ctx.globalAlpha = alpha;
      ctx.fillRect(left, bbox.top, wide, (BAR - 1) * ratio);
    }
    ctx.globalAlpha = 1;
    ctx.fillStyle = ink.ink;
    if (wide > 18 * ratio) ctx.fillText(range.marker, left + 3 * ratio, bbox.top + 2 * ratio, wide - 4 * ratio);
  }
  ctx.restore();
}

function label(u, seen, dye) { // calls, what was found, what explains a peak: above the line
  const {ctx, bbox} = u, ratio = devicePixelRatio, taken = [], step = LINE * ratio;
  const order = {call: 0, finding: 1, explained: 2}, near = u.scales.x.max - u.scales.x.min <= NEAR;
  const roof = bbox.top + (near ? BAR + LINE + 2 : BAR) * ratio;
  const far = u.scales.x.max - u.scales.x.min > FAR; // what explains a peak is told from nearer by
  const own = seen.notes.filter((note) => note.dye === dye && note.at >= u.scales.x.min && note.at <= u.scales.x.max && !(far && note.kind === "explained"));
  own.sort((a, b) => order[a.kind] - order[b.kind] || b.height - a.height);
  ctx.save();
  ctx.textAlign = "center";
  ctx.textBaseline = "bottom";
  for (const note of own) {
    const called = note.kind === "call", lines = called ? [note.height, note.text] : [note.kind === "finding" ? `▲ ${note.text}` : note.text];
    ctx.font = `${note.kind === "explained" ? "" : "600 "}${11 * ratio}px ${FONT}`;
    const half = Math.max(...lines.map((text) => ctx.measureText(text).width)) / 2 + 3 * ratio, tall = lines.length * step;
    const within = (x) => Math.min(Math.max(x, bbox.left + half), bbox.left + bbox.width - half), middle = u.valToPos(note.at, "x", true);
    const lowest = Math.max(u.valToPos(note.height, "y", true) - 2 * ratio, roof + tall);
    let x = within(middle), y = lowest;
    const meets = () => taken.some((one) => x - half < one.right && x + half > one.left && y > one.top && y - tall < one.bottom);
    const aside = () => [0, -.9, .9].some((part) => { x = within(middle + part * half); return !meets(); });
    while (!aside() && y - tall > roof) y -= step / 2;
    if (meets() || y - tall < roof) for (y = lowest; !aside() && y < bbox.top + bbox.height; ) y += step / 2;
    if (note.kind === "explained" && Math.abs(y - lowest) > 2 * step) continue;
    taken.push({left: x - half, right: x + half, top: y - tall, bottom: y});
    ctx.fillStyle = note.kind === "finding" ? ink.ask : called ? ink.ink : ink.soft;
    lines.forEach((text, n) => {
      if (called) ctx.font = `${n ? "600 11.5" : "10"}px ${FONT}`.replace(/([\d.]+)px/, (_, size) => `${size * ratio}px`);
      ctx.fillText(text, x, y - n * step);
    });
  }
  ctx.restore();
}

/* --- the charts --- */
let Plot = null, charts = [], extent = [0, 1], view = [0, 1], taller = 1, off = new Set();

function highest(seen, dye) { // RFU of what is in view
  const n = seen.lines.findIndex((one) => one.number === dye);
  if (n < 0) return 0;
  const points = seen.points[n], places = seen.places;
  let top = 0;
  for (let at = first(places, view[0]); at < places.length && places[at] <= view[1]; at += 1) if (points[at] > top) top = points[at];
  return top;
}

function first(places, wanted) {
  let low = 0, high = places.length;
  while (low < high) { const mid = (low + high) >> 1; if (places[mid] < wanted) low = mid + 1; else high = mid; }
  return low;
}

function one(holder, seen, line, tall, shown, width) {
  const n = seen.lines.findIndex((other) => other.number === line.number);
  const grid = {stroke: () => ink.line, width: 1}, ticks = {stroke: () => ink.line, size: 4};
  const axis = {stroke: () => ink.soft, grid, ticks, font: `11px ${FONT}`};
  const options = {
    width, height: tall, ms: 1, legend: {show: false},
    cursor: {sync: {key: "epg", setSeries: false, filters: {pub: (type) => type === "mousemove" || type === "mouseleave"}}, drag: {x: true, y: false, setScale: false}, points: {size: 6}, y: false,
      bind: {dblclick: () => () => { look(...extent); return null; }}},
    select: {show: true},
    scales: {x: {time: false, range: () => [...view]}, y: {range: () => [-.04 * shown.top, shown.top]}},
    axes: [{...axis, grid: {show: false}, size: 24, gap: 2}, {...axis, size: 52, gap: 2, space: 36}],
    series: [{}, {label: line.letter, stroke: () => ink[line.letter], width: 1.2, points: {show: false}, scale: "y"}],
    hooks: {
      drawClear: [(u) => band(u, seen, line.number)],
      draw: [(u) => { bars(u, seen, line.number); label(u, seen, line.number); }],
      setSelect: [(u) => {
        if (u.select.width < 4) return;
        look(u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x"));
        u.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
      }],
      setCursor: [(u) => { if (u.cursor.event || u.cursor.left >= 0) tell(u); }],
    },
  };
  const plot = new Plot(options, [seen.places, seen.points[n]], holder);
  return {plot, holder, tall, line, seen, shown};
}

let seen = [];
function build() { // all charts anew, from data in hand
  for (const chart of charts) chart.plot.destroy();
  charts = [];
  colours();
  const holders = find("charts");
  holders.replaceChildren();
  for (const line of seen[0].lines) {
    const block = document.createElement("section"), title = document.createElement("h3"), shown = {top: 1};
    title.textContent = `${line.letter} · ${line.name}${line.is_standard ? ` · ${words.standard}` : ""}`;
    block.hidden = off.has(line.number);
    block.dataset.dye = line.number;
    block.append(title);
    holders.append(block);
    seen.forEach((each, n) => {
      if (!each.lines.some((other) => other.number === line.number)) return;
      const holder = document.createElement("div");
      if (n) {
        const below = document.createElement("p");
        below.className = "soft";
        below.textContent = words.beside;
        block.append(below);
      }
      block.append(holder, heard(each, line.number));
      charts.push({holder, seen: each, line, tall: n ? BENEATH : TALL, shown});
    });
  }
  heights();
  const width = holders.clientWidth; // asked for once: each answer costs a layout of the page
  charts = charts.map((c) => one(c.holder, c.seen, c.line, c.tall, c.shown, width));
}

function heard(each, dye) { // for who hears the page: what is written over this trace
  const line = document.createElement("p");
  line.className = "unseen";
  line.textContent = each.notes.filter((note) => note.dye === dye).map(
    (note) => `${note.marker} ${note.text}${note.height ? ` ${note.height} RFU` : ""}`).join("; ");
  return line;
}

function heights() { // the same scale for one dye of both injections
  for (const {line, shown} of charts) {
    const top = Math.max(LEAST_TOP, ...seen.map((each) => highest(each, line.number)));
    shown.top = top * HEADROOM / taller;
  }
}

function within(low, high) { // what may be in view
  const wide = Math.min(Math.max(high - low, NARROWEST), extent[1] - extent[0]);
  low = Math.min(Math.max(low, extent[0]), extent[1] - wide);
  return [low, low + wide];
}

function look(low, high) { // what is in view, in every chart
  view = within(low, high);
  heights();
  for (const {plot} of charts) plot.batch(() => { plot.setScale("x", {min: view[0], max: view[1]}); plot.redraw(false, true); });
  say();
}

function say() { // what is in view, in words and in the address
  const whole = view[0] === extent[0] && view[1] === extent[1];
  history.replaceState(null, "", whole ? location.pathname + location.search : `#${view[0].toFixed(1)}-${view[1].toFixed(1)}`);
  find("view").textContent = `${view[0].toFixed(0)}–${view[1].toFixed(0)} ${seen[0].sized ? words.pairs : words.scans}`;
}

const zoom = (part) => { // about the cursor, else the middle
  const [low, high] = view, at = place >= low && place <= high ? place : (low + high) / 2;
  look(at - (at - low) * part, at + (high - at) * part);
};
const pan = (part) => { const by = (view[1] - view[0]) * part; look(view[0] + by, view[1] + by); };
const grow = (by) => { taller = Math.min(Math.max(taller * by, .25), 64); look(...view); };

/* --- values at the cursor, and their log --- */
let place = NaN;
function values() { // every dye at the cursor, with the note that is nearest
  const [main] = seen, at = Math.min(first(main.places, place), main.places.length - 1);
  const parts = main.lines.filter((line) => !off.has(line.number)).map((line) => {
    const rfu = seen.map((each) => each.points[each.lines.findIndex((o) => o.number === line.number)]?.[each === main ? at : Math.min(first(each.places, place), each.places.length - 1)]);
    const note = main.notes.find((n) => n.dye === line.number && Math.abs(n.at - place) <= .6);
    const named = note ? ` (${note.marker} ${note.text})` : "";
    return `${line.letter} ${rfu.map((v) => v ?? "–").join(" | ")}${named}`;
  });
  const unit = main.sized ? `${place.toFixed(2)} ${words.pairs}` : `${place.toFixed(0)} ${words.scans}`;
  return `${unit}: ${parts.join(" · ")}`;
}

function tell(u) {
  const at = u.posToVal(u.cursor.left, "x");
  if (!Number.isFinite(at) || u.cursor.left < 0) return;
  place = at;
  find("at").textContent = values();
}

function note() {
  if (!Number.isFinite(place)) return;
  const line = document.createElement("li");
  line.textContent = values();
  find("log").append(line);
  find("noted").hidden = false;
}

function cursor(by) { // moved by keys: scans of the first dye in view
  const shown = charts.find((c) => !off.has(c.line.number));
  if (!shown) return;
  const {places} = seen[0], [low, high] = view;
  let at = Number.isFinite(place) && place >= low && place <= high ? first(places, place) + by : first(places, (low + high) / 2);
  at = Math.min(Math.max(at, first(places, low)), places.length - 1);
  place = Math.min(places[at], high);
  const left = shown.plot.valToPos(place, "x");
  for (const {plot, line} of charts) if (!off.has(line.number)) plot.setCursor({left, top: 1}, false);
  find("at").textContent = values();
}

/* --- buttons, keys, pointer --- */
const deeds = {
  in: () => zoom(1 - 2 * STEP), out: () => zoom(1 / (1 - 2 * STEP)), left: () => pan(-STEP), right: () => pan(STEP),
  taller: () => grow(2), lower: () => grow(.5), whole: () => { taller = 1; look(...extent); },
  note, empty: () => { find("log").replaceChildren(); find("noted").hidden = true; },
};
const keys = {
  ArrowUp: "in", ArrowDown: "out", ArrowLeft: "left", ArrowRight: "right", PageUp: "taller", PageDown: "lower", Home: "whole", Enter: "note",
};

function keyed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const move = event.shiftKey && {ArrowLeft: -1, ArrowRight: 1, ArrowUp: 20, ArrowDown: -20}[event.key];
  if (move) cursor(move);
  else if (event.key in keys) deeds[keys[event.key]]();
  else return;
  event.preventDefault();
}

function pressed({target}) {
  const button = target.closest("button");
  if (!button) return;
  if (button.dataset.deed) deeds[button.dataset.deed]();
  if (!button.dataset.dye) return;
  const dye = Number(button.dataset.dye), shown = off.has(dye);
  if (shown) off.delete(dye); else off.add(dye);
  button.setAttribute("aria-pressed", String(shown));
  find("charts").querySelector(`[data-dye="${dye}"]`).hidden = !shown;
  resize();
}

function resize() {
  for (const {plot, holder, tall} of charts) {
    const width = holder.clientWidth;
    if (width && width !== plot.width) plot.setSize({width, height: tall});
  }
}

function other({target}) { // another injection beside: the server draws it for paper, too
  location.assign(`${location.pathname}?${new URLSearchParams(new FormData(target.form))}${location.hash}`);
}

function dyes() {
  find("dyes").replaceChildren(...seen[0].lines.map((line) => {
    const button = document.createElement("button");
    Object.assign(button, {type: "button", className: "btn quiet", textContent: line.letter, title: line.name});
    button.dataset.dye = line.number;
    button.setAttribute("aria-pressed", "true");
    return button;
  }));
}

export function paint(buffers) { // from data in hand to charts; timed to the frame that shows them
  performance.mark("epg-in-hand");
  seen = buffers.map(read);
  extent = [seen[0].low, seen[0].high];
  const told = /^#([\d.]+)-([\d.]+)$/.exec(location.hash);
  view = told ? within(Number(told[1]), Number(told[2])) : [...extent];
  build();
  say();
  requestAnimationFrame(() => {
    const after = new MessageChannel(); // its message comes when the frame was painted
    after.port1.onmessage = () => { performance.measure("epg-paint", "epg-in-hand"); root.dataset.painted = "yes"; };
    after.port2.postMessage(null);
  });
}

async function begin() {
  const style = document.createElement("link");
  const styled = new Promise((done) => { style.onload = style.onerror = done; });
  Object.assign(style, {rel: "stylesheet", href: root.dataset.style});
  document.head.append(style);
  const wanted = [root.dataset.points, root.dataset.beside].filter(Boolean);
  const coming = Promise.all([import(root.dataset.library), ...wanted.map(fetched)]);
  await styled; // the page takes its form while the points are on their way
  root.hidden = false;
  root.classList.add("live");
  const [library, ...buffers] = await coming;
  Plot = library.default;
  paint(buffers);
  dyes();
  root.addEventListener("click", pressed);
  find("charts").addEventListener("keydown", keyed);
  document.getElementById("beside")?.addEventListener("change", other);
  new ResizeObserver(resize).observe(find("charts"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { colours(); look(...view); });
}

begin().catch(() => { root.hidden = true; root.classList.remove("live"); }); // what the server drew stays
