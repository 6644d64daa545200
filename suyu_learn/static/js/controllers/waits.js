/* Says in words what waits to be sent, and what became of it. */
import {announce, hear} from "../core/talk.js";

export function connect(element) {
  const words = element.dataset;
  let shown = "";
  let latest = "idle";

  function counted(steps) {
    const answers = {};
    let lessons = 0;
    let seconds = 0;
    steps.forEach(function (step) {
      if (step.kind === "finished") lessons += 1;
      if (step.kind === "answered") answers[step.url + step.lesson + step.place] = true;
      if (step.kind === "spent") seconds += step.seconds;
    });
    const parts = [];
    if (lessons) parts.push(words.lessons.replace("{n}", lessons));
    if (Object.keys(answers).length) parts.push(words.answers.replace("{n}", Object.keys(answers).length));
    if (seconds) parts.push(words.minutes.replace("{n}", Math.max(1, Math.round(seconds / 60))));
    return parts.join(" · ");
  }

  function say(state, steps) {
    if (state === "idle" && latest === "sent") return;  // a second look found nothing more
    latest = state;
    const waits = counted(steps);
    element.textContent = "";
    if (state === "idle" || (state !== "sent" && !waits)) {
      element.hidden = true;
      shown = "";
      return;
    }
    const lead = document.createElement("b");
    lead.textContent = words[state];
    element.appendChild(lead);
    if (state === "sent") add(words.again, window.location.href);
    else element.appendChild(document.createTextNode(" " + words.waits.replace("{what}", waits) + " " + words.later));
    if (state === "signin") add(words.login, window.location.href);  // which asks to sign in, and comes back here
    element.hidden = false;
    if (element.textContent !== shown) announce(element.textContent);
    shown = element.textContent;
  }

  function add(label, url) {
    const way = document.createElement("a");
    way.href = url;
    way.textContent = label;
    element.appendChild(document.createTextNode(" "));
    element.appendChild(way);
    if (url === window.location.href) {
      way.addEventListener("click", function (event) {
        event.preventDefault();
        window.location.reload();
      });
    }
  }

  hear("waiting", function (detail) {
    if (document.body.contains(element)) say(detail.state, detail.steps);
  });
  hear("stay", function () {
    if (document.body.contains(element) && !element.hidden) {
      element.appendChild(document.createTextNode(" " + words.stay));
    }
  });
}
