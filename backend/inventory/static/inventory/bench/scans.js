// One scan, from what was read to what is answered. Written down first; then told; then sent.
import * as codes from "./codes.js";
import { keep, recall } from "./database.js";
import * as modes from "./modes.js";
import * as queue from "./queue.js";
import * as rules from "./rules.js";
import * as setting from "./setting.js";
import * as sync from "./sync.js";

const HELD_MS = 3_000; // the same label before the camera is one scan
const SERVER_WORD_MS = 1_500;
const FORGIVEN_MS = 300_000;
const lastSeen = new Map();
let series = null; // {id, since, paused}
let lastAt = 0;

export const current = () => series;

export async function start() {
    series = (await recall("series")) ?? fresh();
    const soon = sync.now().getTime() + FORGIVEN_MS; // a clock that was years ahead does not count
    lastAt = (await queue.all()).map((row) => Date.parse(row.at)).filter((at) => at < soon).reduce((one, other) => Math.max(one, other), 0);
}

const fresh = () => ({ id: queue.newId(), since: new Date().toISOString(), paused: false });

export async function begin() {
    series = fresh();
    lastSeen.clear();
    await keep("series", series);
    await queue.tidy(series.id);
}

export async function pause(is) {
    lastSeen.clear();
    series = { ...series, paused: is };
    await keep("series", series);
}

function isHeld(key) {
    const now = performance.now();
    const before = lastSeen.get(key);
    lastSeen.set(key, now);
    return before !== undefined && now - before < HELD_MS;
}

// Take what was read; the answer, or null where there is nothing to say. A camera sees the same label again and again.
export async function take(text, { byCamera = false } = {}) {
    const read = codes.understand(text);
    if (byCamera && isHeld(JSON.stringify(read.kind === "fault" ? text : read))) return null;
    if (read.kind === "fault") return { state: "refused", title: read.fault, more: `${read.fault}_more`, spelled: text.slice(0, 40) };
    if (read.kind === "mode") return card(read.token);
    if (read.kind !== "device") return move(read);
    const set = setting.get();
    if (series.paused) return { state: "refused", title: "paused", more: "paused_more", code: read.code };
    if (!set || !sync.state.who) return { state: "refused", title: "not_set", more: "not_set_more", code: read.code };
    return set.action === setting.OPEN ? opened(read.code) : scan(read.code, set);
}

async function card(token) {
    const said = modes.read(token);
    if (!said || !setting.fits(said)) return { state: "refused", title: "card_unfit", more: "nothing_changed" };
    await setting.set({ ...said, asksNumbers: false });
    return { state: "info", title: "card_set", setting: true };
}

// A place or a lot, scanned: things scanned from now on are put there.
async function move({ kind, id }) {
    const source = kind === "lot" ? "lot" : "location";
    const place = setting.wordsOfChoice(source, id);
    if (!place) return { state: "unknown", title: "place_unknown", more: "nothing_changed" };
    const set = setting.get();
    const facts = set?.action === "place" ? { ...set.facts } : {};
    facts[source] = id;
    if (source === "location") delete facts.lot;
    await setting.set({ action: "place", facts, asksNumbers: false });
    return { state: "info", title: "place_set", named: { place }, setting: true };
}

function opened(code) {
    const known = sync.device(code);
    if (sync.state.reached && sync.state.signedIn) return { state: "info", title: "opened", code, device: known, go: `/d/${code}/` };
    return known
        ? { state: "info", title: "opened", code, device: known }
        : { state: "unknown", title: "unknown", more: "open_unknown", code };
}

async function scan(code, set) {
    const facts = factsOf(set);
    const before = await repeated(code, set.action, facts);
    if (before) return { state: "already", title: "already_here", more: "already_here_when", named: { when: clock(before.at) }, code, device: sync.device(code) };
    const known = sync.device(code);
    const isOffline = !sync.state.reached || !sync.state.signedIn;
    const doubt = isOffline ? rules.check(sync.ruleOf(set.action), known, facts) : null;
    if (doubt) return { ...doubt, code, device: known, asKnown: true };
    const row = await written({ code, action: set.action, facts, was: known ?? null });
    return isOffline ? kept(row, known) : heard(row, known);
}

// The scan of this series that this one would only repeat: the last that this label took, the same act set the same way.
async function repeated(code, action, facts) {
    const taken = (row) => row.code === code && row.action !== "correct" && !row.takenBack && ["done", "already", "waiting"].includes(row.state);
    const last = (await mine()).findLast(taken);
    const isSame = action !== "undo" && last?.action === action && JSON.stringify(last.facts) === JSON.stringify(facts);
    return isSame ? last : null;
}

const factsOf = ({ action, facts }) => ({ ...setting.alwaysOf(action), ...(action === "receive" ? setting.broughtBy(facts) : {}), ...facts });

function moment() {
    lastAt = Math.max(sync.now().getTime(), lastAt + 1); // in the order made, whatever the clock does
    return new Date(lastAt).toISOString();
}

function written({ code, action, facts, was, takes = null }) {
    return queue.add({
        client_id: queue.newId(),
        membership: sync.state.who.membership,
        series: series.id,
        state: queue.WAITING,
        at: moment(),
        code,
        action,
        facts,
        was,
        takes,
    });
}

async function heard(row, known) {
    if (sync.state.isSlow) return kept(row, known);
    const word = sync.answerOf(row.client_id, SERVER_WORD_MS);
    sync.hurry();
    const answered = await word;
    return answered ? told(answered) : kept(row, known);
}

async function kept(row, known) {
    await sync.note(row.code, rules.after(sync.ruleOf(row.action), known, row.facts, row.code));
    if (sync.state.reached) sync.sync();
    return { state: "queued", title: "queued", more: keptBecause(row, known), code: row.code, row, device: known };
}

function keptBecause(row, known) {
    if (sync.state.reached && sync.state.signedIn) return "queued_slow";
    const isNew = row.action === "receive" || row.action === "receive_transfer";
    return known || isNew ? "queued_more" : "queued_unknown";
}

// The answer to a row that the server has answered.
export function told(row) {
    const { state, why, done, code } = row;
    const answer = { state, code, row, device: sync.device(code), title: state };
    if (state === "done" && row.action === "triage") {
        return { ...answer, words: setting.doneOf(row.action), more: row.letter ? "graded" : "not_graded", named: { letter: row.letter } };
    }
    if (state === "done" && isAstray(row)) return { ...answer, state: "unknown", title: "astray", named: { state: sync.state.states[row.leftAs] } };
    if (state === "done") return { ...answer, words: setting.doneOf(row.action) };
    if (state === "already") {
        return { ...answer, title: "already_done", more: done ? "already_when" : "", named: done && { when: clock(done.at), who: sync.spoken(done.by_label) } };
    }
    return { ...answer, why };
}

// Something counted on a shelf that is said to be gone.
function isAstray({ action, leftAs }) {
    const inHouse = sync.ruleOf("place")?.sources ?? [];
    return action === "count" && leftAs && inHouse.length > 0 && !inHouse.includes(leftAs);
}

export const clock = (at) => {
    const moment_ = new Date(at);
    const isToday = moment_.toDateString() === new Date().toDateString();
    const style = isToday ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" };
    return moment_.toLocaleString(document.documentElement.lang, style);
};

// This person's scans of this series, oldest first.
export async function mine() {
    return (await queue.all()).filter((row) => row.series === series.id && row.membership === sync.state.who?.membership);
}

// The last scan of these that stands; what it did may be one of the things that are not taken back.
export const last = (rows) => rows.findLast((row) => ["done", "waiting"].includes(row.state) && !row.takenBack && row.action !== "undo");

// Take the last scan back: out of the queue when it never left, else by a scan that undoes just this. What may have
// left is sent again all the same, and its undo behind it.
export async function undo() {
    const row = last(await mine());
    if (!row) return null;
    const { sequence, code, was, action } = row;
    if (await queue.drop(sequence)) {
        await sync.note(code, was);
        return { state: "info", title: "undone", more: "undone_here", code, device: sync.device(code) };
    }
    if (!isUndoable(action)) return { state: "refused", title: "stays_done", named: { act: setting.doneOf(action) }, more: "stays_done_more", code };
    const asked = await written({ code, action: "undo", facts: { undoes: action }, was: null, takes: sequence });
    const answer = sync.state.reached ? await heard(asked, sync.device(code)) : await kept(asked, sync.device(code));
    if (answer.state !== "queued") return answer;
    if (!(await queue.get(asked.sequence))) return null; // the scan was refused meanwhile, which was told
    await sync.note(code, was);
    return answer;
}

const isUndoable = (action) => action === "correct" || Boolean(sync.ruleOf(action)?.is_undoable);

// The numbers of a machine just received.
export async function number(code, facts) {
    const row = await written({ code, action: "correct", facts, was: sync.device(code) ?? null });
    const answer = sync.state.reached ? await heard(row, sync.device(code)) : await kept(row, sync.device(code));
    return answer.state === "done" ? { ...answer, words: "", title: "numbers_kept" } : answer;
}
