/* A page of the cell follows the journal: when it moved, and once a minute for what the clock alone changes, the page is
 * fetched again and its pieces ([data-piece], with an id) are exchanged. A piece in which somebody is typing stays; when
 * the text itself moved on, the page says so instead of taking it away. The page is complete without this file. */
(() => {
  "use strict";
  const root = document.querySelector("[data-follow]");
  if (!root) return;
  const SOON = 300, SPREAD = 700, MINUTE = 60_000, HELD = 1_500;
  const pieces = () => [...root.querySelectorAll("[data-piece]")];
  // The token of the session and the age of a moment differ each time and say nothing new.
  const said = (piece) => piece.outerHTML.replace(/(name="csrfmiddlewaretoken" value|data-age)="[^"]*"/g, "");
  const shown = new Map(pieces().map((piece) => [piece.id, said(piece)]));
  const isField = (node) => node.matches("textarea, select, input:not([type=hidden])");
  const isTyped = (field) => field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked
    : field.matches("select") ? [...field.options].some((option) => option.selected !== option.defaultSelected) : field.value !== "";
  const isBusy = (piece) => piece.matches("[data-refused]") || piece.querySelector(".errorlist") || piece.contains(document.activeElement) && isField(document.activeElement)
    || [...piece.querySelectorAll("textarea, select, input")].some((field) => isField(field) && isTyped(field));
  let timer = 0, asked = null, last = Date.now(), isOurs = false;

  // A fold that was open stays open, the button that had the keyboard keeps it, and the main act waits for the eye.
  const exchange = (before, after) => {
    const names = [...before.querySelectorAll("details[open] > summary")].map((node) => node.textContent);
    for (const fold of after.querySelectorAll("details")) fold.open ||= names.includes(fold.querySelector("summary").textContent);
    const { activeElement: active } = document, had = before.contains(active);
    before.replaceWith(after);
    if (had) [...after.querySelectorAll(active.tagName)].find((node) => node.textContent === active.textContent)?.focus();
    for (const button of after.querySelectorAll("button[data-kind=main]:enabled")) {
      button.disabled = true;
      setTimeout(() => { button.disabled = false; }, HELD);
    }
  };

  // Whether the text that stands on the server is another than the one this page was opened with.
  const movedOn = (fresh) => {
    if (fresh.dataset.stands !== root.dataset.stands) return true;
    const mine = root.querySelector("form[data-writing]"), theirs = fresh.querySelector("form[data-writing]");
    const isSaving = mine && mine.querySelector(".state").dataset.state === "saving";
    return mine && theirs && !isSaving && Number(theirs.elements.base.value) > Number(mine.elements.base.value);
  };
  const isWriting = () => {
    const form = root.querySelector("form[data-writing]");
    return form && (form.elements.body.value !== form.elements.body.defaultValue || form.contains(document.activeElement));
  };
  const take = (fresh) => {
    const notice = document.getElementById("moved-on");
    if (notice) {
      const moved = movedOn(fresh);
      const beside = document.getElementById("check");
      if (moved && !isWriting() && !pieces().some(isBusy) && !(beside && isBusy(beside))) { location.replace(root.dataset.follow); return; }
      notice.hidden = !moved;
      // An act of what is new may not stand beside the text that was: whoever approves has read what is approved.
      for (const button of root.querySelectorAll("#main-act button, #acts button")) button.disabled = moved;
      if (moved) return;
    }
    let changed = false;
    for (const before of pieces()) {
      const after = fresh.querySelector(`#${CSS.escape(before.id)}`);
      if (!after || said(after) === shown.get(before.id) || isBusy(before)) continue;
      changed = true;
      shown.set(before.id, said(after));
      exchange(before, document.importNode(after, true));
    }
    const when = document.getElementById("followed");
    if (changed && when && !isOurs) when.textContent = `${when.dataset.words} ${new Date().toLocaleTimeString(document.documentElement.lang, { timeZone: document.documentElement.dataset.zone })}`;
    isOurs = false;
    document.body.dispatchEvent(new CustomEvent("followed"));
  };

  const follow = async () => {
    if (asked) asked.abort();
    asked = new AbortController();
    last = Date.now();
    try {
      const answer = await fetch(root.dataset.follow, { headers: { Accept: "text/html" }, signal: asked.signal });
      if (!answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-follow]");
      if (fresh) take(fresh);
    } catch { /* the server is away, or was asked again: the next entry, or the next minute, comes */ }
  };
  const soon = (spread) => { clearTimeout(timer); timer = setTimeout(follow, SOON + Math.random() * spread); };
  document.body.addEventListener("moved", () => { isOurs = false; soon(SPREAD); });
  document.body.addEventListener("saved", () => { isOurs = true; soon(0); });
  setInterval(() => { if (Date.now() - last >= MINUTE) follow(); }, 5_000);
})();
