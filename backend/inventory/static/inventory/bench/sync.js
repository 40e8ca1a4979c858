// Between this device and the server: who acts, what is known, what waits. One flush at a time, in order.
import { keep, recall, within } from "./database.js";
import * as queue from "./queue.js";

const BATCH = 100;
const PATIENCE_MS = 20_000;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
const WHOLE_LIST_AGAIN_MS = 12 * 3600_000;
const REFRESH_MS = 60_000;

export const state = { who: null, acts: new Map(), states: {}, nextSteps: {}, roles: {}, choices: {}, checklists: [], offset: 0, signedIn: true, reached: navigator.onLine, isSlow: false, synced: null };
const devices = new Map();
const askers = new Map();
const listeners = [];
let addresses = {};
let csrf = "";
let pause = FIRST_PAUSE_MS;
let timer = 0;
let refreshed = 0;

export const onNews = (listener) => listeners.push(listener);
const tell = (news) => listeners.forEach((listener) => listener(news));

class SignedOut extends Error {}
class Unreached extends Error {}

export const now = () => new Date(Date.now() + state.offset);
export const device = (code) => devices.get(code);
export const numberKnown = () => new Set([...devices.values()].map(({ codes }) => codes[0])).size;
// “technician 12, Workshop”: the role in the reader's words.
export const spoken = (who) => who.replace(/^\w+/, (role) => state.roles[role] ?? role);
export const ruleOf = (action) => state.acts.get(action);

// Start from what was kept; true when this device knows who works here.
export async function start(given) {
    addresses = given;
    await recollect();
    navigator.storage?.persist?.();
    window.addEventListener("online", hurry);
    window.addEventListener("offline", () => reach(false));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && hurry());
}

async function recollect() {
    const known = await recall("bootstrap");
    if (!known) return;
    learn(known);
    for (const row of await within("devices", "readonly", (store) => store.getAll())) devices.set(row.key, row);
}

function learn(known) {
    state.who = known.who;
    state.acts = new Map(known.acts.map((act) => [act.action, act]));
    state.states = known.states;
    state.nextSteps = known.next_steps ?? {};
    state.roles = known.roles ?? {};
    state.choices = known.choices;
    state.checklists = known.checklists ?? [];
    state.offset = known.offset;
    state.synced = known.synced;
}

export function hurry() {
    pause = FIRST_PAUSE_MS;
    return sync();
}

function reach(is) {
    if (state.reached === is) return;
    state.reached = is;
    tell("network");
}

// {ok, said}. What is cut off half-way, or is not in our form (a portal's page, a proxy's), was not said by the server.
async function ask(address, options = {}) {
    let answer, said;
    try {
        answer = await fetch(address, { credentials: "same-origin", redirect: "error", signal: AbortSignal.timeout(PATIENCE_MS), ...options });
        said = await answer.json();
    } catch {
        throw new Unreached();
    }
    if (answer.status === 401 || answer.status === 403) throw new SignedOut();
    if (answer.status >= 500 || answer.status === 429 || (!answer.ok && !said?.code)) throw new Unreached();
    return { ok: answer.ok, said };
}

// Ask who acts and what is new.
export async function bootstrap() {
    const known = await recall("bootstrap");
    const isFresh = known && Date.now() - known.whole < WHOLE_LIST_AGAIN_MS;
    const sent = Date.now();
    const { ok, said } = await ask(isFresh ? `${addresses.bench}?since=${known.since}` : addresses.bench, { headers: { Accept: "application/json" } });
    if (!ok) throw new Unreached();
    if (isFresh && said.who.membership !== known.who.membership) {
        await keep("bootstrap", null); // another person: nothing of the one before is shown
        return bootstrap();
    }
    const got = Date.now();
    const offset = Date.parse(said.now) - (sent + got) / 2;
    const { devices: list, gone, csrf: token, ...rest } = said;
    csrf = token;
    await keepDevices(list, gone, !isFresh);
    refreshed = got;
    const kept = { ...rest, offset, synced: said.now, whole: isFresh ? known.whole : got };
    await keep("bootstrap", kept);
    learn(kept);
    tell("learnt");
    return kept;
}

async function keepDevices(list, gone, isWhole) {
    if (isWhole) devices.clear();
    await within("devices", "readwrite", (store) => {
        if (isWhole) store.clear();
        for (const code of gone) {
            devices.delete(code);
            store.delete(code);
        }
        for (const known of list) for (const code of known.codes) place(store, code, known);
    });
}

function place(store, code, known) {
    const row = { ...known, key: code };
    devices.set(code, row);
    store.put(row);
}

// Note what a device is from now on, as far as is known here.
export function note(code, known) {
    return within("devices", "readwrite", (store) => {
        if (known) for (const each of known.codes) place(store, each, known);
        else if (devices.delete(code)) store.delete(code);
    });
}

// Bring everything in line: who acts, then what waits, then what is new.
export async function sync() {
    clearTimeout(timer);
    try {
        // After a time without network a question goes first: while it fails, no scan counts as sent.
        if (!csrf || !state.reached || Date.now() - refreshed > REFRESH_MS) await bootstrap();
        await flush().catch(async (error) => {
            if (!(error instanceof SignedOut)) throw error;
            await bootstrap(); // signed in again meanwhile: the token is another
            await flush();
        });
        state.signedIn = true;
        state.isSlow = false;
        pause = FIRST_PAUSE_MS;
        reach(true);
    } catch (error) {
        failed(error);
    }
    tell("synced");
}

function failed(error) {
    if (error instanceof SignedOut) {
        csrf = "";
        state.signedIn = false;
        reach(true);
        return;
    }
    if (!(error instanceof Unreached)) reportError(error); // ours: what waits is tried again all the same
    reach(false);
    timer = setTimeout(sync, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
}

let tail = Promise.resolve();
const alone = (work) => {
    if (navigator.locks) return navigator.locks.request("rebond-bench-flush", work);
    tail = tail.then(work, work); // without locks (no https): at least one at a time in this tab
    return tail;
};

// Send what this person's queue holds; give how many were answered.
export async function flush() {
    const membership = state.who.membership;
    let sent = 0;
    for (;;) {
        const number = await alone(() => sendBatch(membership));
        if (!number) return sent;
        sent += number;
    }
}

async function sendBatch(membership) {
    const rows = await queue.leaving(membership, BATCH, now().toISOString());
    if (!rows.length) return 0;
    const answers = await post(membership, rows);
    const told = rows.map((row, place) => settled(row, answers[place]));
    await queue.settle(told);
    const late = []; // nobody waits for the answer any more
    for (const [place, row] of told.entries()) {
        await remember(row, answers[place].device);
        if (askers.has(row.client_id)) askers.get(row.client_id)(row);
        else late.push(row);
    }
    tell({ late });
    return rows.length;
}

async function post(membership, rows) {
    const scans = rows.map(({ client_id, code, action, facts, at }) => ({ client_id, code, action, facts, at }));
    const { ok, said } = await ask(addresses.scans, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf },
        body: JSON.stringify({ membership, scans }),
    });
    if (ok) return said.results;
    if (said.code === "another_hat") throw new SignedOut();
    if (rows.length === 1) return [{ client_id: rows[0].client_id, outcome: "refused", problem: said, device: null }];
    const each = []; // one that cannot be read does not hold up the others
    for (const row of rows) each.push(...(await post(membership, [row])));
    return each;
}

const BY_PROBLEM = { unknown_code: "unknown", elsewhere: "elsewhere" };
const BY_OUTCOME = { applied: "done", already_applied: "done", already_done: "already" };

function settled(row, answer) {
    const state_ = BY_OUTCOME[answer.outcome] ?? BY_PROBLEM[answer.problem?.code] ?? "refused";
    const { performance_class: letter = "", state: leftAs = "" } = answer.device ?? {};
    return { ...row, state: state_, why: answer.problem?.detail ?? "", done: answer.done ?? null, letter, leftAs };
}

async function remember(row, said) {
    if (!said) return;
    const known = devices.get(row.code) ?? { codes: [row.code], kind: said.kind, words: [said.maker, said.model].join(" ").trim() };
    const { state: is, pending_units, is_locked, location, lot, changed_at } = said;
    await note(row.code, { ...known, state: is, pending_units, is_locked, location, lot, changed_at });
}

// Wait for the server's word on a scan, for so long; null when it does not come.
export function answerOf(clientId, milliseconds) {
    return new Promise((resolve) => {
        const hear = (row) => {
            clearTimeout(patience);
            askers.delete(clientId);
            resolve(row);
        };
        const patience = setTimeout(() => {
            state.isSlow = true;
            hear(null);
        }, milliseconds);
        askers.set(clientId, hear);
    });
}
