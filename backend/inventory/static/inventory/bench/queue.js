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

export async function put(rows) {
    await within("scans", "readwrite", (store) => {
        for (const row of rows) store.put(row);
    });
    changed.postMessage("scans");
}

export const get = (sequence) => within("scans", "readonly", (store) => store.get(sequence));

export async function forget(sequences) {
    await within("scans", "readwrite", (store) => {
        for (const sequence of sequences) store.delete(sequence);
    });
    changed.postMessage("scans");
}

export const waiting = (membership, most) =>
    within("scans", "readonly", (store) => store.index("state").getAll(ofState(membership, WAITING), most));

// Every scan kept here: the series in hand, what waits, what a person has to settle.
export const all = () => within("scans", "readonly", (store) => store.getAll());

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
