// What can be told of a scan without network, by the table that the server gave. The server decides in the end.

// null: nothing speaks against it. Else {state: "already" | "refused"} with the names of the words that say so.
export function check(rule, device, facts) {
    if (!rule || rule.action === "undo") return null;
    if (rule.action === "receive") return device ? { state: "already", title: "already_so" } : null;
    if (!device) return null;
    if (isThere(rule, device, facts)) return { state: "already", title: "already_so" };
    if (rule.sources.length && !rule.sources.includes(device.state)) return { state: "refused", more: "wrong_state" };
    if (rule.needs_data_gone && device.pending_units > 0) return { state: "refused", more: "with_data" };
    if (rule.needs_unlocked && device.is_locked) return { state: "refused", more: "locked" };
    return null;
}

const target = (rule, facts) => rule.decisions[facts.decision] ?? rule.leads_to;

function isThere(rule, device, facts) {
    if (rule.clears_data) return device.pending_units === 0;
    if (rule.unlocks) return device.is_locked === false;
    if (rule.action === "place") return ["location", "lot"].every((axis) => facts[axis] === undefined || facts[axis] === device[axis]);
    const leadsTo = target(rule, facts);
    return leadsTo === device.state && !rule.sources.includes(device.state);
}

// The device as it will be when the scan is applied.
export function after(rule, device, facts, code) {
    if (rule?.action === "receive") {
        return { codes: [code], kind: facts.kind ?? "", state: rule.leads_to, location: facts.location ?? null, lot: null, words: "" };
    }
    if (!rule || !device) return device;
    const next = { ...device };
    if (rule.clears_data && device.pending_units > 0) next.pending_units -= 1;
    if (rule.unlocks) next.is_locked = false;
    if (facts.is_locked !== undefined) next.is_locked = facts.is_locked;
    if (rule.action === "place") Object.assign(next, facts);
    next.state = target(rule, facts) ?? device.state;
    return next;
}
