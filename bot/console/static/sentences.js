// The sentences that the bot says, each with its form.

import { attempt, element, read, tell, write } from "./api.js";

const by = (id) => document.getElementById(id);
// Forms shown at a time: who looks for a sentence types a word of it.
const MOST_SHOWN = 24;
let found = { sentences: [] };
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

// A question of a flow is named by its place in the flow.
function named(sentence) {
  const question = sentence.key.match(/^questions\.(\d+)\.(\w+)$/);
  if (!sentence.key.includes(".") && sentence.file.endsWith("texts.yaml")) return sentence.key;
  const flow = sentence.file.split("/").pop().replace(".yaml", "");
  return question ? `${flow} · domanda ${question[1]}${question[2] === "help" ? ", spiegazione" : ""}` : `${flow} · ${sentence.key}`;
}

function form(sentence) {
  const text = element("textarea", { value: sentence.text, lang: "it", rows: Math.min(8, sentence.text.split("\n").length + 1) });
  text.setAttribute("aria-label", `Frase ${named(sentence)}`);
  const button = element("button", { type: "submit", className: "quiet", textContent: "Salva", disabled: true });
  button.setAttribute("aria-label", `Salva la frase ${named(sentence)}`);
  text.oninput = () => { button.disabled = text.value === sentence.text; };
  const key = element("button", { type: "button", className: "link key", textContent: named(sentence), onclick: () => openLine(sentence.file, sentence.line) });
  const placeholders = [...new Set(sentence.text.match(/{[^{}]*}/g) || [])];
  const hint = placeholders.length ? element("p", { className: "soft", textContent: `Lascia com'è: ${placeholders.join(", ")}` }) : "";
  return element("form", { className: "card", onsubmit: async (event) => {
    event.preventDefault();
    const saved = await attempt(() => write("content/sentence", { file: sentence.file, key: sentence.key, value: text.value }));
    if (!saved) return;
    sentence.text = text.value;
    button.disabled = true;
    forget(sentence.file);
    tell("Frase salvata. La prova la dice già.", true);
  } }, key, text, hint, element("div", { className: "row" }, element("span", { className: "grow" }), button));
}
