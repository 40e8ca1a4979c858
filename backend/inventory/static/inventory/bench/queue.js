// The scans: written down before they are answered, sent in the order they were made, settled by the server's word.
import { within } from "./database.js";

export const WAITING = "waiting";
const OPEN_STATES = ["refused", "unknown", "elsewhere"];

const changed = new BroadcastChannel("rebond-bench");

// crypto.randomUUID is there over https only; a scanner works without.
export const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const ofState = (membership, state) =>
    IDBKeyRange.bound([membership, state, 0], [membership, state, Number.MAX_SAFE_INTEGER]);

export async function add(row) {
    const sequence = await within("scans", "readwrite", (store) => store.add(row));
    changed.postMessage("scans");
    return { ...row, sequence };
}

export async function put(row) {
    await within("scans", "readwrite", (store) => store.put(row));
    changed.postMessage("scans");
}

export const get = (sequence) => within("scans", "readonly", (store) => store.get(sequence));

async function forget(sequences) {
    await within("scans", "readwrite", (store) => {
        for (const sequence of sequences) store.delete(sequence);
    });
    changed.postMessage("scans");
}

// Give the oldest rows that wait, and write down that they leave: from now on the server may know them, whatever is
// heard of it. Their moments are final too, none after `latest`: sent again, a scan is the same scan. An undo does not
// leave together with what it takes back: it is sent only if that was done.
export async function leaving(membership, most, latest) {
    let rows = [];
    await within("scans", "readwrite", (store) => {
        store.index("state").getAll(ofState(membership, WAITING), most).onsuccess = ({ target }) => {
            const oldest = target.result.map((row) => (row.sent ? row : { ...row, sent: true, at: row.at < latest ? row.at : latest }));
            const cut = oldest.findIndex(({ takes }) => takes && oldest.some(({ sequence }) => sequence === takes));
            rows = cut < 0 ? oldest : oldest.slice(0, cut);
            for (const [place, row] of rows.entries()) if (row !== target.result[place]) store.put(row);
        };
    });
    return rows;
}

// Write down what became of rows. An undo that waits for one that was not done has nothing to take back: it goes.
export async function settle(told) {
    const undone = new Set(told.filter(({ state }) => state !== "done").map(({ sequence }) => sequence));
    await within("scans", "readwrite", (store) => {
        for (const row of told) store.put(row);
        store.getAll().onsuccess = ({ target }) => {
            for (const row of target.result) if (row.state === WAITING && undone.has(row.takes)) store.delete(row.sequence);
        };
    });
    changed.postMessage("scans");
}

// Forget a scan that waits and never left; whether it was so.
export async function drop(sequence) {
    let isDropped = false;
    await within("scans", "readwrite", (store) => {
        store.get(sequence).onsuccess = ({ target: { result: row } }) => {
            isDropped = row?.state === WAITING && !row.sent;
            if (isDropped) store.delete(sequence);
        };
    });
    changed.postMessage("scans");
    return isDropped;
}

// Every scan kept here: the series in hand, what waits, what a person has to settle. One that an undo takes back says
// so as long as the undo waits or was done: it is not written down twice.
export async function all() {
    const rows = await within("scans", "readonly", (store) => store.getAll());
    const taken = new Set(rows.filter(({ takes, state }) => takes && [WAITING, "done"].includes(state)).map(({ takes }) => takes));
    return rows.map((row) => (taken.has(row.sequence) ? { ...row, takenBack: true, state: row.state === "done" ? "undone" : row.state } : row));
}

export const isUnsettled = (row) => OPEN_STATES.includes(row.state) && !row.settled;

// Leave what nobody needs any more: finished scans of earlier series.
export async function tidy(series) {
    const old = (await all()).filter(
        (row) => row.series !== series && row.state !== WAITING && !isUnsettled(row)
    );
    if (old.length) await forget(old.map((row) => row.sequence));
}

export function onChange(listener) {
    const heard = new BroadcastChannel("rebond-bench");
    heard.onmessage = listener;
}
