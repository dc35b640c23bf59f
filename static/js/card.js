/* A scanned card brings its code behind "#": it goes into the field, and out of the address. A second one takes its place. */
(() => {
  "use strict";
  const field = document.querySelector("[data-card] [name=code]");
  if (!field) return;
  const again = [...document.querySelectorAll("[data-card] [type=password]")];
  const plain = (behind) => {
    try { return decodeURIComponent(behind); } catch { return behind; }
  };
  const take = () => {
    const code = plain(location.hash.slice(1));
    if (!code || document.getElementById(code)) return;  // nothing, or a place on this page
    field.value = code.replace(/(.{4})(?=.)/g, "$1-");
    again.forEach((password) => { password.value = ""; });  // it was begun for another card
    history.replaceState(null, "", location.pathname);
    again[0].focus();
  };
  addEventListener("hashchange", take);
  take();
})();
