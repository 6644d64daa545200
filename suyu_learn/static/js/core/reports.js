/* Reports of what was played, kept in the browser until the server has them; telling one again does no harm. A report is
   {key, spans, unseen, page, url, wall}; `place` has the person and the token in its data. */
import {request} from "./request.js";
import {learntName} from "./shelf.js";
import {forget, read, write} from "./store.js";

const LONGEST = 30 * 24 * 3600 * 1000;

let telling = null;

function nameFor(place) {
  return "suyu:watched:" + place.dataset.person + ":watched";
}

export function keptReports(place) {
  return (read(nameFor(place)) || []).filter(function (one) { return Date.now() - one.wall < LONGEST; });
}

export function keepReport(place, report) {
  write(nameFor(place), keptReports(place).concat(report));
  write(learntName(place.dataset.person), 1);
}

/* Reports as they are sent. */
export function aged(list) {
  return JSON.stringify(list.map(function (one) {
    return {
      key: one.key, spans: one.spans, unseen: one.unseen, page: one.page || "",
      age: Math.max(0, Date.now() - one.wall) / 1000,
    };
  }));
}

/* Tell all, oldest first, one after the other, since counted time never goes back; resolves once no more can be told. */
export function tellReports(place) {
  if (!telling) {
    telling = tellNext(place).then(function () { telling = null; });
  }
  return telling;
}

function tellNext(place) {
  const report = keptReports(place)[0];
  if (!report) return Promise.resolve();
  const body = "watched=" + encodeURIComponent(aged([report]));
  return request("POST", report.url, place.dataset.csrf, body, "application/x-www-form-urlencoded").then(function (reply) {
    if (!reply || reply.moved || reply.status === 401 || reply.status >= 500 || reply.said.reason === "csrf") return null;
    const left = keptReports(place).filter(function (one) { return one.key !== report.key; });
    if (left.length) write(nameFor(place), left);
    else forget(nameFor(place));
    return tellNext(place);
  });
}
