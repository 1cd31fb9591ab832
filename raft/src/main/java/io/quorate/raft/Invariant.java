package io.quorate.raft;

import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.membership.Membership;
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
            "within a leader's term no matchIndex falls (figure 2), but that of a follower that lost entries to damage",
            (before, after) -> !before.leadsSameTermAs(after) || after.matchNeverFellSince(before)),
    ROLES_CHANGE_BY_THE_TABLE(
            "a role follows another only as the table of transitions says (figure 4, thesis 9.6)",
            (before, after) -> after.mayFollow(before)),
    DAMAGED_STAYS_OUT(
            "who lost to damage what it acknowledged neither leads nor campaigns nor votes until its disk holds as much again",
            (before, now) -> !now.isDamaged
                    || (now.role == RoleName.FOLLOWER
                            && now.persistedIndex < now.lostThrough
                            && (now.votedFor == 0 || (before.term == now.term && before.votedFor == now.votedFor)))),
    DAMAGE_ENDS_ONCE(
            "damage is over when the disk holds entries up to the last one that was acknowledged, and comes in no life",
            (before, now) -> now.lostThrough == before.lostThrough
                    || (now.lostThrough == 0 && now.persistedIndex >= before.lostThrough)),
    INDEXES_ARE_ORDERED(
            "mark ≤ lastApplied ≤ handed out ≤ commitIndex ≤ lastIndex, and persistedIndex ≤ lastIndex; lastApplied is below the"
                    + " mark only while a snapshot is to be restored",
            (before, now) -> (now.markIndex <= now.lastApplied) != now.isRestoring
                    && now.lastApplied <= now.handedOut
                    && now.handedOut <= now.commitIndex
                    && now.commitIndex <= now.lastIndex
                    && now.persistedIndex <= now.lastIndex),
    MARKS_NEVER_FALL(
            "neither the newest mark, nor the newest durable one, nor the first retained index ever falls",
            (before, after) -> after.markIndex >= before.markIndex
                    && after.durableMarkIndex >= before.durableMarkIndex
                    && after.prevIndex >= before.prevIndex),
    MARK_IS_COMMITTED(
            "what a snapshot covers is committed, and a mark is durable only after it was made (section 7)",
            (before, now) -> now.markIndex <= now.commitIndex && now.durableMarkIndex <= now.markIndex),
    MARK_IS_IN_THE_LOG(
            "the retained log begins at most right behind the mark, reaches to it, and has its entry with its term",
            (before, now) -> now.prevIndex <= now.markIndex && now.termAtMark == now.markTerm),
    TAKEN_IS_APPLIED_AND_PERSISTED(
            "a snapshot taken here covers no more than is applied and persisted here",
            (before, after) -> after.markIndex == before.markIndex
                    || after.isRestoring
                    || after.markIndex <= Math.min(after.lastApplied, after.persistedIndex)),
    WHAT_IS_GONE_IS_COVERED(
            "entries go when a durable mark covers them, or when a received snapshot takes the place of the whole log",
            (before, after) -> after.prevIndex == before.prevIndex
                    || after.prevIndex <= after.durableMarkIndex
                    || after.prevIndex == after.markIndex),
    NOTHING_IS_HANDED_OUT_BEFORE_RESTORED(
            "while a snapshot is to be restored no entry is handed out",
            (before, after) ->
                    !after.isRestoring || after.handedOut == before.handedOut || after.handedOut == after.lastApplied),
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
            "a member that is no voter, neither of its newest membership nor of one that may yet come back, is no candidate",
            (before, now) -> now.isVoter || now.role == RoleName.FOLLOWER || now.role == RoleName.LEADER),
    NEXT_IS_ABOVE_MATCH(
            "of each follower matchIndex ≤ verifiedIndex < nextIndex ≤ lastIndex + 1",
            (before, now) -> now.progressIsOrdered()),
    SNAPSHOT_IS_FOR_WHO_LACKS_WHAT_IS_GONE(
            "a follower is in SNAPSHOT only while the entry that it needs next is not retained",
            (before, now) -> now.snapshotsAreNeeded()),
    VERIFIED_IS_IN_THE_LOG(
            "what a follower has verified against its leader is in its log",
            (before, now) -> now.verifiedIndex <= now.lastIndex),
    RING_HOLDS_WHAT_IS_OPEN(
            "no record leaves the ring before it is persisted, nor between being handed out and applied, but for one that a"
                    + " received snapshot covers",
            (before, now) -> now.ringFirst <= now.lastIndex + 1 && now.mayHaveLetGo(before)),
    RING_IS_BOUNDED(
            "the ring never holds more than its bound, but for one record made here or one frame",
            (before, now) -> now.ringUsedBytes <= now.ringBound),
    OWN_FILES_APPLY_WHAT_IS_PERSISTED(
            "a state machine with files of its own is handed nothing that its log does not hold durably",
            (before, now) ->
                    now.appliesFromMemory || now.handedOut == before.handedOut || now.handedOut <= now.persistedIndex),
    READS_ARE_BOUNDED("no more reads wait than configured", (before, now) -> now.reads <= now.readBound),
    VOTERS_CHANGE_BY_BOTH_HALVES(
            "along a log the voters that count change by way of a joint membership of both halves only, and no id comes back"
                    + " (paper section 6)",
            (before, now) -> now.membershipsFollow),
    DECIDES_BY_NEWEST_MEMBERSHIP(
            "a member decides by the newest membership of its log, or by its mark's where the log has none behind that"
                    + " (paper sections 6 and 7)",
            (before, now) -> now.decidesByNewest),
    ONE_CHANGE_AT_A_TIME(
            "of a leader that has committed in its term at most one membership is uncommitted (thesis 4.1)",
            (before, now) -> now.role != RoleName.LEADER
                    || now.commitIndex < now.termStartIndex
                    || now.uncommittedMemberships <= 1),
    CHANGE_WAITS_FOR_THE_TERM(
            "a leader changes the membership only when an entry of its term is committed (thesis 4.1, corrected)",
            (before, after) -> !before.leadsSameTermAs(after)
                    || after.membershipIndex == before.membershipIndex
                    || before.commitIndex >= after.termStartIndex
                    || after.commitIndex >= after.termStartIndex),
    LEADER_GOES_WHEN_REMOVED(
            "a leader that the committed membership has as a voter no more is handing over when its turn is done (thesis 4.2.2)",
            (before, now) -> now.role != RoleName.LEADER
                    || !now.isDrained
                    || now.commitIndex < now.termStartIndex
                    || now.membershipIndex > now.commitIndex
                    || now.isVoter
                    || now.transferTo >= 0),
    NOTHING_IS_TAKEN_WHILE_HANDING_OVER(
            "from TimeoutNow until it gives up a leader's log does not grow, and its successor's disk holds all of it"
                    + " (thesis 3.10)",
            (before, after) -> !after.isTransferAsked
                    || after.role != RoleName.LEADER
                    || (after.matchOf(after.transferTo) == after.lastIndex
                            && (!before.isTransferAsked || after.lastIndex == before.lastIndex)));

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

    /** A picture of one core. */
    public static final class View {
        private final long self;
        private final RoleName role;
        private final long term;
        private final long votedFor;
        private final boolean voteDurable;
        private final boolean isVoter;
        private final long leader;
        private final long prevIndex;
        private final long markIndex;
        private final long markTerm;
        private final long termAtMark;
        private final long durableMarkIndex;
        private final boolean isRestoring;
        private final boolean isDamaged;
        private final long lostThrough;
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
        private final boolean membershipsFollow;
        private final boolean decidesByNewest;
        private final long membershipIndex;
        private final int uncommittedMemberships;
        private final boolean isDrained;

        /** 0 for nobody, -1 when no transfer is under way. */
        private final long transferTo;

        private final boolean isTransferAsked;

        /** On a leader: members by slot, and what it knows of each. */
        private final long[] ids;

        private final long[] match;
        private final long[] verified;
        private final long[] next;
        private final boolean[] getsSnapshot;
        private final boolean[] damaged;

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
            prevIndex = log.prevIndex();
            markIndex = log.mark().index();
            markTerm = log.mark().term();
            termAtMark = log.termAt(markIndex);
            durableMarkIndex = raft.durableMarkIndex();
            isRestoring = raft.isRestoring();
            isDamaged = raft.isDamaged();
            lostThrough = raft.lostThrough();
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
                    + bytesOfMemberships(log)
                    + LogCursor.bytesOfNoOp();
            membershipsFollow = membershipsFollow(log);
            decidesByNewest = raft.membership().equals(log.membership());
            membershipIndex = raft.membershipIndex();
            uncommittedMemberships = (int) log.memberships().stream()
                    .filter(at -> at.index() > raft.commitIndex())
                    .count();
            isDrained = raft.effects().isDrained();
            appliesFromMemory = config.appliesFromMemory();
            reads = raft.reads().size();
            readBound = config.pendingReads();
            verifiedIndex = played instanceof Follower follower ? follower.verifiedIndex() : 0;
            Leader leading = played instanceof Leader found ? found : null;
            termStartIndex = leading == null ? 0 : leading.termStartIndex();
            int slots = leading == null ? 0 : leading.followers();
            Transfer transfer = leading == null ? null : leading.transfer();
            transferTo = transfer == null ? -1 : transfer.to();
            isTransferAsked = transfer != null && transfer.isAsked();
            ids = new long[slots];
            match = new long[slots];
            verified = new long[slots];
            next = new long[slots];
            getsSnapshot = new boolean[slots];
            damaged = new boolean[slots];
            for (int slot = 0; leading != null && slot < slots; slot++) {
                ids[slot] = leading.follower(slot).id();
                match[slot] = leading.follower(slot).matchIndex();
                verified[slot] = leading.follower(slot).verifiedIndex();
                next[slot] = leading.follower(slot).nextIndex();
                damaged[slot] = leading.follower(slot).isDamaged();
                getsSnapshot[slot] = leading.follower(slot).state() == Progress.State.SNAPSHOT;
            }
        }

        /** A change and its second half may be made here while the ring is full of proposals. */
        private static long bytesOfMemberships(LogCursor log) {
            long bytes = LogCursor.bytesOf(log.mark().membership());
            int count = log.memberships().size();
            for (MembershipAt at : log.memberships().subList(Math.max(0, count - 2), count)) {
                bytes += LogCursor.bytesOf(at.membership());
            }
            return bytes;
        }

        private static boolean membershipsFollow(LogCursor log) {
            Membership before = log.mark().membership();
            for (MembershipAt at : log.membershipsBehindMark()) {
                if (!before.equals(at.membership()) && !before.mayBeFollowedBy(at.membership())) {
                    return false;
                }
                before = at.membership();
            }
            return true;
        }

        private long matchOf(long id) {
            for (int slot = 0; slot < ids.length; slot++) {
                if (ids[slot] == id) {
                    return match[slot];
                }
            }
            return -1;
        }

        /** A member that left and another that came know nothing of each other. */
        private boolean matchNeverFellSince(View before) {
            for (int slot = 0; slot < ids.length; slot++) {
                if (match[slot] < before.matchOf(ids[slot]) && !damaged[slot]) {
                    return false;
                }
            }
            return true;
        }

        private long lastTerm() {
            return runTerm.length == 0 ? 0 : runTerm[runTerm.length - 1];
        }

        private boolean leadsSameTermAs(View after) {
            return role == RoleName.LEADER && after.role == RoleName.LEADER && term == after.term;
        }

        /** Whether this log's terms equal those of an earlier one up to an index, as far as both retain them. */
        private boolean samePrefix(View earlier, long through) {
            long from = Math.max(prevIndex, earlier.prevIndex) + 1;
            return lastIndex >= through
                    && (from > through || runs(from, through).equals(earlier.runs(from, through)));
        }

        /** First index and term of each run that has entries in that range. */
        private List<Long> runs(long from, long through) {
            List<Long> runs = new ArrayList<>();
            for (int run = 0; run < runFirst.length && runFirst[run] <= through; run++) {
                long last = run + 1 < runFirst.length ? runFirst[run + 1] - 1 : lastIndex;
                if (last >= from) {
                    runs.add(Math.max(runFirst[run], from));
                    runs.add(runTerm[run]);
                }
            }
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

        private boolean snapshotsAreNeeded() {
            for (int slot = 0; slot < next.length; slot++) {
                if (getsSnapshot[slot] && next[slot] > prevIndex) {
                    return false;
                }
            }
            return true;
        }

        /** Of the records before.ringFirst to ringFirst - 1. */
        private boolean mayHaveLetGo(View before) {
            boolean letGo = ringFirst > before.ringFirst && !isRestoring;
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
                    + " mark " + markIndex + "@" + markTerm + " durable " + durableMarkIndex
                    + (isRestoring ? " restoring" : "")
                    + (isDamaged ? " damaged through " + lostThrough : "")
                    + " log " + prevIndex + ".." + lastIndex + Arrays.toString(runFirst) + "@"
                    + Arrays.toString(runTerm)
                    + " persisted " + persistedIndex + " commit " + commitIndex + " applied " + lastApplied + "/"
                    + handedOut
                    + " ring " + ringFirst + " next " + Arrays.toString(next) + " verified " + Arrays.toString(verified)
                    + " match " + Arrays.toString(match);
        }
    }
}
