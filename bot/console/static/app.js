// The console: three rooms, one in front, named in the address.

import { element, read, tell, write } from "./api.js";
import { openFile, startContent } from "./content.js";
import { startPreview } from "./preview.js";

const ROOMS = ["prova", "contenuti", "bisogni"];
const started = new Set();

function show() {
  const wanted = location.hash.slice(1);
  const room = ROOMS.includes(wanted) ? wanted : ROOMS[0];
  for (const one of ROOMS) document.getElementById(`room-${one}`).hidden = one !== room;
  for (const link of document.querySelectorAll("[data-room]")) {
    if (link.dataset.room === room) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${room[0].toUpperCase()}${room.slice(1)} · Social Point`;
  if (started.has(room)) return;
  started.add(room);
  if (room === "prova") startPreview((file, line) => { location.hash = "contenuti"; show(); openFile(file, line); });
  if (room === "contenuti") startContent();
  if (room === "bisogni") startReports();
}

async function startReports() {
  const found = await read("reports").catch((refusal) => ({ text: refusal.message, figures: [] }));
  const place = document.getElementById("reports");
  const table = element("table", {}, element("tbody", {}, ...found.figures.map((one) =>
    element("tr", {}, element("th", { textContent: one.label, scope: "row" }), element("td", { textContent: one.value })))));
  const report = element("iframe", { src: "report", title: "Rapporto sui bisogni", className: "report" });
  const waiting = element("p", { className: "soft", textContent: "Preparo il rapporto…" });
  report.hidden = true;
  report.onload = () => { waiting.remove(); report.hidden = false; };
  place.replaceChildren(element("p", { textContent: found.text }), found.figures.length ? table : "", waiting, report);
}

// Behind "#" stands a room, or the ticket of a link: it is given once, and does not stay in the address.
async function enter() {
  const ticket = location.hash.includes(".") ? location.hash.slice(1) : "";
  if (ticket) history.replaceState(null, "", location.pathname);
  try {
    const visitor = ticket ? await write("enter", { ticket }) : await read("visitor");
    tell("");
    document.body.classList.toggle("reading", !visitor.may_edit);
    document.getElementById("text").readOnly = !visitor.may_edit;
    document.getElementById("visitor").textContent = `${visitor.name}${visitor.may_edit ? "" : " · sola lettura"}`;
    window.addEventListener("hashchange", show);
    show();
  } catch (refusal) {
    document.getElementById("gate").hidden = false;
    document.querySelector(".top nav").hidden = true;
    tell(refusal.status === 401 ? "" : refusal.message);
  }
}

enter();
