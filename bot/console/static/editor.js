// The editor of a file: colours behind the text, the meaning of the field at the caret, and completion from the file's schema.

import { element } from "./api.js";

const by = (id) => document.getElementById(id);
const MOST_OFFERED = 12;
// Names that stand in other files, by the field that takes them.
const NAMES = { need: "needs", bisogno: "needs", place: "places", comune: "places", serves: "places", persona: "people" };
const LINE = /^(\s*(?:- )*)(?:([\w-]+|"[^"]*")(:)(?=\s|$))?(.*)$/;
let schema = {};
let names = {};
let offered = [];
let chosen = 0;
// True while completion is asked for, even if there is nothing to offer yet.
let isAsked = false;

// The schema of the file comes after its text: completion that was asked for meanwhile is shown then.
export function useSchema(found) {
  schema = found || {};
  if (isAsked) complete();
}

export function useNames(choices) {
  names = choices;
}

// Text is put in so that the browser can undo it.
function insert(text, from, to) {
  const area = by("text");
  area.setSelectionRange(from, to);
  document.execCommand("insertText", false, text);
}

// --- Colours

// The text with its comments, fields and quoted words in their colours; everything is put in as text.
export function paint() {
  const area = by("text");
  const parts = [];
  for (const line of area.value.split("\n")) {
    const comment = line.search(/(^|\s)#/);
    const code = comment < 0 ? line : line.slice(0, comment);
    const [, start, key, colon, rest] = code.match(LINE);
    parts.push(start);
    if (key) parts.push(element("span", { className: "key", textContent: key + colon }));
    for (const piece of rest.split(/("[^"]*"|[{}[\],])/)) {
      if (piece.startsWith('"')) parts.push(element("span", { className: "quoted", textContent: piece }));
      else if (/^[{}[\],]$/.test(piece)) parts.push(element("span", { className: "mark", textContent: piece }));
      else parts.push(piece);
    }
    if (comment >= 0) parts.push(element("span", { className: "comment", textContent: line.slice(comment) }));
    parts.push("\n");
  }
  by("colours").replaceChildren(...parts);
  follow();
}

export function follow() {
  const area = by("text");
  by("colours").scrollTop = area.scrollTop;
  by("colours").scrollLeft = area.scrollLeft;
}

// --- Where the caret stands

const indent = (line) => line.match(/^\s*(?:- )*/)[0].length;

// The caret's line, and the fields that lead to it, from the outermost.
function place() {
  const area = by("text");
  const before = area.value.slice(0, area.selectionStart).split("\n");
  const line = before.at(-1);
  const path = [];
  let depth = indent(line);
  for (const above of before.slice(0, -1).reverse()) {
    if (!above.trim() || above.trim().startsWith("#") || indent(above) >= depth) continue;
    const key = above.match(LINE)[2];
    depth = indent(above);
    if (key) path.unshift(key);
    if (!depth) break;
  }
  // Within braces the fields are those of what the line is about.
  const braces = line.lastIndexOf("{") > line.lastIndexOf("}");
  const owner = line.match(LINE)[2];
  if (braces && owner) path.push(owner);
  const piece = braces ? line.slice(Math.max(line.lastIndexOf("{"), line.lastIndexOf(",")) + 1) : line.slice(indent(line));
  const [, key, value] = piece.match(/^\s*([\w-]*)(?::\s*\[?(?:.*,\s*)?(.*))?$/) || [];
  return { path, key: key || "", value, at: area.selectionStart };
}

function flat(node) {
  if (!node) return [];
  if (node.$ref) return flat(schema.definitions?.[node.$ref.split("/").pop()]);
  return [node, ...(node.anyOf || []).flatMap(flat), ...(node.items ? flat(node.items) : [])];
}

const inside = (nodes, key) => nodes.flatMap((one) => flat(one.properties?.[key] || (typeof one.additionalProperties === "object" ? one.additionalProperties : null)));

const nodesAt = (path) => path.reduce(inside, flat(schema));

// --- Meaning and completion

// The meaning of the field at the caret, read out politely.
export function explain() {
  const here = place();
  const node = here.key ? inside(nodesAt(here.path), here.key).find((one) => one.description) : null;
  by("meaning").textContent = node ? `${here.key}: ${node.description}` : "Ctrl+Spazio: che cosa si può scrivere qui.";
}

function options({ path, key, value }) {
  const nodes = nodesAt(path);
  if (value === undefined) {
    return nodes.flatMap((one) => Object.entries(one.properties || {})).filter(([name]) => name.startsWith(key))
      .map(([name, node]) => ({ text: `${name}: `, label: name, about: node.description || "", typed: key }));
  }
  const listed = inside(nodes, key).flatMap((one) => one.enum || []).filter((one) => typeof one === "string").map((one) => ({ id: one, label: "" }));
  return [...listed, ...(names[NAMES[key]] || [])].filter((one) => one.id.startsWith(value) || one.label.toLowerCase().startsWith(value.toLowerCase()))
    .map((one) => ({ text: one.id, label: one.id, about: one.label, typed: value }));
}

export function complete() {
  isAsked = true;
  offered = options(place()).filter((one) => one.text !== one.typed).slice(0, MOST_OFFERED);
  chosen = 0;
  show();
}

export function close() {
  isAsked = false;
  offered = [];
  show();
}

function show() {
  const list = by("offers");
  list.hidden = !offered.length;
  list.replaceChildren(...offered.map((one, index) => {
    const item = element("li", { id: `offer-${index}`, onmousedown: (event) => { event.preventDefault(); take(index); } },
      element("strong", { textContent: one.label }), one.about ? ` ${one.about}` : "");
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(index === chosen));
    return item;
  }));
  const area = by("text");
  if (offered.length) area.setAttribute("aria-activedescendant", `offer-${chosen}`);
  else area.removeAttribute("aria-activedescendant");
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
}

function take(index) {
  const one = offered[index];
  const at = by("text").selectionStart;
  close();
  insert(one.text, at - one.typed.length, at);
}

// Enter keeps the depth of a line, and goes deeper after a field that waits for more. Tab moves on, so that nobody is caught here.
export function pressed(event) {
  const area = by("text");
  if (event.ctrlKey && event.code === "Space") { event.preventDefault(); complete(); return; }
  if (offered.length) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); chosen = (chosen + step + offered.length) % offered.length; show(); return; }
    if (event.key === "Enter") { event.preventDefault(); take(chosen); return; }
    if (event.key === "Escape") { event.preventDefault(); close(); return; }
    if (event.key === "Tab") close();
  }
  if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !area.readOnly) {
    event.preventDefault();
    const line = area.value.slice(0, area.selectionStart).split("\n").at(-1);
    const deeper = /:\s*$/.test(line) ? "  " : "";
    insert(`\n${" ".repeat(indent(line))}${deeper}`, area.selectionStart, area.selectionEnd);
  }
}
