/* The QR code of the terminal brings its code behind "#": it goes into the field, and out of the address. */
(() => {
  "use strict";
  const form = document.querySelector("[data-first-code]");
  const take = () => {
    const code = location.hash.slice(1);
    if (!code) return;
    form.querySelector("[name=code]").value = code;
    history.replaceState(null, "", location.pathname);
    form.querySelector("[data-kind=main]").focus();
  };
  take();
  addEventListener("hashchange", take);
})();
