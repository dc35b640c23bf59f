/* The pen: a text is saved while it is typed, here first, then on the server; who saves second sees both texts. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-writing]");
  if (!form) return;
  const { title, body, base } = form.elements, state = form.querySelector(".state");
  const theirs = form.querySelector(".theirs");
  const mine = `text:${form.dataset.user}:`;
  const key = mine + form.action;
  let timer = 0, saving = false, other = null;
  const typed = () => JSON.stringify([title ? title.value : "", body.value]);
  let server = JSON.stringify([title ? title.defaultValue : "", body.defaultValue]);

  const say = (name, words) => { state.dataset.state = name; state.textContent = words; };
  const keep = () => localStorage.setItem(key, JSON.stringify({ base: base.value, body: body.value, title: title && title.value }));
  const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };

  const conflict = (found) => {
    other = found;
    theirs.hidden = false;
    theirs.querySelector("pre").textContent = title && found.title !== title.value ? `${found.title}\n\n${found.body}` : found.body;
    say("here", form.dataset.here);
  };

  async function save() {
    if (saving || other || typed() === server) return;
    saving = true;
    const sent = typed();
    say("saving", form.dataset.saving);
    try {
      const answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: new FormData(form), keepalive: body.value.length < 15000 });
      const found = await answer.json();
      if (answer.ok) {
        base.value = found.version;
        server = sent;
        if (typed() === sent) localStorage.removeItem(key); else keep();
        say("saved", `${form.dataset.saved} ${found.at}`);
        document.body.dispatchEvent(new CustomEvent("saved"));
      } else if (answer.status === 409) conflict(found);
      else say("here", found.refused || form.dataset.here);
    } catch {
      say("here", form.dataset.here);
      later(3000);
    }
    saving = false;
    if (typed() !== sent) later(300);
  }

  const put = (words) => { body.value = words; body.dispatchEvent(new Event("put")); };
  for (const field of [title, body].filter(Boolean)) {
    field.addEventListener("input", () => { keep(); later(600); });
    field.addEventListener("blur", () => save());
  }
  form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  form.addEventListener("click", (event) => {
    const take = event.target.dataset && event.target.dataset.take;
    if (!take) return;
    const found = other || { version: base.value, body: theirs.querySelector("pre").textContent };
    if (take === "both") put(`${body.value}\n\n${found.body}`);
    if (take === "theirs") put(found.body);
    if (take === "theirs" && title && found.title) title.value = found.title;
    base.value = found.version;
    other = null;
    server = null;
    theirs.hidden = true;
    keep();
    save();
  });
  const kept = JSON.parse(localStorage.getItem(key) || "null");
  if (kept && (kept.body !== body.value || (title && kept.title !== title.value))) {
    put(kept.body);
    if (title) title.value = kept.title || "";
    base.value = kept.base;
    say("here", form.dataset.back);
    later(300);
  } else localStorage.removeItem(key);
  // What stayed behind at another point, because the page was left while it was being saved.
  for (const left of Object.keys(localStorage).filter((name) => name.startsWith(mine) && name !== key)) {
    const words = JSON.parse(localStorage.getItem(left));
    const fields = new FormData();
    fields.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    fields.set("base", words.base);
    fields.set("body", words.body);
    if (words.title) fields.set("title", words.title);
    fetch(left.slice(mine.length), { method: "POST", headers: { Accept: "application/json" }, body: fields })
      .then((answer) => { if (answer.ok) localStorage.removeItem(left); }, () => {});
  }
  if (!theirs.hidden) other = { version: base.value, body: theirs.querySelector("pre").textContent };
})();
