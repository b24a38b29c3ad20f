// A link of a mail may carry the code of a ballot behind "#", where no server and no log sees it. It is taken out of the address at once, so
// that it stays neither there nor in the history, and kept for this tab, by vote, on the way over the sign-in page and into another
// language, until it is used. A link that is followed while its page stands in the tab changes the part behind "#" alone. Without this
// script the code is typed.
const to = document.querySelector('form[action="/signin"] input[name="next"]')?.value || location.pathname;
const name = `manyhands-code:${to.replace(/\/ballot\/.*$/, "/ballot")}`;
const asked = (ask) => { try { return ask(sessionStorage); } catch { return null; } };
const take = () => {
  const [, digits] = location.hash.match(/^#code=([0-9]{8})$/) ?? [];
  if (!digits) return undefined;
  asked((tab) => tab.setItem(name, digits));
  history.replaceState(history.state, "", location.pathname + location.search);
  return digits;
};
let put = () => {};
/** Told of each code that comes while the page stands there. */
export const onCode = (told) => { put = told; };
addEventListener("hashchange", () => {
  const digits = take();
  if (digits) put(digits);
});
export const code = take() ?? asked((tab) => tab.getItem(name)) ?? "";
/** A code is good for one ballot. */
export const used = () => { asked((tab) => tab.removeItem(name)); };
