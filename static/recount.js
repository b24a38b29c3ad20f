// Recounts a closed vote in this browser: every opening against the seal in the book, then the count, then one's own ballot against its
// own signed entry. It says yes or no, and what is wrong. Without it the page shows the server's own recount.
import { seal } from "./keys.js";

const status = document.querySelector("[data-recount]");
const words = JSON.parse(status.dataset.words);
const say = (id, places = {}) => words[id].replace(/\{(\w+)\}/g, (_, name) => places[name]);
const fetched = async (path) => {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
};

/** What is wrong with the ballots and their count; nothing if they hold. */
async function wrong({ proposal, ballots, eligible, cast, unopened, quorum, majority, counts, result }) {
  const counted = { abstain: 0, no: 0, yes: 0 };
  const faults = [], members = new Set();
  for (const { index, member, choice, salt, sealed } of ballots) {
    const fits = choice in counted && /^[0-9a-f]{64}$/.test(salt) && (await seal(salt, proposal, member, choice)) === sealed;
    if (!fits || members.has(member)) faults.push(say("opening", { index }));
    if (choice in counted) counted[choice] += 1;
    members.add(member);
  }
  const differs = Object.keys(counted).some((choice) => counted[choice] !== counts[choice]);
  if (differs || ballots.length + unopened !== cast) faults.push(say("counts"));
  // In whole numbers, without any fraction: as the book's rule has it.
  const big = (number) => BigInt(number);
  const passes = (yes, no) => {
    const [how, n, d] = majority, have = big(yes) * big(d), need = big(yes + no) * big(n);
    return yes + no > 0 && (how === "least" ? have >= need : have > need);
  };
  const [worst, best] = [passes(counted.yes, counted.no + unopened), passes(counted.yes + unopened, counted.no)];
  const met = big(cast) * big(quorum[1]) >= big(eligible) * big(quorum[0]);
  const verdict = !met ? "no-quorum" : worst === best ? (worst ? "passed" : "rejected") : "void";
  if (verdict !== result) faults.push(say("result"));
  return faults;
}

/** Whether one's own ballot is counted as its own signed entry has it. */
async function own({ own: mine, ballots }) {
  if (!mine) return say("own-none");
  const ballot = ballots.find(({ index }) => index === mine.index);
  if (!ballot) return mine.choice ? "" : say("own-unopened");
  const note = await (await fetched(`/ledger/${mine.index}/note`)).text();
  const entry = JSON.parse(note.split("\n\n— ")[0]);
  const fits = entry.kind === "ballot.cast" && entry.calc.sealed === ballot.sealed && entry.refs.member === ballot.member;
  return fits && ballot.choice === mine.choice ? say("own", { choice: words[`choice-${ballot.choice}`], index: mine.index }) : "";
}

async function recount() {
  const told = await (await fetched(status.dataset.recount)).json();
  const faults = await wrong(told);
  const mine = await own(told);
  if (!mine) faults.unshift(say("own-wrong"));
  const lines = faults.length ? faults : [say("all", { count: told.ballots.length }), mine];
  const title = Object.assign(document.createElement("h3"), { textContent: say(faults.length ? "no" : "yes") });
  status.replaceChildren(title, ...lines.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  status.className = faults.length ? "stop" : "good";
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
