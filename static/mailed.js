// A link of a mail may carry the code of a ballot behind "#", where no server and no log sees it. It is taken out of the address at once, so
// that it stays neither there nor in the history, and kept for this tab, by vote, on the way over the sign-in page and into another
// language, until it is used. Without this script the code is typed.
const [, digits] = location.hash.match(/^#code=([0-9]{8})$/) ?? [];
const to = document.querySelector('form[action="/signin"] input[name="next"]')?.value || location.pathname;
const name = `manyhands-code:${to.replace(/\/ballot\/.*$/, "/ballot")}`;
const asked = (ask) => { try { return ask(sessionStorage); } catch { return null; } };
if (digits) {
  asked((tab) => tab.setItem(name, digits));
  history.replaceState(history.state, "", location.pathname + location.search);
}
export const code = digits ?? asked((tab) => tab.getItem(name)) ?? "";
/** A code is good for one ballot. */
export const used = () => { asked((tab) => tab.removeItem(name)); };
