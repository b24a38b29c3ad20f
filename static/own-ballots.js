// What opens the ballots that this browser cast: choice and salt as they were drawn here, and the entry once the book has it. By vote and
// member, on this device alone, so that nobody's word is needed to open such a ballot or to know that it was counted.
const at = (vote, member) => `manyhands-ballots:${vote}:${member}`;
const MOST = 50;

/** The ballots kept for a member of this vote, as they were pressed. */
export const list = (vote, member) => {
  try { return JSON.parse(localStorage.getItem(at(vote, member))) ?? []; } catch { return []; }
};
const write = (vote, member, ballots) => {
  try { localStorage.setItem(at(vote, member), JSON.stringify(ballots.slice(-MOST))); } catch { /* As said of what keeps one. */ }
};
const others = (vote, member, of) => list(vote, member).filter(({ salt, choice }) => salt !== of.salt || choice !== of.choice);
/** Keeps one, in the place of what was known of it; without room nothing is kept, and the page shows what opens it all the same. */
export const keep = (vote, member, ballot) => write(vote, member, [...others(vote, member, ballot), ballot]);
/** Drops one that the server says it did not cast. One that the book was seen to have stays, whatever is said. */
export const drop = (vote, member, ballot) => {
  const kept = list(vote, member).find(({ salt, choice }) => salt === ballot.salt && choice === ballot.choice);
  if (kept && kept.index === undefined) write(vote, member, others(vote, member, ballot));
};
export const forget = (vote, member) => {
  try { localStorage.removeItem(at(vote, member)); } catch { /* Then nothing is kept either. */ }
};
