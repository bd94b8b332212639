// Forms that add: a service, a sentence to understand, a spreadsheet.

import { attempt, element, read, tell, write } from "./api.js";

const by = (id) => document.getElementById(id);
let dangers = new Set();
let changed = () => {};
let openService = () => {};

export function startAdding(afterChange, showService) {
  changed = afterChange;
  openService = showService;
  by("service-form").onsubmit = addService;
  by("words-form").onsubmit = addWords;
  by("words-form").elements.owner.onchange = showKind;
  by("sheet-form").onsubmit = (event) => { event.preventDefault(); sendSheet(false); };
  by("sheet").onchange = () => by("sheet-changes").replaceChildren();
}

export async function showAdding() {
  const found = await attempt(() => read("content/choices"));
  if (!found) return;
  if (!found.needs) { tell("I contenuti hanno errori: correggili prima."); return; }
  dangers = new Set(found.dangers.map((one) => one.id));
  const service = by("service-form").elements;
  options(service.need, found.needs, "Scegli");
  options(service.place, found.places, "Per telefono o online");
  options(service.persona, found.people, "Tutte le persone");
  options(by("words-form").elements.owner, found.taught, "Scegli");
  showKind();
}

function options(select, choices, none) {
  const before = select.value;
  const groups = Map.groupBy ? Map.groupBy(choices, (one) => one.kind) : new Map([[undefined, choices]]);
  const option = (one) => element("option", { value: one.id, textContent: one.label });
  select.replaceChildren(element("option", { value: "", textContent: none }), ...[...groups].flatMap(([kind, its]) =>
    (kind && groups.size > 1 ? [element("optgroup", { label: kind }, ...its.map(option))] : its.map(option))));
  select.value = before;
}

function showKind() {
  const form = by("words-form");
  const isDanger = dangers.has(form.elements.owner.value);
  by("danger-kind").hidden = !isDanger;
  if (!isDanger) form.elements.field.value = "examples";
}

async function addService(event) {
  event.preventDefault();
  const form = event.target;
  const saved = await attempt(() => write("content/service", Object.fromEntries(new FormData(form))));
  if (!saved) return;
  tell(`Servizio aggiunto: «${form.elements.name.value}». La prova lo mostra già. Per le persone: «Pubblica».`, true);
  const name = form.elements.name.value;
  form.reset();
  changed(saved.files);
  openService(name);
}

async function addWords(event) {
  event.preventDefault();
  const form = event.target;
  const saved = await attempt(() => write("content/words", Object.fromEntries(new FormData(form))));
  if (!saved) return;
  tell(`Il bot impara «${form.elements.words.value}». Per le persone: «Pubblica».`, true);
  form.elements.words.value = "";
  changed(saved.files);
}

const asBase64 = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(String(reader.result).split(",")[1] || "");
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(file);
});

// First what would change is shown; then it is taken by a second press.
async function sendSheet(isTaken) {
  const file = by("sheet").files[0];
  if (!file) return;
  const place = by("sheet-changes");
  place.replaceChildren(element("p", { className: "soft", textContent: "Leggo il foglio…" }));
  const data = await asBase64(file).catch(() => "");
  const found = await attempt(() => write("content/sheet", { name: file.name, data, is_taken: isTaken }));
  if (!found) { place.replaceChildren(element("p", { className: "error-text", textContent: "Niente è stato cambiato." })); return; }
  if (isTaken) {
    place.replaceChildren();
    by("sheet-form").reset();
    tell("Il foglio è nei contenuti. Per le persone: «Pubblica».", true);
    changed(found.files);
    return;
  }
  const list = element("ul", {}, ...found.changes.map((one) => element("li", { textContent: one })));
  const take = element("button", { type: "button", textContent: "Prendi queste modifiche", onclick: () => sendSheet(true) });
  place.replaceChildren(...(found.changes.length ? [list, take] : [element("p", { textContent: "Non cambia niente." })]));
}
