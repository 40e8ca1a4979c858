// What each scan does, set once: in a form of the page, by a mode card, or by scanning a place.
import { keep, recall } from "./database.js";
import { state } from "./sync.js";

export const OPEN = "open";
let current = null; // {action, facts, asksNumbers}
const listeners = [];

export const get = () => current;
export const onChange = (listener) => listeners.push(listener);
const nameOf = () => `setting:${state.who?.membership ?? 0}`;

export async function start() {
    current = (await recall(nameOf())) ?? null;
}

export async function set(next) {
    current = next;
    await keep(nameOf(), next);
    for (const listener of listeners) listener(next);
}

export const formOf = (action) => document.querySelector(`form[data-action="${CSS.escape(action)}"]`);
export const labelOf = (action) => formOf(action)?.dataset.label ?? action;
const saidBy = (form) => JSON.parse(form.dataset.facts);
export const alwaysOf = (action) => (formOf(action) ? saidBy(formOf(action)).always : {});
export const doneOf = (action) => formOf(action)?.dataset.done ?? "";

// Offer what this workshop chooses from, and only the acts of this role.
export function fill() {
    for (const select of document.querySelectorAll("select[data-choices]")) {
        const kept = select.value;
        const empty = select.options[0];
        const options = (state.choices[select.dataset.choices] ?? []).map(({ value, words }) => new Option(words, value));
        select.replaceChildren(empty, ...options);
        select.value = kept;
        if (select.selectedIndex < 0) select.value = "";
    }
    for (const place of document.querySelectorAll("[data-checklists]")) place.replaceChildren(...state.checklists.map(listOf));
    for (const tile of document.querySelectorAll("[data-choose]")) {
        tile.hidden = tile.dataset.choose !== OPEN && !state.acts.has(tile.dataset.choose);
    }
    for (const group of document.querySelectorAll("[data-group]")) {
        group.hidden = !group.querySelector("[data-choose]:not([hidden])");
    }
}

// What the check asks of some kinds; the first list stands open.
function listOf({ words, points }, place) {
    const list = document.getElementById("checklist").content.cloneNode(true).firstElementChild;
    list.open = place === 0;
    list.querySelector("summary").textContent = `${words} (${points.length})`;
    list.querySelector("ul").replaceChildren(...points.map((point) => Object.assign(document.createElement("li"), { textContent: point })));
    return list;
}

const READ = {
    number: Number,
    truth: (said) => said === "yes",
    moment: (said) => new Date(said).toISOString(),
    grams: (said) => Math.round(Number(said) * 1000),
};
const WRITE = {
    truth: (said) => (said ? "yes" : "no"),
    moment: (said) => localMoment(new Date(said)),
    grams: (said) => said / 1000,
};

export function localMoment(moment) {
    const here = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
    return here.toISOString().slice(0, 16);
}

const fieldsOf = (form) => [...form.elements].filter((field) => field.name);

// A field that is needed only where another is empty; a moment that comes after another.
export function mindNeeds(form) {
    for (const field of form.querySelectorAll("[data-needed-without]")) {
        field.required = !form.elements[field.dataset.neededWithout].value;
    }
    for (const field of form.querySelectorAll("[data-after]")) {
        const before = form.elements[field.dataset.after].value;
        field.setCustomValidity(field.value && before && field.value <= before ? field.dataset.afterWords : "");
    }
}

export function readForm(form) {
    const facts = {};
    for (const field of fieldsOf(form)) {
        if (field.dataset.as === "none" || (field.type === "radio" && !field.checked)) continue;
        if (field.type === "checkbox") facts[field.name] = field.checked;
        else if (field.value) facts[field.name] = (READ[field.dataset.as] ?? String)(field.value);
    }
    if (!Object.keys(facts).length) Object.assign(facts, saidBy(form).otherwise);
    return { action: form.dataset.action, facts, asksNumbers: Boolean(form.elements.asks_numbers?.checked) };
}

// Show a setting in its form again, so that changing it starts from it.
export function writeForm(form, { facts, asksNumbers }) {
    for (const field of fieldsOf(form)) {
        const said = facts[field.name];
        if (field.name === "asks_numbers") field.checked = Boolean(asksNumbers);
        else if (said === undefined || field.dataset.as === "none") continue;
        else if (field.type === "radio") field.checked = field.value === String(said);
        else if (field.type === "checkbox") field.checked = Boolean(said);
        else field.value = (WRITE[field.dataset.as] ?? String)(said);
    }
}

// A setting in words: the answer of each field that was filled in.
export function inWords({ action, facts, asksNumbers }, yes) {
    const form = formOf(action);
    if (!form) return [];
    const told = [];
    for (const field of fieldsOf(form)) {
        const said = field.name === "asks_numbers" ? asksNumbers : facts[field.name];
        if (said === undefined || said === null || said === "" || said === false) continue;
        if (field.type === "radio" && field.value !== String(said)) continue;
        told.push({ label: labelWords(form, field), words: wordsOf(field, said, yes) });
    }
    return told;
}

const labelWords = (form, field) => {
    const label = field.type === "radio" ? field.closest("fieldset")?.querySelector("legend") : form.querySelector(`label[for="${CSS.escape(field.id)}"]`);
    const copy = label.cloneNode(true);
    copy.querySelector(".optional")?.remove();
    return copy.textContent.trim();
};

function wordsOf(field, said, yes) {
    if (field.type === "radio") return field.closest("label").textContent.trim();
    if (said === true && field.type === "checkbox") return yes;
    if (field.tagName === "SELECT") {
        const value = String((WRITE[field.dataset.as] ?? String)(said));
        return [...field.options].find((option) => option.value === value)?.text ?? value;
    }
    if (field.dataset.as === "moment") return new Date(said).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
    return String((WRITE[field.dataset.as] ?? String)(said));
}

// Whether a card's act and choices are this person's.
export function fits({ action, facts }) {
    if (action === OPEN) return true;
    const form = formOf(action);
    if (!form || !state.acts.has(action)) return false;
    return fieldsOf(form).every((field) => {
        const said = facts[field.name];
        if (!field.dataset.choices || said === undefined || said === null) return true;
        return (state.choices[field.dataset.choices] ?? []).some(({ value }) => value === said);
    });
}

// What a chosen row brings along (a line announces maker and model).
export function broughtBy(facts) {
    const line = (state.choices.line ?? []).find(({ value }) => value === facts.line);
    return line?.facts ?? {};
}

export const wordsOfChoice = (source, id) => (state.choices[source] ?? []).find(({ value }) => value === id)?.words;
