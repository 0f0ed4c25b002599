/* Scans that must not be lost: while the network is away they are kept in this browser, and
   brought in their order when it is back, each once. And the scans and weights of the bench
   where this person works. It hears a submitted scan before the scan box below does. One
   file with it: a page loads in six requests at most. */
(() => {
"use strict";
const RETRY = 2000, QUICK = 120, SLOW = 300, LIVELY = 30_000; // ms
const find = (selector) => document.querySelector(selector);
const form = find("#scan"), by = document.body.dataset.by ?? "";
const shell = find("[data-offline]");

/* --- a service worker that answers while the network is away --- */
const address = window.trustedTypes?.createPolicy("nomen", {
  createScriptURL: (url) => { if (url === "/sw.js") return url; throw new TypeError(url); },
}).createScriptURL("/sw.js") ?? "/sw.js";
if ("worker" in document.body.dataset && !shell) navigator.serviceWorker?.register(address).catch(() => {});

if (!form) return;
const field = (name) => form.elements.namedItem(name);
const name = () => [...crypto.getRandomValues(new Uint8Array(16))]
  .map((byte) => byte.toString(16).padStart(2, "0")).join("");

/* --- the outbox: one store, in the order in which things were scanned --- */
const opened = new Promise((right, wrong) => {
  const asked = indexedDB.open("nomen", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("scans", {keyPath: "place", autoIncrement: true})
      .createIndex("once", "once", {unique: true});
  };
  asked.onsuccess = () => right(asked.result);
  asked.onerror = () => wrong(asked.error);
});
opened.catch(() => {});

async function inStore(mode, act) { // resolves when it is on the disk
  const base = await opened;
  return new Promise((right, wrong) => {
    const work = base.transaction("scans", mode, {durability: "strict"});
    const asked = act(work.objectStore("scans"));
    work.oncomplete = () => right(asked.result);
    work.onerror = work.onabort = () => wrong(work.error);
  });
}
const all = () => inStore("readonly", (store) => store.getAll());

let waiting = 0, lastKept = "";

function say(template, ...words) { // a band with its tone, as an answer's
  const band = find(`#${template}`).content.cloneNode(true);
  const shown = band.querySelector(".band");
  shown.dataset.armed = find("#armed").value;
  shown.lastElementChild.append(" ", words.join(" "));
  find("#band")?.replaceWith(band);
}

async function tell() { // how many wait, and on the page without network which
  const mine = await all();
  waiting = mine.length;
  lastKept = mine.at(-1)?.once ?? "";
  const counter = find("#pending");
  counter.hidden = waiting === 0;
  counter.querySelector("b").textContent = String(waiting);
  const list = find("#kept-list");
  list?.replaceChildren(...mine.map((one) => {
    const line = document.createElement("li"), time = document.createElement("time");
    time.textContent = new Date(one.made).toLocaleTimeString();
    const code = document.createElement("bdi");
    code.textContent = one.code;
    line.append(code, " ", time);
    return line;
  }));
}

async function keep(entry) {
  entry.after = lastKept;
  lastKept = entry.once;
  waiting += 1;
  try {
    await inStore("readwrite", (store) => store.add(entry));
    say("kept", entry.code);
    await tell();
  } catch {
    waiting -= 1;
    say("unanswered", entry.code);
  }
}

const entryOf = (body) => ({
  once: body.get("once"), made: body.get("made"), code: body.get("code"),
  page: body.get("page"), armed: body.get("armed"), giver: body.get("giver") ?? "",
  by: by || localStorage.getItem("by"),
});

/* --- each scan of the box gets a name and a time --- */
document.addEventListener("submit", (event) => {
  if (event.target !== form || !field("code").value.trim()) return;
  const ofBench = Boolean(field("number").value);
  field("once").value = ofBench ? "" : name();
  field("made").value = ofBench ? "" : new Date().toISOString();
  setTimeout(() => { for (const one of ["once", "made", "number"]) field(one).value = ""; });
  if ((waiting || shell) && !ofBench) { // it stands in line behind those that wait
    event.preventDefault();
    event.stopImmediatePropagation();
    keep(entryOf(new FormData(form)));
    setTimeout(() => { field("code").value = ""; });
    bring();
  }
}, true);
document.addEventListener("htmx:before:request", (event) => {
  const {ctx} = event.detail;
  if (ctx.sourceElement !== form) return;
  ctx.request.body.set("sent", new Date().toISOString());
  if (waiting && ctx.request.body.get("once")) {
    event.preventDefault();
    keep(entryOf(ctx.request.body));
  }
});
document.addEventListener("scan:unanswered", (event) => {
  const body = event.detail.request.body;
  if (body.get("number")) { // the bench keeps its own
    event.preventDefault();
    taken.delete(Number(body.get("number")));
    return;
  }
  if (!body.get("once")) return;
  event.preventDefault();
  keep(entryOf(body)).then(bring);
});

/* --- bring what waits, one after the other --- */
let bringing = false, later = 0;

async function bring() {
  clearTimeout(later);
  if (bringing || !waiting) return;
  bringing = true;
  try {
    for (const entry of await all()) {
      if (!await brought(entry)) break;
    }
  } finally {
    bringing = false;
    await tell().catch(() => {});
    if (waiting) later = setTimeout(bring, RETRY);
  }
}

async function brought(entry) { // whether the next one may go
  if (shell) { await back(); return false; }
  const body = new FormData();
  for (const [key, value] of Object.entries(entry)) {
    if (key !== "place") body.set(key, value ?? "");
  }
  body.set("sent", new Date().toISOString());
  body.set("kept", "yes");
  const token = field("csrf_token")?.value;
  if (token) body.set("csrf_token", token);
  const answer = await fetch(form.action, {
    method: "POST", body, redirect: "manual", headers: {Accept: "application/json"},
  }).catch(() => null);
  if (!answer || answer.status >= 500) return false;
  const said = await answer.json().catch(() => null);
  if (!said?.told) { say("stranger", entry.code); return false; }
  if (entry.by !== by) { say("stranger", entry.code); return false; }
  await inStore("readwrite", (store) => store.delete(entry.place));
  if (said.armed !== undefined) find("#armed").value = said.armed;
  const right = ["right", "again", "ask"].includes(said.state);
  say(right ? "confirmed" : "unconfirmed", entry.code, said.told, said.hint ?? "");
  return true;
}

async function back() { // from the page without network to a real one
  const answer = await fetch("/here/news", {redirect: "manual"}).catch(() => null);
  if (answer && answer.status < 500) location.replace("/");
}

addEventListener("online", bring);
document.addEventListener("click", ({target}) => { // who logs out keeps nothing for others
  if (target.closest("form[action$='/logout']")) localStorage.removeItem("by");
});
if (by && !shell) localStorage.setItem("by", by);
tell().then(bring).catch(() => {});
if (shell) setInterval(back, RETRY);

/* --- the bench where this person works --- */
const bench = find("[data-news]");
const taken = new Set();
let weighed = null, lively = Date.now(), asking = false;

function act({number, text}) {
  if (taken.has(number) || find("dialog[open]")) return; // it waits for the signature
  taken.add(number);
  lively = Date.now();
  const at = document.activeElement;
  if (at?.dataset && "scan" in at.dataset) { // as a scanner at the keyboard would
    document.dispatchEvent(new CustomEvent("scan:field", {detail: {field: at, text}}));
    const body = new FormData(form);
    for (const [key, value] of Object.entries({number, page: "field", code: "", once: ""})) body.set(key, value);
    fetch(form.action, {method: "POST", body, headers: {Accept: "application/json"}})
      .catch(() => {});
    return;
  }
  const typed = field("code").value;
  field("code").value = text;
  field("number").value = number;
  form.requestSubmit();
  field("number").value = "";
  if (typed) setTimeout(() => { field("code").value = typed; });
}

function weigh(weight) {
  if (!weight || weight.number === weighed) return;
  const fresh = weighed !== null;
  weighed = weight.number;
  find("#weight").textContent = weight.grams && `${weight.grams} g`;
  const into = find("[data-weight]");
  if (!fresh || !into) return;
  lively = Date.now();
  into.value = weight.grams;
  const unit = into.form.elements.namedItem("unit");
  if ([...unit?.options ?? []].some((one) => one.value === "g")) unit.value = "g";
  into.dispatchEvent(new Event("change", {bubbles: true}));
}

async function ask() {
  if (document.visibilityState === "visible" && !asking) {
    asking = true;
    const answer = await fetch(bench.dataset.news, {redirect: "manual"}).catch(() => null);
    const news = answer?.ok ? await answer.json().catch(() => null) : null;
    asking = false;
    if (news) {
      weigh(news.weight ?? (weighed === null ? {number: 0, grams: ""} : null));
      news.scans.forEach(act);
    }
  }
  setTimeout(ask, Date.now() - lively < LIVELY ? QUICK : SLOW);
}
if (bench && !shell) ask();
})();

/* One scan box, wherever the scanner types. The contract with the server stands in
   templates/base.html. A scan is a burst of keys that no hand can type. */
(() => {
"use strict";
const MAX_GAP = 50, MEAN_GAP = 30, SHORTEST = 4; // ms between keys, characters
const SETTLE = 60, PAUSE = 400; // ms: a key that is no scan; a letter that begins no code
const TONES = { // [Hz, start s, length s] of each sound
  right: [[1320, 0, .12]], again: [[1320, 0, .07], [990, .1, .12]],
  ask: [[880, 0, .1], [1175, .12, .14]], hold: [[440, 0, .4]],
  wrong: [[196, 0, .18], [196, .26, .3]],
};
const DIGITS = ")!@#$%^&*(";
const US = {Minus: "-_", Equal: "=+", BracketLeft: "[{", BracketRight: "]}", Semicolon: ";:",
  Quote: "'\"", Comma: ",<", Period: ".>", Slash: "/?", Backslash: "\\|", Space: "  "};
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";

const box = () => document.getElementById("code");
const find = (selector) => document.querySelector(selector);
const stop = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };

/* --- what was scanned --- */
let burst = [], last = 0, before = null;

function physical(event) { // what a scanner set to a US keyboard meant, whatever the host's layout
  const shift = event.shiftKey;
  let m = /^Key([A-Z])$/.exec(event.code);
  if (m) return shift || event.getModifierState("CapsLock") ? m[1] : m[1].toLowerCase();
  m = /^(Digit|Numpad)(\d)$/.exec(event.code);
  if (m) return shift && m[1] === "Digit" ? DIGITS[m[2]] : m[2];
  return US[event.code]?.[shift ? 1 : 0] ?? "";
}

function whole(text) { // ISO 7064 MOD 37-2, over all ten characters
  const code = text.replace(/^\][A-Za-z]\d/, "").replaceAll("-", "").toUpperCase();
  if (code.length !== 10) return false;
  let sum = 0;
  for (const sign of code) {
    const value = ALPHABET.indexOf(sign);
    if (value < 0) return false;
    sum = (sum * 2 + value) % 37;
  }
  return sum === 1;
}

function chosen(keys, us) {
  if (whole(keys)) return keys;
  if (whole(us)) return us;
  return keys.length < us.length || /[^ -~]/.test(keys) || /^\][A-Za-z]\d/.test(us) ? us : keys;
}

function remember(field) {
  if (!field || !("value" in field) || field.tagName === "BUTTON") return {field};
  let caret = null;
  try { caret = field.selectionStart; } catch { /* not a text field */ }
  return {field, value: field.value, caret};
}

function restore({field, value, caret}) {
  if (value === undefined || field.value === value) return;
  field.value = value;
  if (caret !== null) field.setSelectionRange(caret, caret);
  field.dispatchEvent(new Event("input", {bubbles: true}));
}

function collect(event) { // true when the event ended a scan
  const now = event.timeStamp, gap = now - last;
  last = now;
  if (gap > MAX_GAP || event.repeat) burst = [];
  if (event.key === "Enter" || event.key === "Tab") {
    const fast = burst.length >= SHORTEST && (now - burst[0].at) / burst.length <= MEAN_GAP;
    const keys = burst;
    burst = [];
    return fast && scanned(event, keys);
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) burst = [];
  else if (event.key.length === 1 || ["Dead", "Process", "Unidentified"].includes(event.key)) {
    if (!burst.length) before = remember(document.activeElement);
    burst.push({at: now, key: event.key.length === 1 ? event.key : "", us: physical(event)});
  } else if (event.key !== "Shift" && event.key !== "CapsLock") burst = [];
  return false;
}

function scanned(event, keys) {
  const into = before.field;
  if (!box() || into?.closest?.("dialog") || into?.type === "password") return false;
  stop(event);
  restore(before);
  const code = chosen(keys.map((k) => k.key).join(""), keys.map((k) => k.us).join(""));
  const own = into?.dataset && "scan" in into.dataset;
  if (own) fill(into, code);
  else {
    box().value = code;
    box().form.requestSubmit();
  }
  return true;
}

function fill(field, code) {
  const list = field.tagName === "TEXTAREA"; // each scan is a line of its own
  field.value = list ? `${field.value.trimEnd()}\n${code}\n`.trimStart() : code;
  field.dispatchEvent(new Event("change", {bubbles: true}));
  if (!list) onward(field);
}

document.addEventListener("scan:field", ({detail}) => fill(detail.field, detail.text));

/* --- Enter never submits half a form --- */
function onward(field) { // to the next required field that is empty, or to the button
  const all = [...field.form.elements];
  if ("next" in field.dataset) return all[all.indexOf(field) + 1]?.focus(); // cells of a row
  const empty = all.filter((f) => f !== field && f.validity?.valueMissing);
  const later = empty.filter((f) => all.indexOf(f) > all.indexOf(field));
  const button = all.find((f) => "primary" in f.dataset) ?? all.find((f) => f.type === "submit");
  (later[0] ?? (field.validity.valueMissing ? field : null) ?? empty[0] ?? button)?.focus();
}

function enter(event) {
  const field = event.target, form = field.form;
  const free = ["submit", "button", "file", "reset", "textarea"];
  if (form?.id === "scan" && field !== box()) { // a field that goes along with each scan
    event.preventDefault();
    box().focus();
    return;
  }
  if (!form || form.id === "scan" || form.method === "get" || free.includes(field.type)) return;
  event.preventDefault();
  if ("enter" in form.dataset && form.checkValidity()) form.requestSubmit();
  else onward(field);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id === "scan") {
    if (box().value.trim()) setTimeout(() => { box().value = ""; });
    else { stop(event); find("[data-primary]")?.focus(); }
  } else if (form.method === "post") {
    if (form.ariaBusy === "true") stop(event); // a double click does it once
    form.ariaBusy = "true";
    setTimeout(() => { form.ariaBusy = null; }, 4000);
  }
}, true);

/* --- keys: F2, Escape, j, k, /, and the keys written on buttons --- */
let waiting = 0;
const off = () => sessionStorage.getItem("letters") === "off"; // WCAG 2.1.4
const tellKeys = () => find("[data-keys]")?.setAttribute("aria-pressed", String(!off()));
tellKeys();
const takesText = (element) => element?.matches?.(
  "textarea,select,[contenteditable],input:not([type=checkbox],[type=radio],[type=button],[type=submit])");

function move(step) {
  const rows = [...document.querySelectorAll("[data-list] tbody tr")];
  const at = rows.indexOf(document.activeElement?.closest("tr"));
  const row = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
  (row?.querySelector("a,button,input") ?? row)?.focus();
}

function deed(event) { // what the key does on this page; given true, it only goes there
  const key = event.key.toLowerCase();
  if (off() && key.length === 1) return null;
  const button = event.key.length === 1 && find(`[data-key="${CSS.escape(key)}"]`);
  if (button) return (gently) => gently ? button.focus() : button.click();
  if (key === "/" && find("[data-filter]")) return () => find("[data-filter]").focus();
  if (find("[data-list]")) {
    if (event.key === "j" || key === "arrowdown") return () => move(1);
    if (event.key === "k" || key === "arrowup") return () => move(-1);
  }
  return null;
}

function press(event) {
  clearTimeout(waiting);
  if (event.ctrlKey || event.metaKey || event.altKey || find("dialog[open]")) return;
  const at = document.activeElement, scan = box(), act = deed(event);
  const arrow = event.key.startsWith("Arrow");
  if (event.key === "F2" && scan) { event.preventDefault(); scan.focus(); scan.select(); }
  else if (event.key === "Escape" && takesText(at)) at.blur();
  else if (at === scan && scan?.value === "" && act) {
    if (arrow) { event.preventDefault(); act(); return; }
    waiting = setTimeout(() => {
      if (scan.value.toLowerCase() === event.key.toLowerCase()) { scan.value = ""; act(true); }
    }, PAUSE);
  } else if (takesText(at)) return;
  else if (act && (!arrow || at.closest("[data-list]"))) {
    event.preventDefault();
    if (arrow) act(); else waiting = setTimeout(() => { if (burst.length < 2) act(); }, SETTLE);
  } else if (at === document.body && event.key.length === 1 && event.key !== " ") scan?.focus();
}

document.addEventListener("keydown", (event) => {
  if (collect(event)) { clearTimeout(waiting); return; }
  if (event.key === "Enter" && !event.isComposing) enter(event);
  press(event);
}, true);

/* --- the band answers: tone, what is armed, silence of the server --- */
let sound = null;

function tone(name) {
  try {
    sound ??= new AudioContext();
    for (const [pitch, start, length] of TONES[name] ?? []) {
      const wave = sound.createOscillator(), volume = sound.createGain();
      const from = sound.currentTime + start;
      wave.type = name === "wrong" ? "square" : "sine";
      wave.frequency.value = pitch;
      volume.gain.setValueAtTime(.2, from);
      volume.gain.exponentialRampToValueAtTime(.001, from + length);
      wave.connect(volume).connect(sound.destination);
      wave.start(from);
      wave.stop(from + length);
    }
  } catch { /* a bench without sound still has sign, word and colour */ }
}

let shown = find("#band");

function answered() {
  const band = find("#band");
  if (!band || band === shown) return;
  shown = band;
  const armed = find("#armed");
  if (armed) armed.value = band.dataset.armed ?? "";
  for (const open of document.querySelectorAll("dialog[open]")) open.close();
  tone(band.dataset.tone);
}

document.addEventListener("htmx:before:request", ({detail: {ctx}}) => {
  if (ctx.sourceElement.id !== "scan") return;
  ctx.request.body.set("armed", find("#armed").value); // a scan that stood in line
  ctx.scanned = ctx.request.body.get("code");
});
document.addEventListener("htmx:after:request", ({detail: {ctx}}) => {
  // htmx drops an answer whose band was replaced while its scan stood in line
  if (ctx.sourceElement.id === "scan") ctx.target = find("#band") ?? ctx.target;
});
document.addEventListener("htmx:after:swap", answered);
const told = find("#band")?.parentNode; // the swap itself, whenever it is told of
if (told) new MutationObserver(answered).observe(told, {childList: true});
document.addEventListener("htmx:finally:request", ({detail: {ctx}}) => {
  ctx.sourceElement.ariaBusy = null;
});
document.addEventListener("htmx:error", ({detail: {ctx}}) => {
  if (!ctx || ctx.response || !find("#band")) return;
  const kept = new CustomEvent("scan:unanswered", {detail: ctx, cancelable: true});
  if (ctx.sourceElement.id === "scan" && !document.dispatchEvent(kept)) return;
  const band = find("#unanswered").content.cloneNode(true);
  band.querySelector(".band").append(" ", ctx.scanned ?? "");
  find("#band").replaceWith(band);
  answered();
});

/* --- the signature's dialog, and the switch of the letter keys --- */
document.addEventListener("click", ({target}) => {
  const opener = target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  else if (target.closest("[data-closes]")) target.closest("dialog").close();
  else if (target.closest("[data-keys]")) {
    sessionStorage.setItem("letters", off() ? "on" : "off");
    tellKeys();
  }
});
})();
