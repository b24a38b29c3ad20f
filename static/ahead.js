// Fetches the picture of the next task while this one is worked on, once this page has its own; never where data is to be saved.
const form = document.getElementById("answer");
const fetchAhead = async () => {
  if (navigator.connection?.saveData || !navigator.onLine) return;
  // A question may have any name in small letters, and a field's name hides the form's own property of that name.
  const key = `${form.querySelector("[name=key]").value}-ahead`;
  try {
    const answer = await fetch(form.getAttribute("data-ahead"), { method: "POST", body: new URLSearchParams({ key }), redirect: "manual" });
    if (!answer.ok) return;
    const { picture } = await answer.json();
    if (!picture) return;
    const ahead = new Image();
    ahead.referrerPolicy = "no-referrer";
    ahead.src = picture;
  } catch { /* Then the next picture comes when its task does. */ }
};
if (document.readyState === "complete") fetchAhead(); else addEventListener("load", fetchAhead, { once: true });
