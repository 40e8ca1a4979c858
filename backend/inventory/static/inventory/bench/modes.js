// A mode card's token: an act and its facts in base 32. Agrees with pages/mode_cards.py.
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export function write(action, facts) {
    let bits = 0;
    let held = 0;
    let token = "";
    for (const byte of new TextEncoder().encode(JSON.stringify([action, facts]))) {
        held = (held << 8) | byte;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            token += DIGITS[(held >> bits) & 31];
        }
        held &= (1 << bits) - 1;
    }
    return bits ? token + DIGITS[(held << (5 - bits)) & 31] : token;
}

// {action, facts}, or null for what is no card.
export function read(token) {
    const bytes = [];
    let bits = 0;
    let held = 0;
    for (const digit of token.toUpperCase()) {
        const five = DIGITS.indexOf(digit);
        if (five < 0) return null;
        held = (held << 5) | five;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            bytes.push((held >> bits) & 255);
            held &= (1 << bits) - 1;
        }
    }
    try {
        const [action, facts] = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes)));
        return typeof action === "string" && facts && typeof facts === "object" ? { action, facts } : null;
    } catch {
        return null;
    }
}
