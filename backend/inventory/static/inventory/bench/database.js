// What this device keeps: `scans` (the queue and the series), `devices` (known in house), `kept` (everything else).
const NAME = "rebond-bench";
let opened = null;

function open() {
    opened ??= new Promise((resolve, reject) => {
        const asked = indexedDB.open(NAME, 1);
        asked.onupgradeneeded = () => {
            const database = asked.result;
            const scans = database.createObjectStore("scans", { keyPath: "sequence", autoIncrement: true });
            scans.createIndex("state", ["membership", "state", "sequence"]);
            scans.createIndex("client_id", "client_id", { unique: true });
            database.createObjectStore("devices", { keyPath: "key" });
            database.createObjectStore("kept");
        };
        asked.onsuccess = () => {
            asked.result.onversionchange = () => asked.result.close();
            resolve(asked.result);
        };
        asked.onerror = () => reject(asked.error);
    });
    return opened;
}

// Run `work` on a store in one transaction; done when it is on the disk, with what `work`'s request found.
export async function within(store, mode, work) {
    const database = await open();
    return new Promise((resolve, reject) => {
        const transaction = database.transaction(store, mode, { durability: "strict" });
        const request = work(transaction.objectStore(store));
        transaction.oncomplete = () => resolve(request?.result);
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
}

export const recall = (name) => within("kept", "readonly", (store) => store.get(name));
export const keep = (name, said) => within("kept", "readwrite", (store) => store.put(said, name));
