// The room Contenuti: files with their errors, forms for the commonest acts, publishing.

import { startAdding, showAdding } from "./add.js";
import { startSentences, showSentences } from "./sentences.js";
import { attempt, element, read, tell, write } from "./api.js";
import { close, complete, explain, follow, paint, pressed, useNames, useSchema } from "./editor.js";

const by = (id) => document.getElementById(id);
const CHECK_AFTER = 500;
let open = null;
let problems = [];
let checking;
let checks = 0;
let follows = null;

export function startContent() {
  for (const tab of document.querySelectorAll("[data-view]")) {
    tab.onclick = () => {
      for (const one of document.querySelectorAll("[data-view]")) {
        one.setAttribute("aria-pressed", String(one === tab));
        by(`view-${one.dataset.view}`).hidden = one !== tab;
      }
      if (tab.dataset.view === "forms") showServices();
      if (tab.dataset.view === "sentences") showSentences();
      if (tab.dataset.view === "add") showAdding();
      if (tab.dataset.view === "publish") showPublishing();
    };
  }
  const text = by("text");
  text.oninput = (event) => {
    edited();
    // One who types a word sees what it may become; one who deletes or goes to a new line is left alone.
    if (event.inputType === "insertText" && /^[\w-]$/.test(event.data || "")) complete();
    else close();
    clearTimeout(checking);
    checking = setTimeout(check, CHECK_AFTER);
  };
  text.onscroll = () => { by("lines").scrollTop = text.scrollTop; follow(); };
  text.onclick = explain;
  text.onkeyup = explain;
  text.onkeydown = (event) => {
    pressed(event);
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") { event.preventDefault(); save(); }
  };
  by("save-file").onclick = save;
  by("find").oninput = () => filterServices();
  by("publish-form").onsubmit = publish;
  startSentences((file, line) => { document.querySelector("[data-view=files]").click(); openFile(file, line); },
    (file) => forget([file]));
  startAdding(forget, (name) => { document.querySelector("[data-view=forms]").click(); by("find").value = name; filterServices(); });
  window.addEventListener("beforeunload", (event) => { if (isDirty()) event.preventDefault(); });
  showTree();
  checkAll();
}

// Files that a form changed are read again when they are opened next.
function forget(files) {
  if (files.includes(open?.path) && !isDirty()) open = null;
}

const isDirty = () => open !== null && by("text").value !== open.text;

function edited() {
  by("dirty").hidden = !isDirty();
  by("save-file").disabled = !isDirty();
  paint();
  showLines();
}

async function checkAll() {
  by("checking").hidden = false;
  const found = await attempt(() => read("content/problems"));
  by("checking").hidden = true;
  if (found && !isDirty()) { problems = found.problems; showTree(); }
}

async function showTree() {
  const found = await attempt(() => read("content/files"));
  if (!found) return;
  const folders = new Map();
  for (const file of found.files) {
    const cut = file.path.lastIndexOf("/");
    const folder = file.path.slice(0, cut);
    if (!folders.has(folder)) folders.set(folder, []);
    folders.get(folder).push({ ...file, name: file.path.slice(cut + 1) });
  }
  const titles = { flows: "Domande e frasi", catalogue: "Catalogo", "catalogue/services": "Servizi" };
  const order = Object.keys(titles);
  const sorted = [...folders].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  by("tree").replaceChildren(...sorted.flatMap(([folder, files]) => [
    element("h2", { textContent: titles[folder] || folder }),
    ...files.map((file) => {
      const count = problems.filter((one) => one.file === file.path && one.severity === "error").length;
      const button = element("button", { type: "button", onclick: () => openFile(file.path) }, file.name,
        count ? element("span", { className: "badge", textContent: `${count} errori` }) : "");
      if (open?.path === file.path) button.setAttribute("aria-current", "true");
      return button;
    }),
  ]));
  showProblems();
}

export async function openFile(path, line = 0) {
  if (open?.path !== path) {
    if (isDirty() && !window.confirm("Ci sono modifiche da salvare. Le lascio perdere?")) return;
    const found = await attempt(() => read("content/file", { path }));
    if (!found) return;
    open = found;
    endConflict();
    by("text").value = found.text;
    by("text").disabled = false;
    by("file-title").textContent = path;
    close();
    edited();
    showTree();
    read("content/schema", { path }).then((schema) => useSchema(schema), () => useSchema());
    read("content/choices").then(useNames, () => {});
  }
  if (line) goTo(line, 1);
}

function goTo(line, column) {
  const text = by("text");
  const lines = text.value.split("\n");
  const at = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + Math.max(0, column - 1);
  text.focus();
  text.setSelectionRange(at, at + (column > 1 ? 0 : (lines[line - 1] || "").length));
  text.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(text).lineHeight));
}

function showLines() {
  const count = by("text").value.split("\n").length;
  const marked = new Map();
  for (const one of problems) {
    if (open && one.file === open.path && marked.get(one.line) !== "error") marked.set(one.line, one.severity);
  }
  const parts = [];
  for (let line = 1; line <= count; line += 1) {
    if (marked.has(line)) parts.push(element("span", { className: marked.get(line), textContent: line }), "\n");
    else parts.push(`${line}\n`);
  }
  by("lines").replaceChildren(...parts);
  by("lines").scrollTop = by("text").scrollTop;
}

function showProblems() {
  const mine = open ? problems.filter((one) => one.file === open.path) : [];
  const others = problems.filter((one) => one.severity === "error" && !mine.includes(one));
  const shown = [...mine, ...others];
  const list = element("ul");
  for (const one of shown) {
    const place = one.file === open?.path ? `Riga ${one.line}` : `${one.file}, riga ${one.line}`;
    list.append(element("li", { className: one.severity === "error" ? "error-text" : "warning-text" },
      element("button", { type: "button", className: "link", textContent: place, onclick: () => (one.file === open?.path ? goTo(one.line, one.column) : openFile(one.file, one.line)) }),
      ` ${one.severity === "error" ? "Errore" : "Dubbio"}: ${one.message}`));
  }
  by("problems").replaceChildren(shown.length ? list : element("p", { textContent: open ? "Nessun errore in questo file." : "Nessun errore." }));
  showLines();
}

async function check() {
  if (!open) return;
  checks += 1;
  by("checking").hidden = false;
  const mine = checks;
  const found = await attempt(() => write("content/check", { path: open.path, text: by("text").value }));
  if (mine !== checks) return;
  by("checking").hidden = true;
  if (found) { problems = found.problems; showProblems(); }
}

async function save() {
  if (!isDirty()) return;
  const text = by("text").value;
  try {
    const saved = await write("content/save", { path: open.path, text, digest: open.digest });
    open = { ...open, text, digest: saved.digest };
    endConflict();
    edited();
    tell("Salvato. La prova usa già il testo nuovo, se non ci sono errori.", true);
    checkAll();
  } catch (refusal) {
    tell(refusal.message);
    if (refusal.status === 409) showConflict(refusal.answer);
  }
}

// Both texts stay until one is saved: nothing is overwritten before somebody has chosen.
function showConflict(theirs) {
  const mine = by("text").value;
  open = { ...open, text: theirs.text, digest: theirs.digest };
  const place = element("div", { className: "row conflict" });
  const use = (label, act) => element("button", { type: "button", className: "quiet", textContent: label, onclick: act });
  const put = (text) => { by("text").value = text; edited(); check(); };
  const see = use("Vedi il loro testo", () => { put(theirs.text); place.replaceChildren(back); });
  const back = use("Torna al mio testo", () => { put(mine); place.replaceChildren(see, keep); });
  const keep = use("Tieni il mio e salva sopra", save);
  place.append(see, keep);
  endConflict();
  by("problems-title").before(place);
}

const endConflict = () => document.querySelector(".conflict")?.remove();

// --- Forms

// A day of a file, such as 2026-10-12, as it is written in Italy; anything else as it stands.
const italianDay = (day) => day.replace(/^(\d{4})-(\d{2})-(\d{2})$/, "$3/$2/$1");

const AVAILABILITY = [["open", "Ci sono posti"], ["waiting_list", "Lista d'attesa"], ["full", "Completo"]];

// Locations of a service that have a form; the others are changed in the file.
const MOST_LOCATIONS = 4;

const small = (label, name, act) => {
  const button = element("button", { type: "button", className: "quiet", textContent: label, onclick: act });
  button.setAttribute("aria-label", name);
  return button;
};

async function showServices() {
  if (!by("services").children.length) by("services").append(element("p", { className: "soft", textContent: "Leggo i servizi…" }));
  const found = await attempt(() => read("content/services"));
  if (!found) return;
  by("services").replaceChildren(...found.services.map((one) => card(one, found.today)));
  filterServices();
}

function filterServices() {
  const wanted = by("find").value.toLowerCase();
  for (const one of by("services").children) one.hidden = !(one.dataset.name || "").includes(wanted);
}

function card(service, today) {
  const act = async (path, given, done) => {
    const saved = await attempt(() => write(`content/${path}`, { service: service.id, ...given }));
    if (!saved) return;
    tell(`«${service.name}»: ${done}`, true);
    if (given.field === "availability") press(given.value);
    forget(saved.files);
    showServices();
  };
  const change = (field, value, done, more = {}) => act("field", { field, value, ...more }, done);
  const press = (value) => {
    for (const button of choice.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.value === value));
  };
  const choice = element("fieldset", { className: "choice" }, element("legend", { textContent: "Posti" }),
    ...AVAILABILITY.map(([value, label]) => {
      const button = element("button", { type: "button", className: "tab", textContent: label, dataset: { value }, onclick: () => change("availability", value, label) });
      return button;
    }));
  press(service.fields.availability || "open");
  const field = (name, label, hint, value = service.fields[name], more = {}) => {
    const input = element("input", { value, placeholder: hint });
    const row = element("form", { className: "row", onsubmit: (event) => { event.preventDefault(); change(name, input.value, `salvato: ${label.toLowerCase()}`, more); } },
      element("label", {}, label, input), element("button", { type: "submit", className: "quiet", textContent: "Salva" }));
    row.querySelector("button").setAttribute("aria-label", `Salva ${label.toLowerCase()} di ${service.name}`);
    return row;
  };
  const assured = service.fields.assured;
  const title = element("h2", {}, element("button", { type: "button", className: "link", textContent: service.name || service.id, onclick: () => {
    document.querySelector("[data-view=files]").click();
    openFile(service.file, service.line);
  } }));
  return element("article", { className: "card", dataset: { name: `${service.name} ${service.id}`.toLowerCase() } },
    title, choice,
    ...service.locations.map((one, location) => (location < MOST_LOCATIONS
      ? field("hours", service.locations.length > 1 ? `Orari · ${one.label}` : "Orari", "lun-ven 8:00-12:30", one.hours, { location: one.number }) : "")),
    field("valid", "Periodo", "9 giugno - 1 agosto; 1 settembre - 5 settembre"), field("apply", "Iscrizioni", "1 aprile - 31 maggio"),
    element("div", { className: "row" }, element("span", { className: "grow", textContent: assured ? `Verificato il ${italianDay(assured)}` : "Mai verificato" }),
      element("button", { type: "button", className: "quiet", textContent: "Verificato oggi", disabled: assured === today, onclick: () => change("assured", today, "verificato oggi") })),
    element("div", { className: "row" },
      /\d{4}/.test(service.fields.valid) ? small("Ripeti l'anno dopo", `Ripeti ${service.name} l'anno dopo`, () => act("repeat", {}, "copiato, con le date da confermare")) : "",
      element("span", { className: "grow" }),
      small("Togli", `Togli ${service.name}`, () => window.confirm(`Tolgo «${service.name}» dai contenuti? Finché non pubblichi, le persone lo vedono ancora.`) && act("remove", {}, "tolto"))));
}

// --- Publishing

async function showPublishing() {
  by("changes").replaceChildren(element("p", { className: "soft", textContent: "Confronto con quello che è pubblicato…" }));
  by("effects").replaceChildren();
  const [changes, versions] = await Promise.all([attempt(() => read("content/changes")), attempt(() => read("content/versions"))]);
  if (changes) {
    follows = changes.follows;
    const list = element("ul", {}, ...changes.changes.map((one) => element("li", { textContent: one })));
    const none = follows ? "Non cambia niente rispetto a quello che è pubblicato." : "Non è ancora stato pubblicato niente: pubblichi tutta la cartella.";
    by("publish-form").querySelector("button").disabled = follows > 0 && !changes.changes.length;
    by("changes").replaceChildren(changes.changes.length ? list : element("p", { textContent: none }));
  }
  if (versions) showVersions(versions.versions);
  if (changes) showEffects(changes.changes.length > 0);
}

async function showEffects(isChanged) {
  const place = by("effects");
  if (!isChanged) { place.replaceChildren(element("p", { textContent: "Niente." })); return; }
  place.replaceChildren(element("p", { className: "soft", textContent: "Conto le persone che vedranno un altro risultato…" }));
  const found = await attempt(() => read("content/effects"));
  if (!found) return;
  const list = element("ul", {}, ...found.effects.map((one) => element("li", { textContent: one })));
  place.replaceChildren(found.effects.length ? list : element("p", { textContent: "Nessuno riceve un altro risultato." }));
}

function showVersions(versions) {
  const body = element("tbody");
  versions.forEach((one, index) => {
    const back = element("button", { type: "button", className: "quiet", textContent: "Torna a questa", onclick: () => undo(one.number) });
    back.setAttribute("aria-label", `Torna alla versione ${one.number}`);
    body.append(element("tr", {}, element("td", { textContent: one.number }), element("td", { textContent: one.when }),
      element("td", { textContent: `${one.reason || "senza motivo scritto"}${one.author ? ` · ${one.author}` : ""}` }),
      element("td", {}, index ? (document.body.classList.contains("reading") ? "" : back) : element("span", { className: "badge fits", textContent: "pubblicata" }))));
  });
  const head = element("thead", {}, element("tr", {}, ...["N.", "Quando", "Perché", "Stato"].map((one) => element("th", { textContent: one, scope: "col" }))));
  by("versions").replaceChildren(versions.length ? element("table", {}, head, body) : element("p", { textContent: "Nessuna versione pubblicata." }));
}

async function publish(event) {
  event.preventDefault();
  if (isDirty()) { tell("Prima salva il file aperto."); return; }
  const published = await attempt(() => write("content/publish", { reason: by("reason").value, follows }));
  if (published) { by("reason").value = ""; tell(`Pubblicata la versione ${published.number}.`, true); showPublishing(); }
}

async function undo(to) {
  const published = await attempt(() => write("content/undo", { to }));
  if (published) { tell(`Ora è pubblicata la versione ${published.number}: ${published.reason}.`, true); showPublishing(); }
}
