package io.quorate.sim.history;

import io.quorate.raft.SplitMix64;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clients of a store that does one operation after another: requests, effects and answers interleave at random, some
 * operations are refused, of some the answer is lost, before the effect or after. With a flaw the store errs once in a
 * while; whether that shows is left to chance.
 */
final class RandomKv {
    /** A bug of the store. */
    enum Flaw {
        NONE,
        STALE_READ,
        LOST_WRITE,
        DUPLICATE_EFFECT,
        REFUSED_TAKES_EFFECT,
        WRONG_REVISION,
        WRONG_VALUE,
        ANSWER_BEFORE_EFFECT,
        SWAPPED_LOG
    }

    private static final class Open {
        private final int id;
        private final KvRequest request;
        private final int client;
        private @Nullable KvResponse response;

        Open(int id, KvRequest request, int client) {
            this.id = id;
            this.request = request;
            this.client = client;
        }
    }

    private static final List<KvCondition.Target> TARGETS = List.of(KvCondition.Target.values());
    private static final List<KvCondition.Relation> RELATIONS = List.of(KvCondition.Relation.values());

    private final SplitMix64 random;
    private final Flaw flaw;
    private final PlainKv store = new PlainKv();
    private final HistoryRecorder<KvRequest, KvResponse> recorder = new HistoryRecorder<>();
    private final List<Integer> free = new ArrayList<>();
    private final List<Open> open = new ArrayList<>();

    /** Nobody waits for them any more, and they may still take effect. */
    private final List<Open> forgotten = new ArrayList<>();

    private final int keys;
    private long now;

    RandomKv(long seed, Flaw flaw, int clients, int keys) {
        this.random = new SplitMix64(seed);
        this.flaw = flaw;
        this.keys = keys;
        for (int client = 0; client < clients; client++) {
            free.add(client);
        }
    }

    KvRun run(int operations) {
        while (recorder.size() < operations || !open.isEmpty()) {
            now += random.below(3);
            if (!free.isEmpty() && recorder.size() < operations && random.below(2) == 0) {
                call();
            } else if (!forgotten.isEmpty() && random.below(4) == 0) {
                Open late = forgotten.remove(random.below(forgotten.size()));
                store.apply(late.request, late.id);
            } else if (!open.isEmpty()) {
                proceed(open.get(random.below(open.size())));
            }
        }
        if (flaw == Flaw.SWAPPED_LOG && store.log.size() > 1) {
            swap(random.below(store.log.size() - 1));
        }
        return new KvRun(recorder.history().operations(), store.log);
    }

    private void swap(int at) {
        KvCommit first = store.log.get(at);
        KvCommit second = store.log.get(at + 1);
        store.log.set(at, new KvCommit(first.revision(), second.operation(), second.changes()));
        store.log.set(at + 1, new KvCommit(second.revision(), first.operation(), first.changes()));
    }

    private void call() {
        int client = free.remove(random.below(free.size()));
        KvRequest request = request(recorder.size());
        open.add(new Open(recorder.call(client, request, now), request, client));
    }

    private void proceed(Open one) {
        if (random.below(12) == 0) {
            recorder.unknown(one.id, now);
            if (one.response == null && random.below(2) == 0) {
                forgotten.add(one);
            }
            leave(one);
        } else if (one.response != null) {
            recorder.returned(one.id, one.response, now);
            leave(one);
        } else if (random.below(12) == 0) {
            if (errs(Flaw.REFUSED_TAKES_EFFECT)) {
                store.apply(one.request, one.id);
            }
            recorder.refused(one.id, now);
            leave(one);
        } else if (errs(Flaw.ANSWER_BEFORE_EFFECT)) {
            recorder.returned(one.id, store.copy().apply(one.request, one.id), now);
            forgotten.add(one);
            leave(one);
        } else {
            one.response = perform(one);
        }
    }

    private void leave(Open one) {
        open.remove(one);
        free.add(one.client);
    }

    private boolean errs(Flaw kind) {
        return flaw == kind && random.below(2) == 0;
    }

    private KvResponse perform(Open one) {
        boolean isRead = one.request instanceof KvRequest.Range;
        if (one.request.isSerializable() || (isRead && errs(Flaw.STALE_READ))) {
            return store.at(Math.max(1, store.revision() - random.below(3))).apply(one.request, one.id);
        }
        if (errs(Flaw.LOST_WRITE)) {
            return store.copy().apply(one.request, one.id);
        }
        KvResponse response = store.apply(one.request, one.id);
        if (errs(Flaw.DUPLICATE_EFFECT)) {
            return store.apply(one.request, one.id);
        }
        if (errs(Flaw.WRONG_REVISION)) {
            return new KvResponse(response.revision() + random.below(3) - 1, response.result());
        }
        if (isRead && errs(Flaw.WRONG_VALUE)) {
            KvResponse past =
                    store.at(1L + random.below((int) store.revision())).apply(one.request, one.id);
            return new KvResponse(response.revision(), past.result());
        }
        return response;
    }

    private KvRequest request(int id) {
        String value = "v" + id;
        return switch (random.below(9)) {
            case 0, 1, 2 -> new KvRequest.Put(key(), value);
            case 3 -> new KvRequest.Delete(key());
            case 4 -> new KvRequest.Range("k0", "k" + keys, random.below(2) == 0);
            case 5 -> new KvRequest.Range(key(), KvRequest.ONE_KEY, random.below(2) == 0);
            case 6 -> new KvRequest.Range(key());
            case 7 ->
                new KvRequest.Txn(
                        List.of(condition()),
                        List.of(new KvRequest.Put(key(), value)),
                        List.of(new KvRequest.Range(key())));
            default ->
                new KvRequest.Txn(
                        List.of(),
                        List.of(
                                new KvRequest.Delete(key(), "k" + keys),
                                new KvRequest.Put(key(), value),
                                new KvRequest.Range("k0", "k" + keys, false)),
                        List.of());
        };
    }

    private KvCondition condition() {
        KvCondition.Target target = TARGETS.get(random.below(TARGETS.size()));
        KvCondition.Relation relation = RELATIONS.get(random.below(RELATIONS.size()));
        return new KvCondition(key(), target, relation, random.below(4), "v" + random.below(10));
    }

    private String key() {
        return "k" + random.below(keys);
    }
}
