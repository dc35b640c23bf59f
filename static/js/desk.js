/* The desk by keyboard: C opens the change form, arrows walk the matrix, Esc closes. What is typed is kept in this tab. */
(() => {
  "use strict";
  const change = document.getElementById("change");
  const cells = () => [...document.querySelectorAll("a.cell")].filter((cell) => cell.offsetParent);
  let last = null;

  // A tick in the list of those present takes no letters: keys go on.
  const typing = (node) => node.closest("input, textarea, select, [contenteditable]") && !node.matches("[data-ticks] [type=radio]");

  const walk = (key) => {
    const from = document.activeElement.closest("a.cell");
    if (!from) return false;
    const here = from.getBoundingClientRect();
    const beyond = cells().map((cell) => [cell, cell.getBoundingClientRect()]).filter(([, box]) =>
      key === "ArrowRight" ? box.left > here.left + 1 && Math.abs(box.top - here.top) < 4 :
      key === "ArrowLeft" ? box.left < here.left - 1 && Math.abs(box.top - here.top) < 4 :
      key === "ArrowDown" ? box.top > here.top + 1 : box.top < here.top - 1);
    const far = ([, box]) => Math.abs(box.left - here.left) * 3 + Math.abs(box.top - here.top);
    beyond.sort((a, b) => far(a) - far(b));
    if (beyond.length) beyond[0][0].focus();
    return true;
  };

  const unfold = (fold) => {
    fold.open = true;
    const first = fold.querySelector("input:not([type=hidden]), textarea, select");
    if (first) first.focus({ preventScroll: true });
    fold.scrollIntoView({ block: "start" });
  };

  const keyed = (key) => [...document.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.form) event.target.form.requestSubmit();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && change && change.children.length) {
      change.replaceChildren();
      if (last) last.focus();
      return;
    }
    if (typing(event.target)) return;
    if (event.key === "c" || event.key === "C") {
      const cell = document.activeElement.closest("a.cell") || document.getElementById("open-change");
      if (cell) { event.preventDefault(); cell.click(); }
    } else if (keyed(event.key.toLowerCase())) {
      event.preventDefault();
      const node = keyed(event.key.toLowerCase());
      if (node.matches("summary")) unfold(node.parentElement);
      else if (node.matches("input, textarea, select")) node.focus();
      else node.click();
    } else if (event.key.startsWith("Arrow") && walk(event.key)) {
      event.preventDefault();
    }
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[hx-target='#change']");
    if (opener && opener.matches("a")) last = opener;
    if (event.target.closest("[data-close]") && change) {
      event.preventDefault();
      change.replaceChildren();
      if (last) last.focus();
    }
    if (event.target.closest("[data-print]")) window.print();
  });

  // What was typed survives a session that ended: kept in this tab, per address, until the answer says it was written.
  const key = (form) => `draft:${form.getAttribute("hx-post") || form.action}`;
  const keep = (form) => {
    const hidden = (name) => form.elements[name] && form.elements[name].type === "hidden";
    const fields = [...new FormData(form)].filter(([name, value]) => !hidden(name) && typeof value === "string");
    sessionStorage.setItem(key(form), JSON.stringify(fields));
  };
  // The answer to a form that leads elsewhere says in a cookie which one was done.
  const done = /(?:^|; )written=([^;]+)/.exec(document.cookie);
  const sent = sessionStorage.getItem("sent");
  if (done) {
    if (sent && new URL(sent.slice("draft:".length), location).pathname === decodeURIComponent(done[1])) sessionStorage.removeItem(sent);
    document.cookie = "written=; Max-Age=0; Path=/; SameSite=Strict";
  }
  sessionStorage.removeItem("sent");
  // One act for two clicks: a form that is on its way is not sent again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("hx-post") || form.hasAttribute("data-writing") || form.closest("[hx-boost]")) return;
    if ((event.submitter && event.submitter.formTarget || form.target) === "_blank") return;  // this page stays, and may be asked again
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    if (form.matches("[data-keep]")) sessionStorage.setItem("sent", key(form));
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
  const restore = (root) => {
    for (const form of root.querySelectorAll("form[data-keep]")) {
      const kept = sessionStorage.getItem(key(form));
      if (!kept || form.querySelector(".errorlist")) continue;
      for (const [name, value] of JSON.parse(kept)) {
        for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
          if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === value || field.checked && field.type === "checkbox";
          else field.value = value;
        }
      }
    }
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-keep]");
    if (form) keep(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest && event.target.closest("form[data-keep]");
    if (form && event.detail.successful && !event.detail.xhr.getResponseHeader("HX-Redirect")) sessionStorage.removeItem(key(form));
  });
  // After settling: only then does htmx hold the new form, and Enter keeps the page.
  document.addEventListener("htmx:afterSettle", (event) => {
    restore(event.target);
    if (event.target !== change) return;
    const wanted = ["[autofocus]", "[aria-invalid]", "[type=radio]:checked", "select, input:not([type=hidden])"];
    const first = wanted.map((selector) => change.querySelector(selector)).find((node) => node);
    if (first) { first.focus(); return; }
    const done = change.querySelector(".message");  // the form is gone: without it the page would jump elsewhere
    if (done) { done.tabIndex = -1; done.focus(); }
  });
  restore(document);
})();
