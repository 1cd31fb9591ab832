package io.quorate.sim.node;

import io.quorate.raft.Effects;
import io.quorate.raft.Message;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.RestartImage;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.sim.core.Quorums;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/** Who belongs to the cluster, as whole members commit it: the same everywhere, and no two quorums decide apart. */
final class NodeMemberships {
    /** By index of the entry; at 0 that of the first start, in which nobody has started. */
    private final TreeMap<Long, Membership> committed = new TreeMap<>();

    /** By member: what it decided by last, the memberships of its log by index, and the newest that it called committed. */
    private final Map<Integer, Membership> decidedBy = new TreeMap<>();

    private final Map<Integer, NavigableMap<Long, Membership>> logs = new TreeMap<>();
    private final Map<Integer, Membership> known = new TreeMap<>();

    /** Whom each member knew as leader when its last turn ended. */
    private final Map<Integer, Long> leaders = new TreeMap<>();

    private int highestVersion = Membership.FIRST_VERSION;

    NodeMemberships(Membership first) {
        committed.put(0L, first);
    }

    /** The newest that anybody has called committed; at first that of the first start. */
    Membership newest() {
        return committed.lastEntry().getValue();
    }

    boolean isRemoved(long id) {
        return newest().removed().contains(id) && !newest().contains(id);
    }

    boolean isQuorum(LongPredicate isIn) {
        Membership newest = newest();
        return committed.size() == 1
                ? newest.voters().stream().filter(isIn::test).count() > newest.size() / 2
                : Quorums.isQuorum(newest, isIn);
    }

    /** Of any log, be it committed or not. */
    int highestVersion() {
        return highestVersion;
    }

    void held(SimMember member, Membership membership) {
        highestVersion = Math.max(highestVersion, membership.version());
        NodeRule.BUILDS_READ_THE_LOG.require(
                member.versions().speak(membership.version()),
                () -> member.member.name() + " speaks " + member.versions() + " and holds " + membership);
    }

    /** A leader has begun a change. */
    static void made(SimMember member, Membership before, Membership made, List<SimMember> all) {
        NodeRule.VERSION_IS_KNOWN_TO_ALL.require(
                made.version() == before.version()
                        || made.members().stream()
                                .map(each -> all.get(SimMember.number(each.id())))
                                .allMatch(SimMember::hasHadNewerBuild),
                () -> member.member.name() + " made " + made);
    }

    /** No change is open at those who decide. */
    boolean isSettled() {
        Membership newest = newest();
        if (newest.isJoint() || !newest.joining().isEmpty()) {
            return false;
        }
        for (Member member : newest.members()) {
            Membership own = decidedBy.get(SimMember.number(member.id()));
            boolean isOpen = own != null && own.index() > newest.index();
            if (isOpen || (committed.size() > 1 && !member.isStarted())) {
                return false;
            }
        }
        return true;
    }

    private NavigableMap<Long, Membership> log(SimMember member) {
        return logs.computeIfAbsent(member.number, none -> new TreeMap<>());
    }

    /** What its last life alone knew to be committed is open again: it tells anew what it knows. */
    void started(SimMember member, RestartImage image) {
        known.remove(member.number);
        NavigableMap<Long, Membership> log = log(member);
        log.clear();
        leaders.remove(member.number);
        held(member, image.mark().membership());
        image.log().memberships().forEach(at -> put(member, log, at.index(), at.membership()));
    }

    /** A core has taken a message in. */
    void received(SimMember member, Message message, Raft raft) {
        if (message instanceof Message.AppendEntries append && raft.keptFrom() != 0) {
            NavigableMap<Long, Membership> log = log(member);
            log.tailMap(raft.keptFrom(), true).clear();
            append.entries().memberships().stream()
                    .filter(at -> at.index() >= raft.keptFrom())
                    .forEach(at -> put(member, log, at.index(), at.membership()));
        }
    }

    private void put(SimMember member, NavigableMap<Long, Membership> log, long index, Membership membership) {
        held(member, membership);
        log.put(index, membership);
    }

    /** A message is about to be handed to a core. Who was removed and still leads has to hand over. */
    void delivered(SimMember member, Message message) {
        Membership own = known.get(member.number);
        NodeRule.REMOVED_STAYS_AWAY.require(
                own == null
                        || own.contains(message.from())
                        || !own.removed().contains(message.from())
                        || leaders.getOrDefault(member.number, 0L) == message.from(),
                () -> member.member.name() + " knows that the sender was removed: " + message);
    }

    /** A turn of a core is over. */
    void drained(SimMember member, Effects effects, Raft raft, List<SimMember> all) {
        decidedBy.put(member.number, raft.membership());
        leaders.put(member.number, raft.leader());
        NavigableMap<Long, Membership> log = log(member);
        log.tailMap(raft.lastIndex(), false).clear();
        for (Effects.MadeHere made : effects.madeHere()) {
            if (made.membership() != null) {
                Map.Entry<Long, Membership> before = log.lowerEntry(made.index());
                made(member, before == null ? raft.mark().membership() : before.getValue(), made.membership(), all);
                put(member, log, made.index(), made.membership());
            }
        }
        for (RaftEvent event : effects.events()) {
            if (event instanceof RaftEvent.MembershipCommitted at) {
                Membership told = log.get(at.index());
                committed(member, at.index(), told == null ? raft.mark().membership() : told);
            } else if (event instanceof RaftEvent.LeaderElected elected) {
                elected(member, elected, raft.membership());
            }
        }
    }

    void committed(SimMember member, long index, Membership told) {
        if (!told.isJoint()) { // Of a joint one the members that go are still heard.
            known.put(member.number, told);
        }
        if (index == 0) {
            return; // That of the first start, by way of a snapshot.
        }
        Membership before = committed.putIfAbsent(index, told);
        NodeRule.MEMBERSHIPS_AGREE.requireAt(
                index,
                before == null || before.equals(told),
                () -> member.member.name() + " committed " + told + ", and before was committed " + before);
        Membership earlier = committed.lowerEntry(index).getValue();
        NodeRule.VERSION_NEVER_FALLS.requireAt(
                index, told.version() >= earlier.version(), () -> "committed " + earlier + ", then " + told);
        boolean isFirst = committed.lowerKey(index) == 0L;
        NodeRule.QUORUMS_INTERSECT.requireAt(
                index,
                isFirst || before != null || !Quorums.mayDisagree(earlier, told),
                () -> "two majorities without anybody in both: " + earlier + ", then " + told);
    }

    void elected(SimMember member, RaftEvent.LeaderElected elected, Membership by) {
        NodeRule.ELECTED_BY_QUORUM.requireAt(
                elected.term(),
                Quorums.isQuorum(by, elected.votes()::contains),
                () -> member.member.name() + " was elected by " + elected.votes() + ", no quorum of " + by);
    }

    /**
     * An operator was told that its change is done.
     *
     * @param told the newest membership then: behind the change another may be open
     * @param holds whether what was asked for is so by the committed one
     */
    void done(Membership told, boolean holds) {
        Membership there = committed.get(told.index());
        boolean isOpen = there == null && told.index() > newest().index();
        NodeRule.CHANGE_DONE_IS_COMMITTED.requireAt(
                told.index(),
                holds && (isOpen || told.equals(there)),
                () -> "an operator was told of " + told + ", committed there is " + there + ", and last " + newest());
    }

    @Override
    public String toString() {
        return "committed " + newest() + ", decided by " + decidedBy;
    }
}
