// Recounts a closed vote in this browser, from the entries that the co-op's keys signed (the opening, the end, each ballot that counts) and
// from what opens the ballots, whose hash the end names; then one's own ballot against what this browser kept when it was cast. It says
// what holds, what does not, and what was not checked. Without it the page shows the server's own recount.
import { seal } from "./keys.js";
import { hex, readEntry, readKeys, sha256 } from "./notes.js";
import { list } from "./own-ballots.js";

const status = document.querySelector("[data-recount]");
const words = JSON.parse(status.dataset.words);
const say = (id, places = {}) => words[id].replace(/\{(\w+)\}/g, (_, name) => places[name]);
const fetched = async (path) => {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.text();
};

/** In whole numbers, without any fraction: as the book's rule has it. */
function verdict({ quorum, majority }, { eligible, cast, unopened }, { yes, no }) {
  const big = (number) => BigInt(number);
  const passes = (yes, no) => {
    const [how, n, d] = majority, have = big(yes) * big(d), need = big(yes + no) * big(n);
    return yes + no > 0 && (how === "least" ? have >= need : have > need);
  };
  const [worst, best] = [passes(yes, no + unopened), passes(yes + unopened, no)];
  const met = big(cast) * big(quorum[1]) >= big(eligible) * big(quorum[0]);
  return !met ? "no-quorum" : worst === best ? (worst ? "passed" : "rejected") : "void";
}

/** The openings in a document; nothing if it is none. */
function read(text) {
  try {
    const rows = JSON.parse(text);
    return Array.isArray(rows) && rows.every(Array.isArray) ? rows : null;
  } catch {
    return null;
  }
}

/** What is wrong with the entries, the openings and their count; and the ballots, as their own entries and openings have them. */
async function count({ proposal, opened, closed, keys, notes }, text) {
  const ring = await readKeys(keys), faults = new Set(), ballots = [];
  const known = new Map();
  const entryOf = (index, kind) => {
    if (!known.has(index)) known.set(index, lookAt(index, kind));
    return known.get(index);
  };
  const lookAt = async (index, kind) => {
    const entry = await readEntry(notes[index], index, ring).catch(() => null);
    const fits = entry?.kind === kind && entry.refs?.proposal === proposal;
    if (!fits || !entry.holds) faults.add(say("entry", { index }));
    return fits ? entry : null;
  };
  const [opening, end] = [await entryOf(opened, "proposal.opened"), await entryOf(closed, "proposal.closed")];
  if (!opening || !end) return { faults: [...faults], ballots };
  const { eligible, cast: all, by_key: byKey, by_session: bySession, unopened, counts, result, openings } = end.calc;
  if (!read(text) || hex(await sha256(text)) !== openings) faults.add(say("openings"));
  const counted = { abstain: 0, no: 0, yes: 0 }, members = new Set();
  // Behind each ballot that the end counts, opened or not, stands an entry of another member: nobody can invent one.
  const cast = { key: 0, session: 0 }, voters = new Set();
  for (const index of Object.keys(notes).map(Number).filter((index) => index !== opened && index !== closed)) {
    const entry = await entryOf(index, "ballot.cast");
    if (!entry || index < opened || index > closed || voters.has(entry.refs.member)) faults.add(say("twice", { index }));
    voters.add(entry?.refs.member);
    if (Object.hasOwn(cast, entry?.calc.how)) cast[entry.calc.how] += 1;
  }
  let before = opened;
  for (const [index, choice, salt] of read(text) ?? []) {
    const entry = await entryOf(index, "ballot.cast"), member = entry?.refs.member;
    const isChoice = Object.hasOwn(counted, choice) && /^[0-9a-f]{64}$/.test(salt);
    const sealed = entry?.calc.sealed;
    if (!entry || !isChoice || await seal(salt, proposal, member, choice) !== sealed) faults.add(say("opening", { index }));
    if (index <= before || index >= closed || members.has(member)) faults.add(say("twice", { index }));
    if (isChoice) counted[choice] += 1;
    before = index;
    members.add(member);
    ballots.push({ index, member, choice, sealed });
  }
  const differs = Object.keys(counted).some((choice) => counted[choice] !== counts[choice]);
  const howDiffers = cast.key !== byKey || cast.session !== bySession || cast.key + cast.session !== all;
  if (differs || ballots.length + unopened !== all || howDiffers) faults.add(say("counts"));
  if (all > eligible || eligible !== opening.calc.roll_size) faults.add(say("roll", { cast: all, eligible: opening.calc.roll_size }));
  if (verdict(opening.calc, end.calc, counted) !== result) faults.add(say("result"));
  return { faults: [...faults], ballots, unopened };
}

/** One's own ballot: `no` where it is not counted as it was cast here, `part` where this browser has nothing to hold it against. */
async function own({ proposal, member, own: told }, { ballots, unopened }) {
  const ballot = ballots.find((ballot) => ballot.member === member), { index, choice } = ballot ?? {};
  const places = { choice: words[`choice-${choice}`], index };
  const sealed = async (one) => ({ ...one, sealed: await seal(one.salt, proposal, member, one.choice) });
  const kept = await Promise.all(list(proposal, member).map(sealed));
  // What the book was seen to have: the last of it counts.
  const last = kept.reduce((last, one) => (one.index > (last?.index ?? -1) ? one : last), null);
  if (!ballot) {
    const at = Math.max(told ?? -1, last?.index ?? -1);
    // What this browser kept may have been refused then, or swallowed: only its voter knows.
    if (at < 0) return ["part", say(kept.length > 0 ? "own-not-there" : "own-none")];
    return unopened > 0 ? ["part", say("own-unopened")] : ["no", say("own-missing", { index: at })];
  }
  if (last && index < last.index) return ["no", say("own-missing", { index: last.index })];
  const mine = kept.find(({ sealed }) => sealed === ballot.sealed);
  if (mine) return mine.choice === choice ? ["yes", say("own", places)] : ["no", say("own-wrong", places)];
  if (last?.index === index) return ["no", say("own-wrong", places)];
  return ["part", say(last ? "own-later" : "own-unkept", places)];
}

async function recount() {
  const told = JSON.parse(await fetched(status.dataset.recount));
  const found = await count(told, await fetched(status.dataset.openings));
  const [how, mine] = await own(told, found);
  const { faults, ballots } = found;
  const isWrong = faults.length > 0 || how === "no";
  const lines = isWrong ? [...(how === "no" ? [mine] : []), ...faults] : [say("all", { count: ballots.length }), mine];
  const title = Object.assign(document.createElement("h3"), { textContent: say(isWrong ? "no" : how) });
  lines.push(say("checked"));
  status.replaceChildren(title, ...lines.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  status.className = isWrong ? "stop" : how === "yes" ? "good" : "note warn";
}

const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: say("button") });
const line = Object.assign(document.createElement("p"), { className: "acts" });
line.append(button);
status.before(line);
button.onclick = async () => {
  button.disabled = true;
  await recount().catch((error) => {
    console.warn(error);
    status.textContent = say("failed");
  });
  button.disabled = false;
};
