package io.quorate.sim.history;

import io.quorate.raft.SplitMix64;

/** Long runs of 16 clients who all call, are served in any order, and are all answered. */
final class LargeKvRun {
    private static final int CLIENTS = 16;
    private static final int KEYS = 50;

    private LargeKvRun() {}

    static KvRun of(int operations) {
        SplitMix64 random = new SplitMix64(operations);
        PlainKv store = new PlainKv();
        HistoryRecorder<KvRequest, KvResponse> recorder = new HistoryRecorder<>();
        for (long now = 0; recorder.size() < operations; now++) {
            int first = recorder.size();
            KvRequest[] requests = new KvRequest[CLIENTS];
            for (int client = 0; client < CLIENTS; client++) {
                String key = "k" + random.below(KEYS);
                boolean reads = random.below(2) == 0;
                requests[client] = reads ? new KvRequest.Range(key) : new KvRequest.Put(key, "v" + (first + client));
                recorder.call(client, requests[client], now);
            }
            int rotation = random.below(CLIENTS);
            for (int i = 0; i < CLIENTS; i++) {
                int client = (rotation + i) % CLIENTS;
                KvResponse response = store.apply(requests[client], first + client);
                recorder.returned(first + client, response, now);
            }
        }
        return new KvRun(recorder.history().operations(), store.log);
    }
}
