package io.quorate.sim.history;

import io.quorate.sim.history.KvResponse.Branch;
import io.quorate.sim.history.KvResponse.Deleted;
import io.quorate.sim.history.KvResponse.Done;
import io.quorate.sim.history.KvResponse.Pairs;
import io.quorate.sim.history.KvResponse.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The store a second time, changed in place and written without a look at the checkers' own semantics. */
final class PlainKv {
    final List<KvCommit> log = new ArrayList<>();
    private TreeMap<String, KvPair> pairs = new TreeMap<>();
    private List<KvChange> changes = new ArrayList<>();

    long revision() {
        return 1L + log.size();
    }

    /** The store as it was. */
    PlainKv at(long revision) {
        PlainKv past = new PlainKv();
        for (KvCommit commit : log.subList(0, (int) revision - 1)) {
            past.log.add(commit);
            for (KvChange change : commit.changes()) {
                past.pairs.remove(change.key());
                if (change.pair() != null) {
                    past.pairs.put(change.key(), change.pair());
                }
            }
        }
        return past;
    }

    PlainKv copy() {
        return at(revision());
    }

    KvResponse apply(KvRequest request, int operation) {
        changes = new ArrayList<>();
        Result result = run(request);
        if (!changes.isEmpty()) {
            log.add(new KvCommit(revision() + 1, operation, changes));
        }
        return new KvResponse(revision(), result);
    }

    private Result run(KvRequest request) {
        if (request instanceof KvRequest.Put put) {
            write(put.key(), put.value());
            return new Done();
        } else if (request instanceof KvRequest.Delete delete) {
            List<KvPair> gone = find(delete.key(), delete.end());
            for (KvPair pair : gone) {
                pairs.remove(pair.key());
                changes.add(KvChange.deleted(pair.key()));
            }
            return new Deleted(gone.size());
        } else if (request instanceof KvRequest.Range range) {
            return new Pairs(find(range.key(), range.end()));
        }
        KvRequest.Txn txn = (KvRequest.Txn) request;
        boolean yes = txn.conditions().stream().allMatch(this::holds);
        List<Result> results = new ArrayList<>();
        (yes ? txn.success() : txn.failure()).forEach(each -> results.add(run(each)));
        return new Branch(yes, results);
    }

    private void write(String key, String value) {
        long now = revision() + 1;
        KvPair old = pairs.getOrDefault(key, new KvPair(key, "", now, now, 0));
        KvPair pair = new KvPair(key, value, old.createRevision(), now, old.version() + 1);
        pairs.put(key, pair);
        changes.add(KvChange.put(pair));
    }

    private List<KvPair> find(String key, String end) {
        List<KvPair> found = new ArrayList<>();
        for (KvPair pair : pairs.values()) {
            boolean inside = pair.key().compareTo(key) >= 0 && pair.key().compareTo(end) < 0;
            if (end.isEmpty() ? pair.key().equals(key) : inside) {
                found.add(pair);
            }
        }
        return found;
    }

    private boolean holds(KvCondition condition) {
        KvPair pair = pairs.get(condition.key());
        int sign =
                switch (condition.target()) {
                    case VALUE -> pair == null ? 0 : Integer.signum(pair.value().compareTo(condition.value()));
                    case CREATE_REVISION -> Long.compare(pair == null ? 0 : pair.createRevision(), condition.number());
                    case MOD_REVISION -> Long.compare(pair == null ? 0 : pair.modRevision(), condition.number());
                    case VERSION -> Long.compare(pair == null ? 0 : pair.version(), condition.number());
                };
        if (pair == null && condition.target() == KvCondition.Target.VALUE) {
            return false;
        }
        return switch (condition.relation()) {
            case EQUAL -> sign == 0;
            case NOT_EQUAL -> sign != 0;
            case LESS -> sign == -1;
            case GREATER -> sign == 1;
        };
    }
}
