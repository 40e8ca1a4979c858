// A USB or Bluetooth scanner types like a keyboard, wherever the focus is, and ends with Enter or Tab.
// Both what the keys said and where they lie is kept: a scanner set to a US keyboard garbles on a French one.
import { understand } from "./codes.js";

const FAST_MS = 60; // between two keys of a scanner; people are slower
const FORGET_MS = 1200;
const FEWEST = 6;
const SHIFTED = { Semicolon: ":", Slash: "?", Minus: "_", Equal: "+", Digit7: "&", Digit5: "%", Digit3: "#" };
const PLAIN = { Semicolon: ";", Slash: "/", Minus: "-", Equal: "=", Period: ".", Comma: ",", NumpadDivide: "/", NumpadSubtract: "-", NumpadDecimal: "." };

function onUsKeyboard(event) {
    const { code, shiftKey } = event;
    if (shiftKey && SHIFTED[code]) return SHIFTED[code];
    if (code.startsWith("Key")) return code.slice(3);
    if (/^(Digit|Numpad)\d$/.test(code)) return code.at(-1);
    return PLAIN[code] ?? "";
}

const isEditable = (element) =>
    element instanceof HTMLElement &&
    (element.isContentEditable || (element.matches("input, textarea, select") && !element.matches("[type=checkbox], [type=radio], [type=button], [type=file]")));

// `take(text)` gets what was scanned. `other(text)` gets a text that is no code of ours, and says whether it took it.
export function listen({ take, other, field }) {
    let keys = "";
    let places = "";
    let last = 0;
    let slowest = 0;
    let before = "";

    const forget = () => {
        keys = places = "";
        slowest = 0;
    };

    const best = () => {
        const said = [keys, places].find((text) => understand(text).kind !== "fault");
        return said ?? keys;
    };

    const ends = (event) => {
        const target = event.target;
        const text = best();
        const isScan = understand(text).kind !== "fault";
        const isFast = (keys.length >= FEWEST && slowest < FAST_MS) || (isScan && text.includes("/")); // nobody types an address as a serial number
        forget();
        if (isEditable(target) && !isFast) return; // somebody types
        if (text.length < FEWEST) return; // Enter on a button is a press of it
        if (isEditable(target) && target !== field && !isScan) return; // a barcode for the field it went into
        event.preventDefault();
        event.stopPropagation();
        if (target === field) empty();
        else if (isEditable(target)) restore(target);
        if (isScan || !other(text)) take(text);
    };

    const empty = () => {
        field.value = "";
        field.dispatchEvent(new Event("input", { bubbles: true }));
    };

    const restore = (target) => {
        if ("value" in target && target.tagName !== "SELECT") {
            target.value = before;
            target.dispatchEvent(new Event("input", { bubbles: true }));
        }
    };

    const heard = (event) => {
        if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
        const now = event.timeStamp;
        if (event.key === "Enter" || event.key === "Tab") {
            if (keys) ends(event);
            return;
        }
        if (event.key.length !== 1) return;
        if (keys && now - last > FORGET_MS) forget();
        if (!keys) before = event.target.value ?? "";
        else slowest = Math.max(slowest, now - last);
        last = now;
        keys += event.key;
        places += onUsKeyboard(event);
        if (isEditable(event.target)) return;
        if (event.key === " " && keys === " ") forget(); // a press of Space on a button
        else if (!document.querySelector("dialog[open]")) field.focus({ preventScroll: true }); // the key lands there
    };

    document.addEventListener("keydown", heard, { capture: true });
}
