/* Tells the server what was played of the films and sounds of a lesson: spans in which playing went on by itself.

   A leap ends a span and begins another. A film counts while the page is visible, a sound also while it is not. Reports
   wait in the browser until the server has them; each has a key of its own, which counts once. Where films cannot be
   skipped, playing goes back to the furthest moment that was watched. */
import {newKey} from "../core/keys.js";
import {aged, keepReport, keptReports, tellReports} from "../core/reports.js";

const EVERY = 60;
const LEAP = 1.5;
const FASTEST = 2;

export function connect(element) {
  const known = JSON.parse(element.dataset.watched);
  const locked = element.hasAttribute("data-locked");
  const form = Array.from(document.forms).filter((one) => one.getAttribute("action") === element.dataset.form)[0];
  let spans = [];
  let unseen = 0;
  let began = Date.now();

  function round(seconds) { return Math.round(seconds * 100) / 100; }

  /* What was played since the last report, put by. */
  function take() {
    players.forEach((one) => one.end());
    began = Date.now();
    if (!spans.length) return;
    keepReport(element, {key: newKey(), spans: spans, unseen: Math.floor(unseen), url: element.dataset.url,
      page: element.dataset.page, wall: Date.now()});
    spans = [];
    unseen = 0;
  }

  function parcel(report) {
    const data = new FormData();
    data.append("csrf_token", element.dataset.csrf);
    data.append("watched", aged([report]));
    return data;
  }

  function flush() { tellReports(element); }

  function report() { take(); flush(); }

  const players = Array.from(document.querySelectorAll("[data-film]"), function (media) {
    return follow(media, known[media.dataset.film] || [], {
      locked: locked && media.tagName === "VIDEO",
      span: function (from, to, took, hidden) {
        spans.push([media.dataset.film, round(from), round(to), round(took)]);
        if (hidden) unseen += took;
      },
      due: function () { if (Date.now() - began > EVERY * 1000) report(); },
      report: report,
      words: element.dataset,
    });
  });

  document.addEventListener("visibilitychange", function () {
    players.forEach((one) => one.end());
    if (document.visibilityState === "visible") return;
    take();
    const list = keptReports(element);
    if (list.length === 1 && navigator.sendBeacon) navigator.sendBeacon(list[0].url, parcel(list[0]));
  });
  if (form) form.addEventListener("submit", function () {
    take();
    let field = form.elements.watched;
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = "watched";
      form.appendChild(field);
    }
    field.value = aged(keptReports(element).filter((one) => one.url === element.dataset.url));
  });
  window.addEventListener("pagehide", take);
  window.addEventListener("online", flush);
  flush();
}

/* One player: what goes on by itself is a span, from `from` to `last`; `took` are the seconds that passed meanwhile. */
function follow(media, known, to) {
  const said = media.parentNode.querySelector("[data-film-said]");
  const isFilm = media.tagName === "VIDEO";
  let seen = known;
  let from = null;
  let last = 0;
  let at = 0;
  let took = 0;
  let hidden = 0;

  function furthest() {
    return seen.reduce((most, span) => Math.max(most, span[1]), from === null ? 0 : last);
  }

  function counts() { return !isFilm || document.visibilityState === "visible"; }

  function begin() {
    from = last = media.currentTime;
    at = performance.now();
    took = hidden = 0;
  }

  function end() {
    if (from === null) return;
    if (last - from > 0.05 && took > 0) {
      to.span(from, last, took, hidden > took / 2);
      seen = united(seen.concat([[from, last]]));
      show();
    }
    from = null;
  }

  /* Playing has come further: by itself, or by a leap. */
  function go() {
    const now = performance.now(), time = media.currentTime, passed = (now - at) / 1000, moved = time - last;
    if (from === null) { if (!media.paused && !media.seeking && counts()) begin(); return; }
    if (media.seeking || moved < -0.3 || moved > passed * Math.min(FASTEST, media.playbackRate || 1) + LEAP || !counts()) {
      end();
      if (!media.paused && !media.seeking && counts()) begin();
      return;
    }
    if (moved > 0) {
      took += passed;
      if (document.visibilityState !== "visible") hidden += passed;
      last = time;
    }
    at = now;
    to.due();
  }

  function show() {
    if (!said || !media.duration || !isFinite(media.duration)) return;
    const all = seen.reduce((sum, span) => sum + span[1] - span[0], 0);
    said.textContent = to.words[isFilm ? "filmSaid" : "soundSaid"]
      .replace("{0}", clock(Math.min(all, media.duration))).replace("{1}", clock(media.duration));
  }

  media.addEventListener("playing", go);
  media.addEventListener("timeupdate", go);
  media.addEventListener("ratechange", function () {
    if (media.playbackRate > FASTEST) media.playbackRate = FASTEST;
  });
  media.addEventListener("seeking", function () {
    if (to.locked && media.currentTime > furthest() + 1) {
      const back = furthest();
      end();
      media.currentTime = back;
      return;
    }
    end();
  });
  ["pause", "ended", "waiting"].forEach(function (name) {
    media.addEventListener(name, function () { go(); end(); if (name !== "waiting") to.report(); });
  });
  media.addEventListener("loadedmetadata", show);
  show();
  return {end: function () { if (from !== null) { go(); end(); } }};
}

function united(spans) {
  const found = [];
  spans.sort((a, b) => a[0] - b[0]).forEach(function (span) {
    const before = found[found.length - 1];
    if (before && span[0] <= before[1]) before[1] = Math.max(before[1], span[1]);
    else found.push(span.slice());
  });
  return found;
}

function clock(seconds) {
  const whole = Math.floor(seconds + 0.2);
  return Math.floor(whole / 60) + ":" + ("0" + whole % 60).slice(-2);
}
