// A link of a mail may carry the code of a ballot behind "#", where no server and no log sees it. It is kept on the way to the ballot: the
// browser hands it on from a form to the page that answers. Without this script the code is typed.
export const code = location.hash.match(/^#code=([0-9]{8})$/)?.[1] ?? "";
for (const form of code ? document.querySelectorAll('form[action="/signin"],form.langs') : []) {
  form.setAttribute("action", form.getAttribute("action") + location.hash);
}
