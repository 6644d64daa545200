/* Draws the result with the phone's own fonts, and shows it as a picture that a long press keeps: browsers inside
   other apps can rarely download. It says what the page says, and nothing else. */
const WIDTH = 1080;
const EDGE = 90;
const CODE = 420;
const COLOURS = {paper: "#fefefb", ink: "#1b2420", soft: "#55615a", good: "#1d5040", attention: "#855000", line: "#87938b"};

export function connect(element) {
  const said = JSON.parse(element.dataset.picture);
  const place = element.querySelector("[data-place]");
  element.hidden = false;
  element.querySelector("[data-draw]").addEventListener("click", function () {
    if (!place.querySelector("img")) {
      const image = document.createElement("img");
      image.alt = element.dataset.alt + ": " + words(said);
      image.src = draw(said);
      place.appendChild(image);
    }
    place.hidden = false;
    place.scrollIntoView({block: "nearest"});
  });
}

function words(said) {
  const facts = said.rows.map(function (row) { return row.join(" "); });
  return [said.title, (said.large + " " + said.beside).trim(), said.verdict].concat(facts).filter(Boolean).join("; ");
}

/* Words stay whole, Chinese breaks anywhere, and what is too long for a line breaks within. */
function lines(pen, text, width) {
  const found = [""];
  (text.match(/[!-\u024f]+\s*|[^!-\u024f]/gu) || []).forEach(function (piece) {
    const last = found.length - 1;
    if (pen.measureText((found[last] + piece).trim()).width <= width) found[last] += piece;
    else if (pen.measureText(piece.trim()).width <= width) found.push(piece);
    else Array.from(piece).forEach(function (letter) {
      const end = found.length - 1;
      if (pen.measureText(found[end] + letter).width <= width) found[end] += letter;
      else found.push(letter);
    });
  });
  return found.map(function (line) { return line.trim(); }).filter(Boolean);
}

/* A QR code, with the white edge that readers need. */
function squares(pen, rows, left, top) {
  const size = CODE / (rows.length + 8);
  pen.fillStyle = "#fff";
  pen.fillRect(left, top, CODE, CODE);
  pen.fillStyle = "#000";
  rows.forEach(function (row, line) {
    Array.from(row).forEach(function (square, place) {
      if (square === "1") pen.fillRect(left + Math.round((place + 4) * size), top + Math.round((line + 4) * size), Math.ceil(size), Math.ceil(size));
    });
  });
}

/* Everything from top to bottom; drawn twice, since the height of a canvas must be known before. */
function draw(said) {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = 1;
  canvas.height = write(canvas.getContext("2d"), said, 0);
  write(canvas.getContext("2d"), said, canvas.height);
  return canvas.toDataURL("image/png");
}

function write(pen, said, height) {
  const family = window.getComputedStyle(document.body).fontFamily;
  const tone = said.good ? COLOURS.good : COLOURS.attention;
  let y = EDGE;
  pen.fillStyle = COLOURS.paper;
  pen.fillRect(0, 0, WIDTH, height);
  pen.fillStyle = tone;
  pen.fillRect(0, 0, WIDTH, 18);
  pen.textBaseline = "top";

  function text(words, size, colour, weight) {
    pen.font = (weight || "400") + " " + size + "px " + family;
    pen.fillStyle = colour;
    lines(pen, words, WIDTH - 2 * EDGE).forEach(function (line) {
      pen.fillText(line, EDGE, y);
      y += Math.round(size * 1.4);
    });
  }

  /* What was earned, large, and what could be on the same line. */
  function points() {
    pen.font = "300 150px " + family;
    pen.fillStyle = tone;
    const width = pen.measureText(said.large).width;
    pen.fillText(said.large, EDGE, y);
    pen.font = "400 44px " + family;
    pen.fillStyle = COLOURS.soft;
    pen.fillText(said.beside, EDGE + width + 24, y + 86);
    y += 190;
  }

  text(said.title, 54, COLOURS.ink, "600");
  y += 30;
  if (said.beside) points();
  else text(said.large, 84, tone, "600");
  if (said.verdict) text(said.verdict, 58, tone, "600");
  y += 34;
  pen.strokeStyle = COLOURS.line;
  pen.lineWidth = 3;
  if (pen.setLineDash) pen.setLineDash([14, 10]);
  pen.beginPath();
  pen.moveTo(EDGE, y);
  pen.lineTo(WIDTH - EDGE, y);
  pen.stroke();
  y += 44;
  said.rows.forEach(function (row) {
    if (row[0]) text(row[0], 34, COLOURS.soft);
    text(row[1], 46, COLOURS.ink, "600");
    y += 22;
  });
  if (said.code && said.code.length) {
    squares(pen, said.code, EDGE, y);
    y += CODE + 40;
  }
  if (said.note) text(said.note, 30, COLOURS.soft);
  return y + EDGE - 22;
}
