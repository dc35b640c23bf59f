/* The list of those present is saved tick by tick: whatever is pressed next, none is lost. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-ticks]");
  if (!form) return;
  const state = form.querySelector(".ticked");
  const ours = (name) => name === "chair" || name === "pen" || name.startsWith("seen_");
  const typed = () => JSON.stringify([...new FormData(form)].filter(([name]) => ours(name)));
  const waited = new WeakSet();
  let timer = 0, saving = null, flying = null, saved = typed();
  const say = (name, words) => { state.dataset.state = name; state.textContent = words; };

  // The answer is the page as the list now stands: who can arrive or leave, and what each line was for the next save.
  // What nobody touched here follows it: a colleague may be ticking too.
  const take = (page) => {
    for (const was of form.querySelectorAll("[name^='was_']")) {
      const now = page.querySelector(`[name="${was.name}"]`), name = was.name.slice("was_".length);
      const field = form.elements[ours(name) ? name : `seen_${name}`];
      if (!now || !field) continue;
      if (field.value === was.value) field.value = now.value;
      was.value = now.value;
    }
    const moves = page.getElementById("moves");
    if (moves) document.getElementById("moves").replaceWith(moves);
  };

  const send = async () => {
    const sent = flying = typed();
    say("saving", form.dataset.saving);
    try {
      const answer = await fetch(form.action, { method: "POST", headers: { Accept: "text/html" }, body: new FormData(form), keepalive: true });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const refusal = page.querySelector("form[data-ticks] :is(.warn, .errorlist)");
      if (!answer.ok) { say("here", refusal ? refusal.textContent.trim() : form.dataset.here); return; }
      const still = typed() === sent;
      take(page);
      saved = still ? typed() : sent;
      say("saved", form.dataset.saved);
    } catch {
      say("here", form.dataset.here);
    } finally {
      flying = null;
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
  addEventListener("pagehide", () => { if (!form.dataset.sent && typed() !== (flying ?? saved)) send(); });
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
