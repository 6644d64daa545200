/* Answers on their way to the server: kept in memory and in the browser until the server has them.

   A kept entry is {slot, epoch, seq, response, was, age, wall}: `was` is the answer that the server was known
   to have, `age` the milliseconds since the change when it was written down, `wall` the clock then (only used
   to carry the age over a reload; within a page the monotonic clock counts). */
import {request} from "./request.js";
import {forget, nameOf, read, write} from "./store.js";
import {tell} from "./talk.js";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;

const queues = new WeakMap();

export function queueOf(form) {
  if (!queues.has(form)) queues.set(form, new Queue(form));
  return queues.get(form);
}

class Queue {
  constructor(form) {
    this.form = form;
    this.name = nameOf("queue", form);
    this.epoch = Number(form.dataset.epoch);
    this.entries = {};
    this.seqs = {};
    this.known = {};
    this.busy = null;
    this.wait = FIRST_WAIT;
    this.timer = 0;
    this.stopped = false;
    window.addEventListener("online", () => { this.wait = FIRST_WAIT; this.flush(); });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.keep();
      else if (this.size()) this.flush();
    });
    window.addEventListener("pagehide", () => this.keep());
  }

  /* Start where the server stands. */
  know(slot, seq, response) {
    this.seqs[slot] = seq;
    this.known[slot] = JSON.stringify(response);
  }

  /* Take up again what was kept, and give it back. An answer that another device has changed meanwhile is
     let go: it was not opened between two epochs in a row, and it changed nothing where the server's answer
     is the one from which ours was made. */
  restore() {
    const kept = read(this.name) || [];
    const fresh = kept.filter((entry) => entry.slot in this.seqs &&
      JSON.stringify(entry.response) !== this.known[entry.slot] &&
      (this.epoch - entry.epoch <= 1 || this.known[entry.slot] === entry.was));
    fresh.forEach((entry) => {
      const passed = Math.max(0, Date.now() - entry.wall);
      this.put(entry.slot, entry.response, entry.age + passed);
    });
    this.keep();
    return fresh;
  }

  put(slot, response, age) {
    this.seqs[slot] += 1;
    this.entries[slot] = {
      slot: slot, seq: this.seqs[slot], response: response, at: performance.now() - (age || 0),
    };
    this.keep();
  }

  size() {
    return Object.keys(this.entries).length;
  }

  pending() {
    return Object.keys(this.entries).map((slot) => {
      const entry = this.entries[slot];
      return {
        slot: entry.slot, epoch: this.epoch, seq: entry.seq, response: entry.response,
        age: Math.max(0, Math.round(performance.now() - entry.at)),
      };
    });
  }

  keep() {
    if (!this.size()) return forget(this.name);
    const wall = Date.now();
    write(this.name, this.pending().map((entry) =>
      Object.assign(entry, {was: this.known[entry.slot], wall: wall})));
  }

  /* Send what waits; with `probe` ask even when nothing does. One request at a time. */
  flush(probe) {
    clearTimeout(this.timer);
    if (this.stopped) return Promise.resolve("stopped");
    if (this.busy) return this.busy.then((was) => (this.size() && was === "ok" ? this.flush(probe) : was));
    if (!this.size() && !probe) return Promise.resolve("ok");
    if (this.size()) tell("status", {state: this.wait > FIRST_WAIT ? "waiting" : "saving"});
    this.busy = this.send(this.pending()).then((outcome) => {
      this.busy = null;
      this.keep();
      this.after(outcome);
      return outcome;
    });
    return this.busy;
  }

  after(outcome) {
    if (outcome === "ok") {
      this.wait = FIRST_WAIT;
      if (this.size()) this.flush();
      else tell("status", {state: "saved"});
    } else if (outcome === "offline" || outcome === "retry") {
      tell("status", {state: outcome === "offline" ? "offline" : "waiting"});
      this.timer = setTimeout(() => this.flush(true), this.wait * (0.75 + Math.random() / 2));
      this.wait = Math.min(LONGEST_WAIT, this.wait * 2);
    } else if (outcome === "signin") {
      tell("status", {state: "signin"});
      tell("signin");
    }
  }

  send(list) {
    const one = list.length === 1 ? list[0] : null;
    const body = one && one.age < 5000 ? {epoch: one.epoch, seq: one.seq, response: one.response} : list;
    const url = this.form.dataset.save + (body === list ? "" : "/" + one.slot);
    return request("PUT", url, this.form.dataset.csrf, JSON.stringify(body), "application/json").then((reply) => {
      if (!reply) return "offline";
      const said = reply.said;
      if (typeof said.remaining === "number") tell("remaining", said);
      if (body === list && reply.ok && said.results) return this.settleAll(list, said.results);
      if (reply.ok) {
        if (one) this.settle(one);
        return "ok";
      }
      return list.length || reply.status >= 500 || reply.said.reason === "closed" ? this.refused(reply, one) : "ok";
    });
  }

  settle(sent) {
    this.known[sent.slot] = JSON.stringify(sent.response);
    this.drop(sent);
  }

  drop(sent) {
    const entry = this.entries[sent.slot];
    if (entry && entry.seq === sent.seq) delete this.entries[sent.slot];
  }

  settleAll(list, results) {
    let outcome = results.length < list.length ? "retry" : "ok";
    results.forEach((result, index) => {
      const sent = list.filter((entry) => entry.slot === result.slot && entry.seq === result.seq)[0] || list[index];
      if (!sent) return;
      if (!result.error) this.settle(sent);
      else {
        const verdict = this.refused({status: 409, said: result.error}, sent);
        if (verdict !== "ok") outcome = verdict;
      }
    });
    return outcome;
  }

  refused(reply, sent) {
    const reason = reply.said.reason || reply.said.error || "";
    if (reason === "continued_elsewhere") return this.stop("elsewhere");
    if (reason === "seq_conflict" && sent) {
      this.seqs[sent.slot] += 1;
      if (this.entries[sent.slot]) this.entries[sent.slot].seq = this.seqs[sent.slot];
      return "retry";
    }
    if (reason === "unreadable" || reason === "unknown_slot" || reply.status === 422) {
      if (sent) {
        this.drop(sent);
        tell("refused", {slot: sent.slot, words: reply.said.message || ""});
      }
      return "ok";
    }
    if (reason === "time_over" && sent) {
      this.drop(sent);
      tell("hand-in");
      return "ok";
    }
    if (reply.said.csrf_token) {
      this.form.dataset.csrf = reply.said.csrf_token;
      return "retry";
    }
    if (reply.moved || [400, 401, 403, 404].indexOf(reply.status) >= 0) return "signin";
    if (reply.status === 409 || reply.status === 410) return this.stop("closed");
    return "retry";
  }

  /* Nothing more can be saved here; what waits is of no use any longer. */
  stop(why) {
    this.stopped = true;
    if (why === "closed") this.entries = {};
    tell("status", {state: "stopped"});
    tell(why);
    return "stopped";
  }
}
