package io.quorate.sim.core;

import io.quorate.raft.Message;
import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Raft;
import io.quorate.raft.RoleName;

/** Logs that agree on an entry agree on all before it; and what is counted for a follower is on its disk. */
final class LogMatching {
    private final CoreWorld world;
    private final Elections elections;

    /** Hash of the log through each entry ever made, by term and index. */
    private final LongMap prefixes = new LongMap();

    LogMatching(CoreWorld world, Elections elections) {
        this.world = world;
        this.elections = elections;
    }

    void appended(CoreMember member, Entry entry) {
        long expected = Entry.hash(member.log().prefixHash(entry.index() - 1), entry.term(), entry.operation());
        long known = prefixes.putIfAbsent((entry.term() << 32) | entry.index(), entry.prefixHash());
        Rule.LOG_MATCHING.require(
                expected == entry.prefixHash() && known == entry.prefixHash(),
                () -> member + " holds " + entry + " behind other entries than another member does");
    }

    void coreKnowsItsLog(CoreMember member) {
        Raft raft = member.raft();
        long last = member.log().lastIndex();
        Rule.CORE_KNOWS_ITS_LOG.require(
                raft.lastIndex() == last
                        && raft.termAt(last) == member.log().termAt(last)
                        && raft.firstIndex() == member.log().prevIndex() + 1,
                () -> member + " says that its log is from " + raft.firstIndex() + " to " + raft.lastIndex() + "@"
                        + raft.termAt(raft.lastIndex()) + ", but it is from "
                        + (member.log().prevIndex() + 1) + " to "
                        + last + "@" + member.log().termAt(last));
    }

    /** What a follower tells of its log, when the answer leaves it. */
    void leaving(CoreMember member, Message message) {
        if (!(message instanceof AppendAnswer answer)) {
            return;
        }
        long durable = answer.durableIndex();
        Rule.DURABLE_BEFORE_TOLD.require(
                durable <= member.disk().durable().lastIndex(),
                () -> member + " says that " + durable + " is durable, but its disk ends at "
                        + member.disk().durable().lastIndex());
        CoreMember leader = world.members.get((int) answer.to() - 1);
        long verified = answer.verifiedIndex();
        if (verified > 0 && leader.isUp() && leader.raft().leadsIn(answer.term()) && holdsTerm(member, answer)) {
            boolean isGone = verified <= leader.log().prevIndex()
                    || verified <= member.log().prevIndex();
            boolean isEqual = verified <= leader.log().lastIndex()
                    && verified <= member.log().lastIndex()
                    && (isGone || member.log().get(verified).isSame(leader.log().get(verified)));
            Rule.VERIFIED_IS_EQUAL.require(
                    isEqual, () -> member + " says that its log equals that of " + leader + " through " + verified);
        }
    }

    /** Whether its log is still that of the answer's term: a message may have waited for a write. */
    private static boolean holdsTerm(CoreMember member, AppendAnswer answer) {
        return member.raft().currentTerm() == answer.term();
    }

    /** After an answer the newest leader counts it. */
    void received(CoreMember member, Message message) {
        Raft raft = member.raft();
        boolean counts = message instanceof AppendAnswer
                && raft.role() == RoleName.LEADER
                && raft.currentTerm() == elections.newestTerm();
        if (!counts) {
            return;
        }
        CoreMember follower = world.members.get((int) message.from() - 1);
        if (!raft.membership().contains(follower.id)) {
            return;
        }
        long match = raft.matchIndex(follower.id);
        Rule.MATCH_IS_DURABLE.require(
                match <= member.log().prevIndex()
                        || follower.disk().vouchesFor(member.log().get(match)),
                () -> member + " counts " + member.log().get(match) + " for " + follower
                        + ", whose disk does not hold it");
    }

    /** For a mark: whether an append is of a term that is over. */
    static boolean isOld(CoreMember member, AppendEntries append) {
        return append.term() < member.raft().currentTerm();
    }
}
