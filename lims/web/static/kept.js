/* Scans that must not be lost: while the network is away they are kept in this browser, and
   brought in their order when it is back, each once. And the scans and weights of the bench
   where this person works. Loaded before scan.js. */
(() => {
"use strict";
const RETRY = 2000, QUICK = 120, SLOW = 600, LIVELY = 120_000; // ms
const find = (selector) => document.querySelector(selector);
const form = find("#scan"), by = document.body.dataset.by ?? "";
const shell = find("[data-offline]");

/* --- a service worker that answers while the network is away --- */
const address = window.trustedTypes?.createPolicy("nomen", {
  createScriptURL: (url) => { if (url === "/sw.js") return url; throw new TypeError(url); },
}).createScriptURL("/sw.js") ?? "/sw.js";
if (by && !shell) navigator.serviceWorker?.register(address).catch(() => {});

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
  shown.append(" ", words.join(" "));
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
  if (taken.has(number)) return;
  taken.add(number);
  lively = Date.now();
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
  find("#weight").textContent = `${weight.grams} g`;
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
