// What is seen: the setting, the answer, the counts, the last ten. Words come from the page.
import { spell } from "./codes.js";
import { write } from "./modes.js";
import { isUnsettled } from "./queue.js";
import { clock } from "./scans.js";
import * as setting from "./setting.js";
import { spoken, state as known } from "./sync.js";

const WORDS = JSON.parse(document.getElementById("words").textContent);
const LAST = 10;
export const $ = (id) => document.getElementById(id);

export function say(name, named = {}) {
    return (WORDS[name] ?? "").replace(/\{(\w+)\}/g, (whole, key) => named[key] ?? whole);
}

export function show() {
    for (const part of document.querySelectorAll("[data-script]")) part.hidden = false;
}

// What each scan does

export function showSetting() {
    const set = setting.get();
    $("setting-each").textContent = say(set ? "each_scan" : "nothing_set");
    $("setting-act").textContent = set ? setting.labelOf(set.action) : say("choose_act");
    $("change").textContent = say(set ? "change" : "choose");
    $("change").classList.toggle("quiet", Boolean(set));
    const told = set ? setting.inWords(set, say("yes")) : [];
    $("setting-facts").replaceChildren(...told.map(({ label, words }) => {
        const part = document.createElement("span");
        const isTicked = words === say("yes");
        const name = Object.assign(document.createElement("span"), { className: "fact-name", textContent: `${label} ` });
        part.append(...(isTicked ? [] : [name]), Object.assign(document.createElement("strong"), { textContent: isTicked ? label : words }));
        return part;
    }));
    $("card-line").hidden = !set;
    if (set) $("card").search = new URLSearchParams({ m: write(set.action, set.facts) });
    document.title = `${set ? setting.labelOf(set.action) : say("nothing_set")} · Rebond`;
}

// The answer to a scan

const SHAPES = ["done", "already", "refused", "unknown", "elsewhere", "queued", "info"];
const shapeOf = (state) => (SHAPES.includes(state) ? state : state === "waiting" ? "queued" : "info");

export function titleOf(answer) {
    if (answer.state === "done" && answer.words) return answer.words;
    return say(answer.title ?? answer.state, namedIn(answer));
}

const namedIn = ({ named, device, states, nextSteps }) => ({
    state: states?.[device?.state] ?? "",
    next: nextSteps?.[device?.state] ?? "",
    device: device?.words || say("device"),
    ...named,
});

export function moreOf(answer) {
    const parts = [];
    if (answer.why && answer.state !== "done") parts.push(answer.why);
    if (answer.more) parts.push(say(answer.more, namedIn(answer)));
    if (answer.asKnown) parts.push(say("as_known_at", { when: clock(answer.synced) }));
    return parts.join(" ");
}

export function showAnswer(answer) {
    const shape = shapeOf(answer.state);
    const place = $("answer");
    place.className = `answer answer-${shape}`;
    place.querySelector("use").setAttribute("href", `#i-${shape}`);
    const words = [["answer-title", titleOf(answer)], ["answer-more", moreOf(answer)]];
    if (answer.code) words.splice(1, 0, ["answer-code", [spell(answer.code), answer.device?.words].filter(Boolean).join(" · ")]);
    else if (answer.spelled) words.push(["answer-code", answer.spelled]);
    $("answer-words").replaceChildren(...words.filter(([, text]) => text).map(([name, text]) => Object.assign(document.createElement("p"), { className: name, textContent: text })));
    const link = $("answer-link");
    const isNowhere = ["unknown", "elsewhere"].includes(answer.state) && answer.title !== "astray";
    link.hidden = !answer.code || isNowhere || !known.reached;
    if (answer.code) link.href = `/d/${answer.code}/`;
    place.getAnimations?.().forEach((animation) => animation.cancel());
    if (matchMedia("(prefers-reduced-motion: no-preference)").matches) place.animate([{ transform: "scale(0.985)" }, { transform: "none" }], { duration: 160, easing: "ease-out" });
}

// The series

const isAct = (row) => row.action !== "correct" && !row.takes;
const REFUSALS = ["refused", "unknown", "elsewhere"];

export function countsOf(rows) {
    const acts = rows.filter(isAct);
    const number = (states) => acts.filter((row) => states.includes(row.state)).length;
    return { done: number(["done"]), already: number(["already"]), refused: number(REFUSALS), waiting: rows.filter((row) => row.state === "waiting").length };
}

export function showSeries(rows, everything, series) {
    for (const [name, number] of Object.entries(countsOf(rows))) {
        $(`count-${name}`).textContent = number;
        $(`count-${name}`).parentElement.classList.toggle("is-none", number === 0);
    }
    $("since").textContent = rows.length ? say("series_since", { when: clock(rows[0].at) }) : say("series_since", { when: clock(series.since) });
    $("last").replaceChildren(...rows.slice(-LAST).reverse().map((row) => lineOf(row)));
    $("none-yet").hidden = rows.length > 0;
    const open = everything.filter(isUnsettled);
    $("unsettled").hidden = open.length === 0;
    $("unsettled-list").replaceChildren(...open.reverse().map((row) => lineOf(row, { canForget: true })));
}

export function lineOf(row, { canForget = false } = {}) {
    const line = $("line").content.cloneNode(true).firstElementChild;
    line.classList.add(`line-${shapeOf(row.state)}`);
    line.querySelector("use").setAttribute("href", `#i-${shapeOf(row.state)}`);
    const code = line.querySelector(".line-code");
    code.textContent = spell(row.code);
    code.href = `/d/${row.code}/`;
    const time = line.querySelector("time");
    time.textContent = clock(row.at);
    time.dateTime = row.at;
    line.querySelector(".line-words").textContent = lineWords(row);
    const forget = line.querySelector(".line-forget");
    forget.hidden = !canForget;
    forget.dataset.sequence = row.sequence;
    forget.setAttribute("aria-label", `${forget.textContent} ${spell(row.code)}`);
    return line;
}

function lineWords(row) {
    const act = setting.labelOf(row.action);
    if (row.state === "done" && row.action === "correct") return say("numbers_kept");
    if (row.state === "done") return [setting.doneOf(row.action), row.action === "triage" && row.letter && say("class_of", row)].filter(Boolean).join(" · ");
    if (row.state === "undone") return `${act} · ${say("taken_back")}`;
    if (row.state === "waiting") return `${act} · ${say("queued")}`;
    if (row.state === "already") return [act, say("already_done"), row.done && say("already_when", { when: clock(row.done.at), who: spoken(row.done.by_label) })].filter(Boolean).join(" · ");
    return `${act} · ${row.why || say(row.state)}`;
}

export function showSummary(rows, everything) {
    const set = setting.get();
    $("summary-setting").textContent = set ? [setting.labelOf(set.action), ...setting.inWords(set, say("yes")).map(({ label, words }) => (words === say("yes") ? label : words))].join(" · ") : "";
    const counts = document.querySelector(".series .counts").cloneNode(true);
    counts.querySelectorAll("[id]").forEach((part) => part.removeAttribute("id"));
    $("summary-counts").replaceChildren(...counts.children);
    const { waiting } = countsOf(rows);
    $("summary-network").textContent = waiting ? say("waiting", { number: waiting }) : say("all_sent");
    const open = everything.filter(isUnsettled);
    $("summary-refused").hidden = open.length === 0;
    $("summary-list").replaceChildren(...open.reverse().map((row) => lineOf(row)));
}

// The network, and what has to be known about the queue

export function showNetwork({ reached, signedIn, number }) {
    const place = $("network");
    const isWell = reached && signedIn;
    place.classList.toggle("is-off", !isWell);
    const words = say(reached ? "online" : "offline");
    $("network-words").textContent = number ? `${words} · ${say("waiting", { number })}` : words;
}

// Whether this device may be carried where there is no network, and what it knows there.
export function showOffline({ isKept, number, synced }) {
    $("offline").textContent = isKept && synced ? say("works_offline", { number, when: clock(synced) }) : say("needs_network");
}

export function notices(list) {
    const shown = list.map(({ words, signIn }) => {
        const notice = $("notice").content.cloneNode(true);
        notice.querySelector("p").textContent = `${words} `;
        if (signIn) notice.querySelector("p").append($("sign-in-link").content.cloneNode(true));
        return notice;
    });
    $("notices").replaceChildren(...shown);
}

// The camera

export function outline(codes, width, height) {
    const drawing = $("seen");
    drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    drawing.replaceChildren(...codes.map(({ corners }) => {
        const shape = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
        shape.setAttribute("points", corners.map(({ x, y }) => `${x},${y}`).join(" "));
        return shape;
    }));
}

export function press(button, words, icon, isPressed) {
    button.querySelector("span").textContent = words;
    button.querySelector("use").setAttribute("href", `#i-${icon}`);
    if (isPressed !== undefined) button.setAttribute("aria-pressed", String(isPressed));
}
