/* Speaking texts one after the other, where the browser can. Phones break off what takes longer than some seconds, so a
   text goes out in pieces of a few sentences. One thing is spoken at a time in a page. */
const LONGEST = 120;
const PATIENCE = 8000;
const SILENT = ".sl-film, .sl-hidden, .sl-picture--small a, .sl-question__number, select, button";
const BREAKS = /^(P|LI|TR|H[1-6]|BR|DIV|PRE|BLOCKQUOTE|LABEL|DT|DD)$/;

let turn = null;

export function canSpeak() {
  return Boolean(window.speechSynthesis && window.SpeechSynthesisUtterance);
}

/* What there is to hear of a part of the page: its text, what its pictures show and its formulas say. */
export function wordsOf(node) {
  if (node.nodeType === 3) return node.nodeValue.replace(/\s+/g, " ").replace(/[＿_]{2,}/g, "，");
  if (node.nodeType !== 1 || node.matches(SILENT)) return "";
  if (node.tagName === "IMG") return node.alt;
  if (node.getAttribute("role") === "img") return formula(node.getAttribute("aria-label") || "");
  const words = Array.prototype.map.call(node.childNodes, wordsOf).join("");
  if (/^T[DH]$/.test(node.tagName) || node.matches(".sl-choice__letter")) return words + "，";
  return BREAKS.test(node.tagName) ? "\n" + words + "\n" : words;
}

function formula(source) {
  return source.replace(/\\d?frac\{([^{}]*)\}\{([^{}]*)\}/g, "$1 / $2").replace(/\\times/g, "×").replace(/\\div/g, "÷")
    .replace(/\\[a-zA-Z]+|[{}$^_\\]/g, " ");
}

/* The sentences of a text, as many together as a phone speaks without breaking off. */
export function pieces(text) {
  const found = [];
  text.split(/\n+/).forEach(function (line) {
    let piece = "";
    (line.trim().match(/[^。！？；!?;]+[。！？；!?;]*["”’」）)]*|[。！？；!?;]+/g) || []).forEach(function (sentence) {
      if (piece && piece.length + sentence.length > LONGEST) {
        found.push(piece);
        piece = "";
      }
      piece += sentence;
      while (piece.length > 2 * LONGEST) {
        const cut = Math.max(piece.lastIndexOf("，", LONGEST), piece.lastIndexOf(", ", LONGEST), piece.lastIndexOf(" ", LONGEST)) + 1;
        found.push(piece.slice(0, cut || LONGEST));
        piece = piece.slice(cut || LONGEST);
      }
    });
    if (/[0-9A-Za-z\u00aa-\u1fff\u3040-\udfff]/.test(piece)) found.push(piece);
  });
  return found;
}

/* Speak `parts`, each {words, lang}. `told.at(number)` says which begins, `told.end()` that it is over, for whatever
   reason, and `told.fail()` before that that the browser has no voice after all. */
export function speak(parts, told) {
  stop();
  const mine = {told: told, line: [], speech: null, spoke: false, timer: 0};
  parts.forEach(function (part, number) {
    pieces(part.words).forEach(function (words) { mine.line.push({words: words, lang: part.lang, number: number}); });
  });
  turn = mine;
  next(mine, -1);
}

export function stop() {
  const was = turn;
  turn = null;
  if (!was) return;
  clearTimeout(was.timer);
  window.speechSynthesis.cancel();
  was.told.end();
}

function next(mine, before) {
  if (turn !== mine) return;
  const piece = mine.line.shift();
  if (!piece) {
    turn = null;
    mine.told.end();
    return;
  }
  if (piece.number !== before) mine.told.at(piece.number);
  const speech = mine.speech = new SpeechSynthesisUtterance(piece.words);  // kept, or some browsers forget to say its end
  speech.lang = piece.lang;
  speech.rate = 0.9;
  speech.onstart = function () { mine.spoke = true; };
  speech.onend = function () {
    mine.spoke = true;
    next(mine, piece.number);
  };
  speech.onerror = function (event) { over(mine, event.error === "interrupted" || event.error === "canceled"); };
  if (before < 0) mine.timer = setTimeout(function () { if (!mine.spoke) over(mine, false); }, PATIENCE);
  window.speechSynthesis.speak(speech);
}

/* It ended before its end: somebody else spoke, or there is no voice. */
function over(mine, cut) {
  if (turn !== mine) return;
  if (!cut && !mine.spoke) mine.told.fail();
  stop();
}
