/* Several files in one go, each in a request of its own: how much of it is sent, that it
   is being read, and what became of it; of a single one its page is opened. Without this script the form takes one file. */
(() => {
"use strict";
const form = document.getElementById("upload"), list = document.getElementById("given");
if (!form || !list) return;
const input = form.elements.file, words = list.dataset;
let busy = false;
input.multiple = true;

const part = (name) => document.getElementById(`given-${name}`).content.firstElementChild.cloneNode(true);

function send(file, line) {
  const bar = line.querySelector("progress"), says = line.querySelector("small");
  const body = new FormData(form), asked = new XMLHttpRequest();
  let ticking;
  const ticket = crypto.randomUUID?.() ?? ""; // none where the page came unsealed
  body.set("file", file);
  body.set("ticket", ticket);
  asked.upload.addEventListener("progress", ({loaded, total}) => {
    bar.max = total;
    bar.value = loaded;
  });
  asked.upload.addEventListener("load", () => {
    const since = Date.now(), seconds = () => Math.round((Date.now() - since) / 1000);
    const tell = ({read, of}) => {
      if (of) { // rows, as the reader counts them; else nobody knows how long it takes
        bar.max = of;
        bar.value = read;
        says.textContent = words.rows.replace("{}", read).replace("{}", of).replace("{}", seconds());
      } else {
        bar.removeAttribute("value");
        says.textContent = words.reading.replace("{}", seconds());
      }
    };
    const ask = async () => {
      const answer = await fetch(`${words.progress}?ticket=${ticket}`).catch(() => null);
      if (answer?.ok && ticking) tell(await answer.json());
    };
    tell({});
    ticking = setInterval(ask, 1000);
  });
  asked.open("POST", form.action);
  asked.responseType = "json";
  asked.setRequestHeader("Accept", "application/json");
  return new Promise((done) => {
    asked.addEventListener("loadend", () => {
      clearInterval(ticking);
      ticking = 0;
      done(tell(asked, line));
    });
    asked.send(body);
  });
}

function tell(asked, line) { // what became of one file, as a band with a way to it
  const answer = asked.response ?? {};
  const state = answer.state ?? "wrong", band = part(state);
  const text = answer.told ?? (asked.status ? words.refused : words.unanswered);
  band.lastElementChild.append(text, " ");
  if (answer.url) {
    const link = document.createElement("a");
    link.href = answer.url;
    link.textContent = words.show;
    band.lastElementChild.append(link);
  }
  line.querySelector(".sending").replaceWith(band);
  return state;
}

async function sendAll(files) {
  const lines = files.map((file) => {
    const line = part("line");
    line.querySelector("bdi").textContent = file.name;
    list.append(line);
    return line;
  });
  const counts = {};
  for (const [at, file] of files.entries()) { // one after the other: the order is kept
    const state = await send(file, lines[at]);
    counts[state] = (counts[state] ?? 0) + 1;
  }
  const good = (counts.right ?? 0) + (counts.again ?? 0);
  document.getElementById("given-all").textContent = words.all
    .replace("{}", files.length).replace("{}", good).replace("{}", files.length - good);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (busy || !input.files.length) return;
  busy = true;
  await sendAll([...input.files]);
  busy = false;
  input.value = "";
  const [only, more] = list.querySelectorAll("a");
  if (only && !more && list.children.length === 1) location.assign(only.href);
});
addEventListener("beforeunload", (event) => {
  if (busy) event.preventDefault(); // what was not sent yet would stay behind
});
})();
