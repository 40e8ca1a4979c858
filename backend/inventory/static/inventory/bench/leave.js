// Nobody is signed in: what the bench kept for the person before goes. Scans that still have to be sent or settled stay.
(() => {
    "use strict";

    const OF_THE_DEVICE = ["muted", "camera"];
    const UNSETTLED = ["refused", "unknown", "elsewhere"];
    const isOwed = ({ state, settled }) => state === "waiting" || (UNSETTLED.includes(state) && !settled);

    const asked = indexedDB.open("rebond-bench");
    asked.onupgradeneeded = () => asked.transaction.abort(); // no bench was ever opened here
    asked.onsuccess = () => {
        const database = asked.result;
        const going = database.transaction(["scans", "devices", "kept"], "readwrite");
        going.objectStore("devices").clear();
        each(going.objectStore("kept"), (cursor) => OF_THE_DEVICE.includes(cursor.key) || cursor.delete());
        each(going.objectStore("scans"), (cursor) => {
            if (isOwed(cursor.value)) cursor.update({ ...cursor.value, was: null, done: null });
            else cursor.delete();
        });
        going.oncomplete = () => database.close();
    };

    function each(store, work) {
        store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
            if (!cursor) return;
            work(cursor);
            cursor.continue();
        };
    }
})();
