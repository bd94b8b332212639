// The room Prova: the citizen's phone, the managers' group, the x-ray.

import { attempt, element, read, tell, write } from "./api.js";
import { showChat } from "./chat.js";

const by = (id) => document.getElementById(id);
let state = null;
let citizen = null;
let topic = null;
let editing = null;
let openLine = () => {};

const act = (given) => attempt(() => write("preview/act", given));

export function startPreview(showLine) {
  openLine = showLine;
  by("add-citizen").onclick = async () => {
    const added = await act({ do: "citizen" });
    if (added) citizen = added.id;
  };
  by("phone-form").onsubmit = (event) => {
    event.preventDefault();
    const text = by("phone-text").value;
    by("phone-text").value = "";
    if (editing) act({ do: "edit", who: citizen, message: editing, text });
    else if (text.trim()) act({ do: "say", who: citizen, text });
    editing = null;
    by("phone-form").querySelector("[type=submit]").textContent = "Invia";
  };
  by("group-form").onsubmit = (event) => {
    event.preventDefault();
    const text = by("group-text").value;
    by("group-text").value = "";
    if (text.trim()) act({ do: "say", who: state.manager, text, topic });
  };
  for (const button of document.querySelectorAll("[data-send]")) {
    button.onclick = () => act({ do: "send", who: citizen, kind: button.dataset.send });
  }
  by("set-clock").onclick = () => attempt(() => write("preview/clock", { now: by("clock").value }));
  by("real-clock").onclick = () => attempt(() => write("preview/clock", { now: "" }));
  by("save-form").onsubmit = async (event) => {
    event.preventDefault();
    const saved = await attempt(() => write("preview/save", { who: citizen, name: by("save-name").value }));
    if (saved) tell(saved.message, true);
    showSaved();
  };
  by("stand").ontoggle = () => { if (by("stand").open) showQuestions(); };
  by("stand-form").onsubmit = async (event) => {
    event.preventDefault();
    const filled = [...by("stand-answers").querySelectorAll("input")].filter((one) => one.value.trim());
    const answers = Object.fromEntries(filled.map((one) => [one.name, one.value]));
    const found = await attempt(() => write("preview/stand", { question: by("stand-question").value, answers }));
    if (!found) return;
    goTo(found.id);
    if (found.is_asked) return;
    tell(found.question
      ? `Prima il bot vuole sapere un'altra cosa: «${found.question}». Scrivi anche questa risposta e riprova.`
      : "Con queste risposte il bot non fa questa domanda: mostra già i servizi.");
  };
  showSaved();
  follow();
}

function goTo(id) {
  citizen = id;
  if (state.citizens.some((one) => one.id === id)) show();
}

// The questions of the first flow, and for each attribute the answers that its buttons give.
async function showQuestions() {
  const found = await attempt(() => read("preview/questions"));
  if (!found) return;
  const asked = found.attributes.flatMap((one) => one.questions.map((question) => element("option", { value: question.key, textContent: question.ask })));
  by("stand-question").replaceChildren(...asked);
  by("stand-answers").replaceChildren(...found.attributes.map((one) => {
    const input = element("input", { name: one.attribute, autocomplete: "off" });
    input.setAttribute("list", `answers-${one.attribute}`);
    return element("label", {}, one.label, input,
      element("datalist", { id: `answers-${one.attribute}` }, ...one.answers.map((value) => element("option", { value }))));
  }));
}

// Another citizen who has said the same until here, and now may say something else.
async function repeatUntil(count) {
  const found = await attempt(() => write("preview/repeat", { who: citizen, count }));
  if (!found) return;
  goTo(found.id);
  tell("Ecco un altro cittadino, allo stesso punto: prova che cosa succede se risponde in un altro modo.", true);
}

async function showSources(message) {
  const found = await attempt(() => read("preview/sources", { who: citizen, message: message.id }));
  if (!found) return;
  const lines = found.lines.map((one) => element("li", {},
    element("button", { type: "button", className: "link", textContent: `${one.text.slice(0, 80)} (${one.file}:${one.line})`, onclick: () => openLine(one.file, one.line) })));
  by("sources").replaceChildren(element("h3", { textContent: "Da dove vengono le parole" }),
    lines.length ? element("ul", {}, ...lines) : element("p", { textContent: "Queste parole non stanno in un file dei contenuti." }));
  by("sources").querySelector("button")?.focus();
}

async function follow() {
  for (;;) {
    try {
      state = await read("preview/state", state ? { stamp: state.stamp } : {});
      notice(state.waiting || state.learning);
      if (!state.waiting) show();
    } catch (refusal) {
      tell(refusal.message);
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

function show() {
  const people = state.citizens;
  if (!people.some((one) => one.id === citizen)) citizen = people[0].id;
  const here = people.find((one) => one.id === citizen);
  choices(by("citizens"), people.map((one) => ({ id: one.id, label: one.name })), citizen, (id) => { citizen = id; show(); });
  by("phone-title").textContent = `Telefono di ${here.name}`;
  showChat(by("phone"), here.messages, (message) => !message.bot, {
    press: (message, data) => act({ do: "press", who: citizen, message, data }),
    edit: (message) => {
      editing = message.id;
      by("phone-text").value = message.text;
      by("phone-form").querySelector("[type=submit]").textContent = "Correggi";
      by("phone-text").focus();
    },
    sources: showSources,
  });
  const topics = state.group.topics;
  if (topic !== null && !topics.some((one) => one.id === topic)) topic = null;
  if (topic === null && topics.length && !by("topics").dataset.chosen) topic = topics[0].id;
  const labels = [{ id: null, label: "Generale" }, ...topics.map((one) => ({ id: one.id, label: `${one.closed ? "✓ " : ""}${one.name}` }))];
  choices(by("topics"), labels, topic, (id) => { topic = id; by("topics").dataset.chosen = "yes"; show(); });
  const inTopic = topics.find((one) => one.id === topic);
  by("group-empty").hidden = topics.length > 0 || state.group.general.length > 0;
  showChat(by("group"), inTopic ? inTopic.messages : state.group.general, (message) => !message.bot, {
    press: (message, data) => act({ do: "press", who: state.manager, message, data }),
  });
  if (document.activeElement !== by("clock")) by("clock").value = state.now;
  toast(state.toast);
  showXRay();
}

// Why the bot does not answer, or not yet from what was saved last.
function notice(text) {
  by("learning").textContent = text;
  by("learning").hidden = !text;
}

let lastToast = "";
function toast(text) {
  if (text === lastToast) return;
  lastToast = text;
  by("toast").textContent = text;
  by("toast").hidden = !text;
  if (text) setTimeout(() => { by("toast").hidden = true; }, 3500);
}

function choices(place, options, chosen, choose) {
  const key = JSON.stringify([options, chosen]);
  if (place.dataset.key === key) return;
  const hadFocus = place.contains(document.activeElement);
  place.dataset.key = key;
  place.replaceChildren(...options.map((one) => {
    const button = element("button", { type: "button", className: "tab", textContent: one.label, onclick: () => choose(one.id) });
    button.setAttribute("aria-pressed", String(one.id === chosen));
    return button;
  }));
  if (hadFocus) place.querySelector("[aria-pressed=true]")?.focus();
}

async function showXRay() {
  const found = await read("preview/x-ray", { who: citizen }).catch(() => null);
  if (!found) return;
  const place = by("xray");
  const parts = [];
  const section = (title, ...content) => parts.push(element("h3", { textContent: title }), ...content);
  const profile = element("dl");
  for (const one of found.profile) profile.append(element("dt", { textContent: one.label }), element("dd", { textContent: one.value }));
  section("Che cosa sa", found.profile.length ? profile : element("p", { textContent: "Ancora niente." }));
  if (found.question) {
    section("Che cosa chiede, e perché", element("p", { textContent: found.question }), element("p", { className: "soft", textContent: `${found.reason[0].toUpperCase()}${found.reason.slice(1)}.` }));
  }
  if (found.counts) {
    const count = (number, label) => element("div", {}, element("strong", { textContent: number }), label);
    const left = found.counts.fits + found.counts.to_check;
    const meter = element("progress", { className: "meter", max: found.counts.total || 1, value: left });
    meter.setAttribute("aria-label", `Offerte rimaste: ${left} su ${found.counts.total}`);
    section("Offerte rimaste",
      element("div", { className: "counts" }, count(found.counts.fits, "adatte"), count(found.counts.to_check, "da verificare"), count(found.counts.excluded, "escluse")),
      meter);
    const list = element("ul");
    for (const offer of found.offers) {
      const badge = element("span", { className: `badge ${offer.verdict}`, textContent: offer.verdict === "fits" ? "adatta" : "da verificare" });
      list.append(element("li", {}, `${offer.name}${offer.place ? ` · ${offer.place}` : ""} `, badge));
    }
    parts.push(list);
  }
  if (found.evidence.length) {
    const list = element("ul");
    for (const one of found.evidence) {
      const words = one.file
        ? element("button", { type: "button", className: "link", textContent: `${one.words} (${one.file}:${one.line})`, onclick: () => openLine(one.file, one.line) })
        : one.words;
      list.append(element("li", {}, words));
    }
    section("Capito da", list);
  }
  const words = state.citizens.find((one) => one.id === citizen)?.words || [];
  if (words.length) {
    section("Che cosa ha detto", element("ol", { className: "words" }, ...words.map((one, index) => {
      const again = element("button", { type: "button", className: "quiet small", textContent: "E se…?", onclick: () => repeatUntil(index) });
      again.setAttribute("aria-label", `E se non dicesse «${one}»?`);
      return element("li", {}, element("span", { textContent: one }), again);
    })));
  }
  const key = JSON.stringify([found, words, citizen]);
  if (place.dataset.key === key) return;
  if (place.dataset.citizen !== String(citizen)) by("sources").replaceChildren();
  place.dataset.citizen = citizen;
  place.dataset.key = key;
  place.replaceChildren(...parts);
}

async function showSaved() {
  const found = await read("preview/saved").catch(() => ({ names: [] }));
  const list = element("ul");
  for (const name of found.names) {
    const replay = element("button", { type: "button", className: "quiet", textContent: `Rifai «${name}»`, onclick: async () => {
      const again = await attempt(() => write("preview/replay", { name }));
      if (!again) return;
      by("saved").querySelector(".diff")?.remove();
      if (again.same) { tell(`«${name}»: il bot risponde come allora.`, true); return; }
      const diff = element("div", { className: "diff" });
      for (const line of again.lines.filter((one) => !one.startsWith(" "))) {
        diff.append(element("div", { className: line.startsWith("-") ? "old" : "new", textContent: line }));
      }
      by("saved").append(diff);
      tell(`«${name}»: il bot risponde in un altro modo. Sotto c'è che cosa cambia.`);
    } });
    list.append(element("li", {}, replay));
  }
  by("saved").replaceChildren(list);
}
