// A chat as Telegram shows it: bubbles, bold words, links, buttons.

import { element } from "./api.js";

const STYLES = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "code" };

// Text with its entities. Everything is put in as text, so words of a message are never markup.
function styled(text, entities) {
  const parts = [];
  let at = 0;
  for (const one of [...entities].sort((a, b) => a.offset - b.offset)) {
    if (one.offset < at) continue;
    parts.push(text.slice(at, one.offset));
    at = one.offset + one.length;
    const words = text.slice(one.offset, at);
    if (one.type === "text_link" && /^https?:/.test(one.url)) {
      parts.push(element("a", { href: one.url, target: "_blank", rel: "noopener noreferrer", textContent: words }));
    } else {
      parts.push(STYLES[one.type] ? element(STYLES[one.type], { textContent: words }) : words);
    }
  }
  return [...parts, text.slice(at)];
}

function keyboard(message, press) {
  const rows = message.rows.map((row) => {
    const keys = row.map((key) =>
      key.url
        ? element("a", { href: /^https?:/.test(key.url) ? key.url : "#prova", target: "_blank", rel: "noopener noreferrer", textContent: key.text })
        : element("button", { type: "button", textContent: key.text, onclick: () => press(message.id, key.data) }),
    );
    return element("div", {}, ...keys);
  });
  return rows.length ? element("div", { className: "keys" }, ...rows) : null;
}

function shown(message, isMine, acts) {
  const body = element("div", { className: "bubble" });
  if (!isMine) body.append(element("span", { className: "sender", textContent: message.sender }));
  if (message.replies_to) body.append(element("span", { className: "quote", textContent: message.replies_to }));
  if (message.what) body.append(element("em", { textContent: `[${message.what}] ` }));
  body.append(...styled(message.text, message.entities));
  const meta = element("div", { className: "meta" });
  const time = new Date(message.time * 1000).toLocaleTimeString("it-IT", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Rome" });
  meta.append(time);
  if (message.edited) meta.append(" · modificato");
  if (message.pinned) meta.append(" · fissato in alto");
  if (message.reactions.length) meta.append(` · ${message.reactions.join(" ")}`);
  if (isMine && acts.edit && message.text) {
    meta.append(element("button", { type: "button", textContent: "Correggi", onclick: () => acts.edit(message) }));
  }
  if (!isMine && acts.sources && message.bot) {
    meta.append(element("button", { type: "button", textContent: "Da dove viene", onclick: () => acts.sources(message) }));
  }
  return element("div", { className: isMine ? "msg mine" : "msg" }, body, keyboard(message, acts.press), meta);
}

// Shows messages, keeps the end in sight, and keeps the focus where it was.
export function showChat(place, messages, isMine, acts) {
  const key = JSON.stringify(messages);
  if (place.dataset.key === key) return;
  const grew = Number(place.dataset.count || 0) < messages.length;
  const hadFocus = place.contains(document.activeElement);
  place.dataset.key = key;
  place.dataset.count = messages.length;
  place.replaceChildren(...messages.map((message) => shown(message, isMine(message), acts)));
  if (grew) place.scrollTop = place.scrollHeight;
  if (hadFocus) place.focus();
}
