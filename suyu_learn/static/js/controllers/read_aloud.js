/* Large text: a button that reads the question and its options; nothing where the phone cannot speak. */
export function connect(form) {
  const voice = window.speechSynthesis;
  if (!voice || !window.SpeechSynthesisUtterance || !document.documentElement.hasAttribute("data-elder")) return;

  function wordsOf(question) {
    const parts = question.querySelectorAll(".sl-question__stem, .sl-choice__box, .sl-cloze__text, .sl-match__prompt, .sl-order__text");
    return Array.prototype.map.call(parts, function (part) { return part.textContent.trim(); }).join("\n");
  }

  form.querySelectorAll("[data-slot]").forEach(function (question) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sl-flag sl-flag--sound";
    button.textContent = form.dataset.read;
    button.addEventListener("click", function () {
      const speaking = voice.speaking;
      voice.cancel();
      if (speaking) return;
      const speech = new SpeechSynthesisUtterance(wordsOf(question));
      speech.lang = document.documentElement.lang;
      speech.rate = 0.9;
      voice.speak(speech);
    });
    question.appendChild(button);
  });
  window.addEventListener("pagehide", function () { voice.cancel(); });
}
