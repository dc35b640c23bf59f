/* A meeting's page: the agenda shows where it is, the capture line completes names. */
(() => {
  "use strict";
  const here = document.querySelector(".agenda [aria-current]");
  const row = here && here.closest("ol");
  if (row && row.scrollWidth > row.clientWidth) row.scrollLeft = here.offsetLeft - row.offsetLeft;
  const capture = document.querySelector("form[data-capture]");

  if (capture) {
    const words = capture.elements.words, list = capture.querySelector(".offers");
    const names = [...document.querySelectorAll("#offered option")].map((option) => option.value);
    const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    let chosen = 0, marked = false;

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
      const mark = words.value.startsWith("!");
      if (mark !== marked) capture.querySelector(`[name=kind][value=${mark ? "action" : "decision"}]`).checked = true;
      marked = mark;
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
