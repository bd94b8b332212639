// Speaks to the server; shows what went wrong as its sentences.

const notice = document.getElementById("notice");
let hiding;

export function tell(text, good = false) {
  clearTimeout(hiding);
  notice.textContent = text;
  notice.classList.toggle("good", good);
  notice.hidden = !text;
  if (good) hiding = setTimeout(() => tell(""), 5000);
}

export class Refusal extends Error {
  constructor(status, answer) {
    super((answer.problems || ["Il server non risponde."]).join("\n"));
    this.status = status;
    this.answer = answer;
  }
}

async function call(path, options) {
  let response;
  try {
    response = await fetch(`api/${path}`, options);
  } catch {
    throw new Refusal(0, { problems: ["La console non risponde. Controlla che il comando sia ancora aperto."] });
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(response.status, answer);
  return answer;
}

export const read = (path, given = {}) => call(`${path}?${new URLSearchParams(given)}`, {});

export const write = (path, given) =>
  call(path, { method: "POST", headers: { "content-type": "application/json", "x-console": "1" }, body: JSON.stringify(given) });

// Runs an act; a refusal is told and gives undefined.
export async function attempt(act) {
  try {
    const answer = await act();
    if (!notice.classList.contains("good")) tell("");
    return answer;
  } catch (refusal) {
    tell(refusal.message);
    return undefined;
  }
}

export function element(name, properties = {}, ...children) {
  const { dataset, ...others } = properties;
  const made = Object.assign(document.createElement(name), others);
  Object.assign(made.dataset, dataset || {});
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}
