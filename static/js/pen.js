/* The pen: a text is saved while it is typed, here first, then on the server; who saves second sees both texts. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-writing]");
  if (!form) return;
  const { title, body, base } = form.elements, state = form.querySelector(".state");
  const theirs = form.querySelector(".theirs");
  const mine = `text:${form.dataset.user}:`;
  const key = mine + form.action;
  let timer = 0, flying = null, other = null;
  const typed = () => JSON.stringify([title ? title.value : "", body.value]);
  let server = JSON.stringify([title ? title.defaultValue : "", body.defaultValue]);

  const say = (name, words) => { state.dataset.state = name; state.textContent = words; };
  // Every field but the token of this session: a text in another language needs to say which.
  const keep = () => localStorage.setItem(key, JSON.stringify([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken")));
  const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };

  const conflict = (found) => {
    other = found;
    theirs.hidden = false;
    theirs.querySelector("pre").textContent = title && found.title !== title.value ? `${found.title}\n\n${found.body}` : found.body;
    say("here", form.dataset.here);
  };

  // Whether the server took it; what is typed meanwhile follows by itself.
  async function send() {
    const sent = typed();
    let taken = false;
    say("saving", form.dataset.saving);
    try {
      const answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: new FormData(form), keepalive: body.value.length < 15000 });
      const found = await answer.json();
      taken = answer.ok;
      if (taken) {
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
    flying = null;
    if (typed() !== sent) later(300);
    return taken;
  }
  async function save() {
    if (flying) return flying;
    if (other || typed() === server) return !other;
    flying = send();
    return flying;
  }

  // Another form of the page waits until the text is saved. One that takes the text with it stops when it can not be.
  const settled = async () => {
    clearTimeout(timer);
    await new Promise((go) => setTimeout(go)); // a form is not sent again while its first event is still on its way
    let taken = true;
    while (taken && (flying || other || typed() !== server)) taken = await save();
    return taken;
  };
  const waits = new WeakSet(), waited = new WeakSet();
  document.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    if (target === form || target.hasAttribute("hx-post") || target.method === "get" || waited.delete(target)) return;
    if (!waits.has(target) && !flying && !other && typed() === server) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (waits.has(target)) return;
    waits.add(target);
    target.dataset.waits = "";
    settled().then((taken) => {
      waits.delete(target);
      delete target.dataset.waits;
      if (!taken && target.dataset.needsText) {
        say("here", `${state.textContent} · ${target.dataset.needsText}`);
        (theirs.hidden ? state : theirs).scrollIntoView({ block: "center" });
        return;
      }
      waited.add(target);
      target.requestSubmit(submitter);
      waited.delete(target);
    });
  }, true);

  const put = (words) => { body.value = words; body.dispatchEvent(new Event("put")); };
  for (const field of [title, body].filter(Boolean)) {
    field.addEventListener("input", () => { keep(); later(600); });
    field.addEventListener("blur", () => save());
  }
  // Words that are only proposed are the writer's once they are saved in so many words, or changed.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if ("offered" in form.dataset) { delete form.dataset.offered; server = null; }
    save();
  });
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

  // What was kept: fields as above, or an object of an earlier Vigie; { refused, fields } once the server would not have it.
  const kept = (name) => {
    const found = JSON.parse(localStorage.getItem(name) || "null");
    if (!found) return null;
    const fields = Array.isArray(found) ? found : found.fields || Object.entries(found).filter(([, value]) => value);
    return Object.fromEntries(fields.map(([field, value]) => [field, String(value).replace(/\r\n/g, "\n")]));
  };
  const left = kept(key);
  if (left && (left.body !== body.value || (title && (left.title || "") !== title.value))) {
    put(left.body || "");
    if (title) title.value = left.title || "";
    for (const name of ["base", "follows"]) if (form.elements[name] && left[name]) form.elements[name].value = left[name];
    say("here", form.dataset.back);
    later(300);
  } else localStorage.removeItem(key);

  // What stayed behind at another address, because the page was left while it was being saved. What is refused there for
  // good is not asked again: it is shown once in this tab, and goes when somebody drops it.
  const show = (name, refused, fields) => {
    if (sessionStorage.getItem(`told:${name}`)) return;
    sessionStorage.setItem(`told:${name}`, "yes");
    const box = document.createElement("div"), why = document.createElement("p"), words = document.createElement("pre");
    box.className = "theirs stack";
    box.dataset.behind = name.slice(mine.length);
    why.className = "warn";
    why.setAttribute("role", "status");
    why.textContent = [form.dataset.left, refused].filter(Boolean).join(" ");
    words.tabIndex = 0;  // a long one scrolls, by keyboard too
    words.textContent = [fields.title, fields.body].filter(Boolean).join("\n\n");
    box.append(why, words);
    if (form.dataset.drop) {
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "button";
      drop.textContent = form.dataset.drop;
      drop.addEventListener("click", () => { localStorage.removeItem(name); box.remove(); });
      box.append(drop);
    }
    form.before(box);
  };
  const again = async (name) => {
    const fields = kept(name), { refused } = JSON.parse(localStorage.getItem(name));
    if (refused) { show(name, refused, fields); return; }
    const sent = new FormData();
    for (const [field, value] of Object.entries(fields)) sent.set(field, value);
    sent.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const was = localStorage.getItem(name);
    const answer = await fetch(name.slice(mine.length), { method: "POST", headers: { Accept: "application/json" }, body: sent });
    if (localStorage.getItem(name) !== was) return; // another tab goes on writing it
    if (answer.ok) localStorage.removeItem(name);
    if (answer.status !== 422) return;
    const found = await answer.json();
    localStorage.setItem(name, JSON.stringify({ refused: found.refused, fields: Object.entries(fields) }));
    sessionStorage.removeItem(`told:${name}`);
    show(name, found.refused, fields);
  };
  for (const name of Object.keys(localStorage)) if (name.startsWith(mine) && name !== key) again(name).catch(() => {});
  if (!theirs.hidden) other = { version: base.value, body: theirs.querySelector("pre").textContent };
})();
