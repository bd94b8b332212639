// The sentences that the bot says, each with its form.

import { attempt, element, read, tell, write } from "./api.js";

const by = (id) => document.getElementById(id);
// Forms shown at a time: who looks for a sentence types a word of it.
const MOST_SHOWN = 24;
let found = { file: "", sentences: [] };
let openLine = () => {};
let forget = () => {};

export function startSentences(showLine, changed) {
  openLine = showLine;
  forget = changed;
  by("find-sentence").oninput = show;
}

export async function showSentences() {
  const answer = await attempt(() => read("content/sentences"));
  if (answer) { found = answer; show(); }
}

function show() {
  const words = by("find-sentence").value.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = found.sentences.filter((one) => words.every((word) => `${one.text} ${one.key}`.toLowerCase().includes(word)));
  const more = fitting.length - MOST_SHOWN;
  by("sentence-count").textContent = more > 0 ? `${fitting.length} frasi. Scrivi una parola per trovare la tua.` : `${fitting.length} frasi.`;
  by("sentences").replaceChildren(...fitting.slice(0, MOST_SHOWN).map(form));
}

function form(sentence) {
  const text = element("textarea", { value: sentence.text, lang: "it", rows: Math.min(8, sentence.text.split("\n").length + 1) });
  text.setAttribute("aria-label", `Frase ${sentence.key}`);
  const button = element("button", { type: "submit", className: "quiet", textContent: "Salva", disabled: true });
  button.setAttribute("aria-label", `Salva la frase ${sentence.key}`);
  text.oninput = () => { button.disabled = text.value === sentence.text; };
  const key = element("button", { type: "button", className: "link key", textContent: sentence.key, onclick: () => openLine(found.file, sentence.line) });
  const placeholders = [...new Set(sentence.text.match(/{[^{}]*}/g) || [])];
  const hint = placeholders.length ? element("p", { className: "soft", textContent: `Lascia com'è: ${placeholders.join(", ")}` }) : "";
  return element("form", { className: "card", onsubmit: async (event) => {
    event.preventDefault();
    const saved = await attempt(() => write("content/sentence", { key: sentence.key, value: text.value }));
    if (!saved) return;
    sentence.text = text.value;
    button.disabled = true;
    forget(found.file);
    tell("Frase salvata. La prova la dice già.", true);
  } }, key, text, hint, element("div", { className: "row" }, element("span", { className: "grow" }), button));
}
