package io.quorate.sim.history;

import io.quorate.raft.SplitMix64;
import io.quorate.sim.history.KvResponse.Pairs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Ways to spoil a right run so that it is surely wrong; each looks first for a place where it would be, and where it
 * can make the rest of the run consistent with the error, it does.
 */
enum Spoiler {
    /** A read answers as the store was at a revision before one that was answered before the read was called. */
    STALE_READ(RevisionRule.READS_ARE_FRESH, RevisionRule.SESSION_ORDER) {
        @Override
        Optional<KvRun> spoil(KvRun run, SplitMix64 random) {
            return pick(run, random, one -> isFreshRead(one) && answeredBefore(run, one) > 1)
                    .map(read -> {
                        long old = 1L + random.below((int) answeredBefore(run, read) - 1);
                        return run.withAnswer(read, run.store().at(old).apply(read.input(), read.id()));
                    });
        }
    },
    /** A read answers with the current revision, and the content of an older one. */
    STALE_CONTENT(RevisionRule.ANSWER_MATCHES) {
        @Override
        Optional<KvRun> spoil(KvRun run, SplitMix64 random) {
            return pick(run, random, Spoiler::isFreshRead).flatMap(read -> {
                long old = 1L + random.below((int) revision(read));
                KvResponse then = run.store().at(old).apply(read.input(), read.id());
                KvResponse mixed = new KvResponse(revision(read), then.result());
                return mixed.equals(read.output()) ? Optional.empty() : Optional.of(run.withAnswer(read, mixed));
            });
        }
    },
    /** All goes on as if an answered write had not been; only its own answer is left of it. */
    LOST_WRITE(RevisionRule.ANSWERED_WRITES_STAY, RevisionRule.REVISION_WAS_REACHED, RevisionRule.ANSWER_MATCHES) {
        @Override
        Optional<KvRun> spoil(KvRun run, SplitMix64 random) {
            return pick(run, random, one -> one.hasReturned() && run.isInLog(one))
                    .flatMap(lost -> {
                        List<Integer> order = order(run);
                        int at = order.indexOf(lost.id());
                        order.remove(at);
                        return replay(run, order, revision -> revision >= at + 2 ? revision - 1 : revision)
                                .map(rest -> rest.withAnswer(lost, output(lost)));
                    });
        }
    },
    /** Two writes, the one over before the other was called, happen the other way round. */
    SWAPPED_ORDER(RevisionRule.WRITES_FOLLOW, RevisionRule.SESSION_ORDER) {
        @Override
        Optional<KvRun> spoil(KvRun run, SplitMix64 random) {
            Predicate<Operation<KvRequest, KvResponse>> hasFollower =
                    one -> !followers(run, one).isEmpty();
            return pick(run, random, one -> run.isInLog(one) && hasFollower.test(one))
                    .flatMap(first -> {
                        List<Integer> later = followers(run, first);
                        List<Integer> order = order(run);
                        int second = later.get(random.below(later.size()));
                        Collections.swap(order, order.indexOf(first.id()), order.indexOf(second));
                        return replay(run, order, revision -> revision);
                    });
        }
    },
    /** A write takes effect a second time, later. */
    DUPLICATE_EFFECT(RevisionRule.TAKES_EFFECT_ONCE) {
        @Override
        Optional<KvRun> spoil(KvRun run, SplitMix64 random) {
            return pick(run, random, run::isInLog).flatMap(twice -> {
                List<Integer> order = order(run);
                int from = order.indexOf(twice.id()) + 1;
                int at = from + random.below(order.size() - from + 1);
                order.add(at, twice.id());
                return replay(run, order, revision -> revision >= at + 2 ? revision + 1 : revision);
            });
        }
    },
    /** A read, fresh or not, answers a value that was never there. */
    WRONG_VALUE(RevisionRule.ANSWER_MATCHES, RevisionRule.SERIALIZABLE_ANSWER_MATCHES) {
        @Override
        Optional<KvRun> spoil(KvRun run, SplitMix64 random) {
            return pick(run, random, one -> !pairs(one).isEmpty()).map(read -> {
                List<KvPair> wrong = new ArrayList<>(pairs(read));
                int at = random.below(wrong.size());
                KvPair old = wrong.get(at);
                wrong.set(
                        at,
                        new KvPair(
                                old.key(), old.value() + "!", old.createRevision(), old.modRevision(), old.version()));
                return run.withAnswer(read, new KvResponse(revision(read), new Pairs(wrong)));
            });
        }
    },
    /** A write that is in the log was refused. */
    REFUSED_TOOK_EFFECT(RevisionRule.REFUSED_NEVER_TOOK_EFFECT) {
        @Override
        Optional<KvRun> spoil(KvRun run, SplitMix64 random) {
            return pick(run, random, one -> run.isInLog(one) && one.hasReturned())
                    .map(run::withRefusal);
        }
    },
    /** A read, fresh or not, tells of a write that is called only after the read is over. */
    FROM_THE_FUTURE(RevisionRule.WRITES_FOLLOW, RevisionRule.SESSION_ORDER) {
        @Override
        Optional<KvRun> spoil(KvRun run, SplitMix64 random) {
            Predicate<Operation<KvRequest, KvResponse>> isRead = one -> one.input() instanceof KvRequest.Range;
            return pick(
                            run,
                            random,
                            one -> isRead.test(one) && !followers(run, one).isEmpty())
                    .map(read -> {
                        List<Integer> later = followers(run, read);
                        int write = later.get(random.below(later.size()));
                        long future = 2L + order(run).indexOf(write);
                        return run.withAnswer(read, run.store().at(future).apply(read.input(), read.id()));
                    });
        }
    },
    /** A write is answered with a revision near its own. */
    WRONG_REVISION(RevisionRule.ANSWER_NAMES_ITS_REVISION) {
        @Override
        Optional<KvRun> spoil(KvRun run, SplitMix64 random) {
            return pick(run, random, one -> one.hasReturned() && run.isInLog(one))
                    .map(write -> {
                        long wrong = revision(write) + (random.below(2) == 0 ? 1 : -1);
                        return run.withAnswer(
                                write, new KvResponse(wrong, output(write).result()));
                    });
        }
    },
    /** A change is in the log that nobody called. */
    INVENTED_WRITE(RevisionRule.CHANGES_WERE_ASKED_FOR) {
        @Override
        Optional<KvRun> spoil(KvRun run, SplitMix64 random) {
            PlainKv store = run.store();
            store.apply(new KvRequest.Put("k0", "invented"), run.operations().size());
            return Optional.of(new KvRun(run.operations(), store.log));
        }
    },
    /** The log has another value than the one that was asked for. */
    CHANGED_EFFECT(RevisionRule.CHANGES_ARE_WHAT_WAS_ASKED) {
        @Override
        Optional<KvRun> spoil(KvRun run, SplitMix64 random) {
            return pick(run, random, run::isInLog).map(write -> {
                int at = order(run).indexOf(write.id());
                KvCommit right = run.log().get(at);
                List<KvChange> changes = new ArrayList<>(right.changes());
                changes.set(0, KvChange.put(new KvPair("k0", "changed", 2, right.revision(), 1)));
                List<KvCommit> log = new ArrayList<>(run.log());
                log.set(at, new KvCommit(right.revision(), write.id(), changes));
                return new KvRun(run.operations(), log);
            });
        }
    };

    private final Set<RevisionRule> expected;

    Spoiler(RevisionRule first, RevisionRule... others) {
        expected = EnumSet.of(first, others);
    }

    /** The rules of which at least one must be broken; what follows from that may break others. */
    Set<RevisionRule> expected() {
        return expected;
    }

    /** The spoiled run; empty if this run has no place for it. */
    abstract Optional<KvRun> spoil(KvRun run, SplitMix64 random);

    private static Optional<Operation<KvRequest, KvResponse>> pick(
            KvRun run, SplitMix64 random, Predicate<Operation<KvRequest, KvResponse>> fits) {
        List<Operation<KvRequest, KvResponse>> fitting =
                run.operations().stream().filter(fits).toList();
        return fitting.isEmpty() ? Optional.empty() : Optional.of(fitting.get(random.below(fitting.size())));
    }

    private static boolean isFreshRead(Operation<KvRequest, KvResponse> one) {
        return one.hasReturned()
                && one.input() instanceof KvRequest.Range
                && !one.input().isSerializable();
    }

    private static KvResponse output(Operation<KvRequest, KvResponse> one) {
        return Optional.ofNullable(one.output()).orElseThrow();
    }

    private static long revision(Operation<KvRequest, KvResponse> one) {
        return output(one).revision();
    }

    private static List<KvPair> pairs(Operation<KvRequest, KvResponse> one) {
        return one.output() != null && one.output().result() instanceof Pairs pairs ? pairs.pairs() : List.of();
    }

    /** The highest revision that was answered before this was called. */
    private static long answeredBefore(KvRun run, Operation<KvRequest, KvResponse> one) {
        return run.operations().stream()
                .filter(other -> other.hasReturned() && other.precedes(one))
                .mapToLong(Spoiler::revision)
                .max()
                .orElse(1);
    }

    /** The writes of the log that were called after this was answered. */
    private static List<Integer> followers(KvRun run, Operation<KvRequest, KvResponse> one) {
        return run.operations().stream()
                .filter(other -> one.hasReturned() && one.precedes(other) && run.isInLog(other))
                .map(Operation::id)
                .toList();
    }

    /** Who wrote, revision by revision. */
    private static List<Integer> order(KvRun run) {
        List<Integer> order = new ArrayList<>();
        run.log().forEach(commit -> order.add(commit.operation()));
        return order;
    }

    private interface Shift {
        long of(long revision);
    }

    /**
     * The run as it would have been had the writes come in another order: log and answers made anew. Readers stay where
     * they were, but for a shift. Empty if a write would write nothing there, or what wrote nothing would write.
     */
    private static Optional<KvRun> replay(KvRun run, List<Integer> order, Shift readers) {
        PlainKv store = new PlainKv();
        KvRun replayed = run;
        for (int id : order) {
            Operation<KvRequest, KvResponse> write = run.operations().get(id);
            long before = store.revision();
            KvResponse answer = store.apply(write.input(), id);
            if (store.revision() == before) {
                return Optional.empty();
            }
            replayed = write.hasReturned() ? replayed.withAnswer(write, answer) : replayed;
        }
        for (Operation<KvRequest, KvResponse> one : run.operations()) {
            if (one.hasReturned() && !run.isInLog(one)) {
                PlainKv then = store.at(readers.of(revision(one)));
                long before = then.revision();
                replayed = replayed.withAnswer(one, then.apply(one.input(), one.id()));
                if (then.revision() != before) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(new KvRun(replayed.operations(), store.log));
    }
}
