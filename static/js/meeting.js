/* The pen of a meeting: text is saved while it is typed, here first, then on the server; the capture line completes names. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-writing]");
  const here = document.querySelector(".agenda [aria-current]");
  const row = here && here.closest("ol");
  if (row && row.scrollWidth > row.clientWidth) row.scrollLeft = here.offsetLeft - row.offsetLeft;
  const capture = document.querySelector("form[data-capture]");

  if (form) {
    const body = form.elements.body, base = form.elements.base, state = form.querySelector(".state");
    const theirs = form.querySelector(".theirs");
    const mine = `text:${form.dataset.user}:`;
    const key = mine + form.action;
    let timer = 0, saving = false, other = null, server = body.defaultValue;

    const say = (name, words) => { state.dataset.state = name; state.textContent = words; };
    const keep = () => localStorage.setItem(key, JSON.stringify({ base: base.value, body: body.value }));
    const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };

    const conflict = (found) => {
      other = found;
      theirs.hidden = false;
      theirs.querySelector("pre").textContent = found.body;
      say("here", form.dataset.here);
    };

    async function save() {
      if (saving || other || body.value === server) return;
      saving = true;
      const sent = body.value;
      say("saving", form.dataset.saving);
      try {
        const answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: new FormData(form), keepalive: body.value.length < 15000 });
        const found = await answer.json();
        if (answer.ok) {
          base.value = found.version;
          server = sent;
          if (body.value === sent) localStorage.removeItem(key); else keep();
          say("saved", `${form.dataset.saved} ${found.at}`);
          document.body.dispatchEvent(new CustomEvent("saved"));
        } else if (answer.status === 409) conflict(found);
        else say("here", found.refused || form.dataset.here);
      } catch {
        say("here", form.dataset.here);
        later(3000);
      }
      saving = false;
      if (body.value !== sent) later(300);
    }

    body.addEventListener("input", () => { keep(); later(600); });
    body.addEventListener("blur", () => save());
    form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
    form.addEventListener("click", (event) => {
      const take = event.target.dataset && event.target.dataset.take;
      if (!take) return;
      const found = other || { version: base.value, body: theirs.querySelector("pre").textContent };
      if (take === "both") body.value = `${body.value}\n\n${found.body}`;
      if (take === "theirs") body.value = found.body;
      base.value = found.version;
      other = null;
      server = found.body;
      theirs.hidden = true;
      keep();
      save();
    });
    const kept = JSON.parse(localStorage.getItem(key) || "null");
    if (kept && kept.body !== body.value) {
      body.value = kept.body;
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
      fetch(left.slice(mine.length), { method: "POST", headers: { Accept: "application/json" }, body: fields })
        .then((answer) => { if (answer.ok) localStorage.removeItem(left); }, () => {});
    }
    if (!theirs.hidden) other = { version: base.value, body: theirs.querySelector("pre").textContent };
  }

  if (capture) {
    const words = capture.elements.words, list = capture.querySelector(".offers");
    const names = [...document.querySelectorAll("#offered option")].map((option) => option.value);
    const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    let chosen = 0;

    const typed = () => /@([^@\n]{0,40})$/.exec(words.value.slice(0, words.selectionStart));
    const show = () => {
      const found = typed();
      const fits = found ? names.filter((name) => folded(name).includes(folded(found[1]))).slice(0, 8) : [];
      chosen = Math.min(chosen, Math.max(fits.length - 1, 0));
      list.hidden = !fits.length || fits[0] === (found && found[1]);
      list.replaceChildren(...fits.map((name, n) => {
        const item = document.createElement("li");
        item.textContent = name;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", n === chosen);
        return item;
      }));
    };
    const put = (name) => {
      const found = typed(), at = words.selectionStart;
      const before = words.value.slice(0, at - found[1].length);
      words.setRangeText(name, before.length, at, "end");
      list.hidden = true;
      words.focus();
    };
    words.addEventListener("input", () => {
      if (words.value.startsWith("!")) capture.querySelector("[name=kind][value=action]").checked = true;
      chosen = 0;
      show();
    });
    words.addEventListener("keydown", (event) => {
      const open = !list.hidden;
      if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        event.preventDefault();
        chosen = Math.max(0, Math.min(chosen + (event.key === "ArrowDown" ? 1 : -1), list.children.length - 1));
        show();
      } else if (open && (event.key === "Enter" || event.key === "Tab")) {
        event.preventDefault();
        put(list.children[chosen].textContent);
      } else if (open && event.key === "Escape") {
        event.preventDefault();
        list.hidden = true;
      } else if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        const action = capture.querySelector("[name=kind][value=action]").checked;
        if (action && !capture.elements.owner.value && !capture.elements.owner_name.value) capture.elements.owner.focus();
        else capture.requestSubmit();
      } else if (event.key === "Escape") words.blur();
    });
    list.addEventListener("mousedown", (event) => {
      if (event.target.matches("[role=option]")) { event.preventDefault(); put(event.target.textContent); }
    });
    capture.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("select, [type=radio], [type=date]")) {
        event.preventDefault();
        capture.requestSubmit();
      }
    });
    if (capture.querySelector(".errorlist")) words.focus();
  }
})();
