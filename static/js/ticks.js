/* The list of those present is saved tick by tick: whatever is pressed next, none is lost. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-ticks]");
  if (!form) return;
  const state = form.querySelector(".state");
  const ours = (field) => field.name === "chair" || field.name === "pen" || field.name.startsWith("seen_");
  const typed = () => JSON.stringify([...new FormData(form)].filter(([name]) => ours({ name })));
  const waited = new WeakSet();
  let timer = 0, saving = null, saved = typed();
  const say = (name, words) => { state.dataset.state = name; state.textContent = words; };

  // The answer is the page as the list now stands: what it was, for the next save, and who can arrive or leave.
  const take = (page) => {
    for (const field of form.querySelectorAll("[name^='was_']")) {
      const now = page.querySelector(`[name="${field.name}"]`);
      if (now) field.value = now.value;
    }
    const moves = page.getElementById("moves");
    if (moves) document.getElementById("moves").replaceWith(moves);
  };

  const send = async () => {
    const sent = typed();
    say("saving", form.dataset.saving);
    try {
      const answer = await fetch(form.action, { method: "POST", headers: { Accept: "text/html" }, body: new FormData(form), keepalive: true });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const refusal = page.querySelector("form[data-ticks] :is(.warn, .errorlist)");
      if (!answer.ok) { say("here", refusal ? refusal.textContent.trim() : form.dataset.here); return; }
      saved = sent;
      take(page);
      say("saved", form.dataset.saved);
    } catch {
      say("here", form.dataset.here);
    }
  };
  const save = async () => {
    clearTimeout(timer);
    if (saving) await saving;
    if (typed() === saved || form.dataset.sent) return;
    saving = send();
    await saving;
    saving = null;
  };

  form.addEventListener("change", () => { clearTimeout(timer); timer = setTimeout(save, 500); });
  addEventListener("pagehide", () => { if (!form.dataset.sent && typed() !== saved && !saving) send(); });
  // Another form of the page waits until the ticks are kept; the list's own button sends them itself.
  document.addEventListener("submit", (event) => {
    const { target, submitter } = event, other = target !== form;
    if (waited.delete(target) || target.hasAttribute("data-writing") || !saving && (!other || typed() === saved)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    (other ? save() : saving).then(() => {
      waited.add(target);
      target.requestSubmit(submitter);
    });
  }, true);
})();
