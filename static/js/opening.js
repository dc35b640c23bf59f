/* Ticking a whole row or column of services at once: comfort only, each box stands alone without it. */
(() => {
  "use strict";
  const table = document.querySelector("table.ticks");
  if (!table) return;
  const toggle = (boxes) => {
    const on = boxes.some((box) => !box.checked);
    boxes.forEach((box) => { box.checked = on; });
  };
  const rows = [...table.tBodies[0].rows];
  const button = (name, boxes) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "all" });
    made.append(...name.childNodes);
    made.addEventListener("click", () => toggle(boxes));
    name.append(made);
  };
  rows.forEach((row) => button(row.cells[0], [...row.querySelectorAll("[name=at]")]));
  [...table.tHead.rows[0].cells].slice(2).forEach((head, n) => {
    button(head, rows.filter((row) => row.querySelector("[name=essential]").checked).map((row) => row.cells[n + 2].querySelector("input")));
  });
})();
