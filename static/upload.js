// Shows how far an upload of pictures is. Without it the form sends itself, and the browser says that it is busy.
"use strict";
const form = document.querySelector("form[data-sent]");
const says = document.querySelector("[data-upload]");
if (form && says) {
  const bar = document.createElement("progress");
  bar.max = 100;
  let under = false;
  form.addEventListener("submit", (press) => {
    press.preventDefault();
    if (under) return;
    under = true;
    const request = new XMLHttpRequest();
    const say = (words) => { says.replaceChildren(bar, words); };
    const broke = () => {
      under = false;
      says.replaceChildren(form.dataset.broke);
    };
    request.upload.addEventListener("progress", (sent) => {
      if (!sent.lengthComputable) return;
      const percent = Math.floor((sent.loaded * 100) / sent.total);
      bar.value = percent;
      if (percent < 100) say(form.dataset.sent.replace("%", String(percent)));
    });
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      say(form.dataset.looked);
      look();
    });
    // What the server does with it is told, too, while it does it.
    const look = async () => {
      // Soon at first: a thousand small pictures take no longer.
      for (let pause = 150; under && request.readyState !== XMLHttpRequest.DONE; pause = Math.min(pause * 1.5, 1_000)) {
        await new Promise((wait) => { setTimeout(wait, pause); });
        const far = await fetch(`${form.action}/looked`).then((answer) => answer.json()).catch(() => null);
        if (!far?.all || !under || request.readyState === XMLHttpRequest.DONE) continue;
        const percent = Math.floor((far.done * 100) / far.all);
        bar.value = percent;
        say(form.dataset.looking.replace("%", String(percent)));
      }
    };
    request.addEventListener("load", () => {
      if (request.status === 200 && request.responseURL !== form.action) {
        location.assign(request.responseURL);
        return;
      }
      // A page that says no: the server's own, shown as it is.
      document.open();
      document.write(request.responseText);
      document.close();
    });
    request.addEventListener("error", broke);
    request.addEventListener("abort", broke);
    request.open("POST", form.action);
    request.send(new FormData(form));
  });
}
