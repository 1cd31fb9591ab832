package io.quorate.raft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * What is always true of one core, and of one core before and after an input: each a sentence and the check of it. What is
 * true only between members (election safety, log matching, leader completeness, state machine safety: paper figure 3) is
 * checked by whoever holds several. Tests and the simulator check all of these after every step.
 */
public enum Invariant {
    TERM_NEVER_FALLS("currentTerm never falls (figure 2)", (before, after) -> after.term >= before.term),
    VOTE_IS_GIVEN_ONCE(
            "in one term a vote once given stays with whom it was given (5.2)",
            (before, after) -> after.term != before.term || before.votedFor == 0 || after.votedFor == before.votedFor),
    LEADER_OF_A_TERM_STAYS(
            "the leader that is known of a term is never another one in that term (5.2)",
            (before, after) -> after.term != before.term
                    || before.leader == 0
                    || after.leader == 0
                    || after.leader == before.leader),
    COMMIT_NEVER_FALLS("commitIndex never falls", (before, after) -> after.commitIndex >= before.commitIndex),
    APPLIED_NEVER_FALLS("lastApplied never falls", (before, after) -> after.lastApplied >= before.lastApplied),
    COMMITTED_ENTRIES_STAY(
            "an entry at or below commitIndex is never dropped or replaced (figure 3)",
            (before, after) -> after.samePrefix(before, before.commitIndex)),
    LEADER_APPENDS_ONLY(
            "a leader never drops or replaces an entry of its log (figure 3)",
            (before, after) -> !before.leadsSameTermAs(after) || after.samePrefix(before, before.lastIndex)),
    LEADER_COMMITS_OWN_TERM(
            "a leader moves commitIndex only to entries of its own term (5.4.2)",
            (before, after) -> after.role != RoleName.LEADER
                    || !before.leadsSameTermAs(after)
                    || after.commitIndex == before.commitIndex
                    || after.commitIndex >= after.termStartIndex),
    MATCH_NEVER_FALLS(
            "within a leader's term no matchIndex falls (figure 2)",
            (before, after) -> !before.leadsSameTermAs(after) || neverFalls(before.match, after.match)),
    ROLES_CHANGE_BY_THE_TABLE(
            "a role follows another only as the table of transitions says (figure 4, thesis 9.6)",
            (before, after) -> after.mayFollow(before)),
    INDEXES_ARE_ORDERED(
            "mark ≤ lastApplied ≤ handed out ≤ commitIndex ≤ lastIndex, and persistedIndex ≤ lastIndex",
            (before, now) -> now.markIndex <= now.lastApplied
                    && now.lastApplied <= now.handedOut
                    && now.handedOut <= now.commitIndex
                    && now.commitIndex <= now.lastIndex
                    && now.persistedIndex <= now.lastIndex),
    TERMS_RISE_ALONG_THE_LOG(
            "terms never fall along the log, and none is later than currentTerm",
            (before, now) -> isRising(now.runTerm) && isRising(now.runFirst) && now.lastTerm() <= now.term),
    LEADER_VOTED_FOR_ITSELF(
            "a leader's term and its vote for itself are durable (5.2)",
            (before, now) -> now.role != RoleName.LEADER
                    || (now.votedFor == now.self && now.voteDurable && now.leader == now.self)),
    CANDIDATE_VOTED_FOR_ITSELF(
            "a candidate has given its vote to itself, and knows no leader (5.2)",
            (before, now) -> now.role != RoleName.CANDIDATE || (now.votedFor == now.self && now.leader == 0)),
    ONLY_VOTERS_CAMPAIGN(
            "a member that is no voter of its newest membership is no candidate",
            (before, now) -> now.isVoter || now.role == RoleName.FOLLOWER || now.role == RoleName.LEADER),
    NEXT_IS_ABOVE_MATCH(
            "of each follower matchIndex ≤ verifiedIndex < nextIndex ≤ lastIndex + 1",
            (before, now) -> now.progressIsOrdered()),
    VERIFIED_IS_IN_THE_LOG(
            "what a follower has verified against its leader is in its log",
            (before, now) -> now.verifiedIndex <= now.lastIndex),
    RING_HOLDS_WHAT_IS_OPEN(
            "no record leaves the ring before it is persisted, nor between being handed out and applied",
            (before, now) -> now.ringFirst <= now.lastIndex + 1 && now.mayHaveLetGo(before)),
    RING_IS_BOUNDED(
            "the ring never holds more than its bound, but for one record made here or one frame",
            (before, now) -> now.ringUsedBytes <= now.ringBound),
    OWN_FILES_APPLY_WHAT_IS_PERSISTED(
            "a state machine with files of its own is handed nothing that its log does not hold durably",
            (before, now) ->
                    now.appliesFromMemory || now.handedOut == before.handedOut || now.handedOut <= now.persistedIndex),
    READS_ARE_BOUNDED("no more reads wait than configured", (before, now) -> now.reads <= now.readBound);

    private final String sentence;

    @SuppressWarnings("ImmutableEnumChecker") // Each is a lambda that captures nothing.
    private final BiPredicate<View, View> holds;

    Invariant(String sentence, BiPredicate<View, View> holds) {
        this.sentence = sentence;
        this.holds = holds;
    }

    public String sentence() {
        return sentence;
    }

    /** What the checks look at: a picture of one core at one moment, to be compared with a later one. */
    public static View observe(Raft raft) {
        return new View(raft, raft.roleObject());
    }

    /** Those that do not hold between an earlier picture (of the same life) and a later one; empty when all is well. */
    public static List<Invariant> violated(View before, View after) {
        List<Invariant> violated = new ArrayList<>();
        for (Invariant invariant : values()) {
            if (!invariant.holds.test(before, after)) {
                violated.add(invariant);
            }
        }
        return violated;
    }

    private static boolean isRising(long[] values) {
        for (int i = 1; i < values.length; i++) {
            if (values[i] <= values[i - 1]) {
                return false;
            }
        }
        return true;
    }

    private static boolean neverFalls(long[] before, long[] after) {
        for (int i = 0; i < Math.min(before.length, after.length); i++) {
            if (after[i] < before[i]) {
                return false;
            }
        }
        return true;
    }

    /** A picture of one core. */
    public static final class View {
        private final long self;
        private final RoleName role;
        private final long term;
        private final long votedFor;
        private final boolean voteDurable;
        private final boolean isVoter;
        private final long leader;
        private final long markIndex;
        private final long lastApplied;
        private final long handedOut;
        private final long commitIndex;
        private final long persistedIndex;
        private final long lastIndex;
        private final long[] runFirst;
        private final long[] runTerm;
        private final long ringFirst;
        private final long ringUsedBytes;
        private final long ringBound;
        private final boolean appliesFromMemory;
        private final int reads;
        private final int readBound;
        private final long verifiedIndex;
        private final long termStartIndex;
        private final long[] match;
        private final long[] verified;
        private final long[] next;

        /** @param played the role that the core has; a test of these checks gives it one that it could never come to */
        View(Raft raft, Role played) {
            RaftConfig config = raft.config();
            LogCursor log = raft.log();
            self = config.self();
            role = played.name();
            term = raft.currentTerm();
            votedFor = raft.votedFor();
            voteDurable = raft.isVoteDurable();
            isVoter = raft.mayCampaign();
            leader = raft.leader();
            markIndex = log.mark().index();
            lastApplied = raft.lastApplied();
            handedOut = raft.handedOut();
            commitIndex = raft.commitIndex();
            persistedIndex = raft.persistedIndex();
            lastIndex = raft.lastIndex();
            runFirst = log.runFirsts();
            runTerm = log.runTerms();
            ringFirst = log.ringFirst();
            ringUsedBytes = log.ringUsedBytes();
            ringBound = Math.max(config.ringBytes(), config.frameBytes())
                    + LogCursor.bytesOf(raft.membership())
                    + LogCursor.bytesOfNoOp();
            appliesFromMemory = config.appliesFromMemory();
            reads = raft.reads().size();
            readBound = config.pendingReads();
            verifiedIndex = played instanceof Follower follower ? follower.verifiedIndex() : 0;
            Leader leading = played instanceof Leader found ? found : null;
            termStartIndex = leading == null ? 0 : leading.termStartIndex();
            int slots = leading == null ? 0 : leading.followers();
            match = new long[slots];
            verified = new long[slots];
            next = new long[slots];
            for (int slot = 0; leading != null && slot < slots; slot++) {
                match[slot] = leading.follower(slot).matchIndex();
                verified[slot] = leading.follower(slot).verifiedIndex();
                next[slot] = leading.follower(slot).nextIndex();
            }
        }

        private long lastTerm() {
            return runTerm.length == 0 ? 0 : runTerm[runTerm.length - 1];
        }

        private boolean leadsSameTermAs(View after) {
            return role == RoleName.LEADER && after.role == RoleName.LEADER && term == after.term;
        }

        /** Whether this log's terms equal those of an earlier one up to an index. */
        private boolean samePrefix(View earlier, long through) {
            return lastIndex >= through && Arrays.equals(runsThrough(through), earlier.runsThrough(through));
        }

        private long[] runsThrough(long index) {
            int count = 0;
            while (count < runFirst.length && runFirst[count] <= index) {
                count++;
            }
            long[] runs = Arrays.copyOf(runFirst, 2 * count);
            System.arraycopy(runTerm, 0, runs, count, count);
            return runs;
        }

        private boolean mayFollow(View before) {
            if (role == RoleName.LEADER) {
                return before.leadsSameTermAs(this)
                        || (before.role == RoleName.CANDIDATE && before.term == term)
                        || isAlone();
            }
            return before.role != RoleName.LEADER || role == RoleName.FOLLOWER;
        }

        private boolean isAlone() {
            return next.length == 1;
        }

        private boolean progressIsOrdered() {
            for (int slot = 0; slot < next.length; slot++) {
                if (match[slot] > verified[slot] || verified[slot] >= next[slot] || next[slot] > lastIndex + 1) {
                    return false;
                }
            }
            return true;
        }

        /** Of the records before.ringFirst to ringFirst - 1. */
        private boolean mayHaveLetGo(View before) {
            boolean letGo = ringFirst > before.ringFirst;
            long busyFirst = Math.max(before.ringFirst, lastApplied + 1);
            long busyLast = Math.min(ringFirst - 1, before.handedOut);
            return !letGo || (ringFirst <= persistedIndex + 1 && busyFirst > busyLast);
        }

        /** Whether reads asked of this core have all been answered. */
        public boolean hasReads() {
            return reads > 0;
        }

        @Override
        public String toString() {
            return Long.toUnsignedString(self, 16) + " " + role + " term " + term + " voted " + votedFor + " leader "
                    + leader
                    + " log " + markIndex + ".." + lastIndex + Arrays.toString(runFirst) + "@"
                    + Arrays.toString(runTerm)
                    + " persisted " + persistedIndex + " commit " + commitIndex + " applied " + lastApplied + "/"
                    + handedOut
                    + " ring " + ringFirst + " next " + Arrays.toString(next) + " verified " + Arrays.toString(verified)
                    + " match " + Arrays.toString(match);
        }
    }
}
