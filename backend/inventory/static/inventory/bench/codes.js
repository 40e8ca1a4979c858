// What was scanned or typed: a device's code, a place, a lot, a mode card. Agrees with backend/core/codes.py.
export const ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
export const LENGTH = 8;
const LONGEST_INPUT = 300;
const IN_A_URL = /\/D\/([^/?#\s]+)/i;
const SPACING = /[\s\-\u2010-\u2015.]+/g;
const OTHERS = [
    ["place", /\/P\/(\d{1,15})\/?(?:[?#].*)?$/i],
    ["lot", /\/LOT\/(\d{1,15})\/?(?:[?#].*)?$/i],
    ["mode", /\/M\/([A-Z2-7]+)\/?$/i],
];

const value = (symbol) => ALPHABET.indexOf(symbol);

// The symbol that completes eight symbols: 9 × 7 = 63 = 2 × 31 + 1, so 7 is the inverse of 9.
export function checkSymbol(body) {
    let total = 0;
    for (let place = 0; place < LENGTH; place += 1) total += (place + 1) * value(body[place]);
    const modulus = ALPHABET.length;
    return ALPHABET[(((-total * 7) % modulus) + modulus) % modulus];
}

export const spell = (code) => `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`;

function bareOf(text) {
    const address = IN_A_URL.exec(text);
    return (address ? address[1] : text).replace(SPACING, "").toUpperCase();
}

// {code} or {fault}: "not_a_code", "misread".
export function read(text) {
    if (text.length > LONGEST_INPUT) return { fault: "not_a_code" };
    const bare = bareOf(text);
    const isWhole = bare.length === LENGTH + 1 && [...bare].every((symbol) => ALPHABET.includes(symbol));
    if (!isWhole) return { fault: "not_a_code" };
    return checkSymbol(bare) === bare[LENGTH] ? { code: bare } : { fault: "misread" };
}

// What a scan names: {kind: "device", code} · {kind: "place" | "lot", id} · {kind: "mode", token} · {kind: "fault", fault}.
export function understand(text) {
    for (const [kind, pattern] of OTHERS) {
        const found = pattern.exec(text);
        if (!found) continue;
        return kind === "mode" ? { kind, token: found[1].toUpperCase() } : { kind, id: Number(found[1]) };
    }
    const said = read(text);
    return said.code ? { kind: "device", code: said.code } : { kind: "fault", fault: said.fault };
}

// How far somebody who types has come: {odd} · {left} · {fault} · {code}.
export function progress(text) {
    const bare = bareOf(text);
    const odd = [...bare].find((symbol) => !ALPHABET.includes(symbol));
    if (odd) return { odd };
    return bare.length <= LENGTH ? { left: LENGTH + 1 - bare.length } : read(text);
}
