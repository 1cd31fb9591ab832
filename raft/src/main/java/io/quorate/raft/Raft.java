package io.quorate.raft;

import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.InstallSnapshot;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.RequestPreVote;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.Message.VoteAnswer;
import io.quorate.raft.RaftEvent.ElectionCause;
import io.quorate.raft.RaftEvent.StepDownReason;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.quorum.Quorum;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One member of one Raft group (Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", and Ongaro's
 * thesis). Not safe for threads: one driver feeds inputs and drains {@link Effects}; see there for the contract.
 *
 * <p>This class owns what all roles share, the rules that hold in each, and every change of role:
 *
 * <pre>
 *   from         to           when
 *   follower     pre-vote     election timeout, or a hint, on a voter (thesis 9.6)
 *   follower     candidate    the same with PreVote switched off (paper 5.2), or the leader wants it (thesis 3.10)
 *   pre-vote     candidate    a quorum would vote for it
 *   pre-vote     pre-vote     election timeout
 *   candidate    pre-vote     election timeout: a split vote (candidate again with PreVote switched off)
 *   candidate    leader       a quorum voted for it, and its own vote is durable
 *   any          follower     a later term (paper 5.1)
 *   pre-vote, candidate
 *                follower     a leader of this term, or no quorum can come together any more; pre-vote: it voted; a snapshot
 *                             came
 *   leader       follower     no quorum answered for an election timeout (thesis 6.2), or the committed membership is
 *                             without it as a voter, and whom it handed over to did not take over (thesis 4.2.2)
 * </pre>
 */
public final class Raft {
    private static final int MOST_HINTED_CAMPAIGNS = 5;
    private static final int MOST_HANDICAP_BY_PRIORITY = 2;
    private static final int HANDICAP_OF_THE_SICK = 3;
    private static final int HANDICAP_OF_THE_FAULTY = 6;
    private static final long LONG_AGO = Long.MIN_VALUE / 2;

    private final RaftConfig config;
    private final SplitMix64 random;
    private final LogCursor log;
    private final NumberedWrites writes;
    private final LocalReads reads;
    private final EffectsBuffer effects;
    private final Snapshots snapshots;
    private Role role;

    /** Ticks since this life began. */
    private long now;

    /** Latest term seen, never falling; and who got this member's vote in it, 0 for nobody (paper figure 2). */
    private long currentTerm;

    private long votedFor;

    /** Leader of currentTerm, 0 for unknown; once known it stays the same for the term. */
    private long leader;

    /** Highest index known to be committed; never falls; ≤ lastIndex. */
    private long commitIndex;

    /** What the state machine has, and what it was handed; lastApplied ≤ handedOut ≤ commitIndex. */
    private long lastApplied;

    private long handedOut;

    /** The newest membership in the log, and who decides in it. */
    private Membership membership;

    private Quorum quorum;

    /** As the driver measures it; and by how many election timeouts this member campaigns later than it could. */
    private Fitness fitness = Fitness.FIT;

    private int handicap;

    /** When this member last heard of a leader, or led. */
    private long ledAt;

    /**
     * When this member last heard a leader. At the beginning of a life it counts as having just heard one: a former life may
     * have, and what that promised binds this one. In no term nobody led.
     */
    private long heardAt;

    /** Members of which the driver says that they are gone, rising. */
    private final ArrayList<Long> lostPeers;

    /** The leader whose loss was hinted at, 0 for none. */
    private long lostLeader;

    /** Campaigns that hints began, one after another, with no leader heard between them. */
    private int hintedCampaigns;

    /**
     * Up to there this member may have acknowledged entries that damage took; 0 when its disk holds them all, or others that a
     * leader put in their place.
     */
    private long lostThrough;

    private long keptFrom;
    private long readNumber;

    private Raft(RaftConfig config, RestartImage image, long seed) {
        this.config = config;
        this.random = new SplitMix64(seed);
        this.log = new LogCursor(image);
        this.writes = new NumberedWrites(image);
        this.reads = new LocalReads();
        this.effects = new EffectsBuffer();
        this.snapshots = new Snapshots(this, image.mark().index());
        this.currentTerm = image.hardState().currentTerm();
        this.votedFor = image.hardState().votedFor();
        this.heardAt = currentTerm == 0 ? LONG_AGO : 0;
        long hint = Math.max(image.mark().index(), image.hardState().commitHint());
        this.commitIndex = Math.min(hint, log.lastIndex());
        this.membership = log.membership();
        this.quorum = quorumOf(membership);
        this.handicap = handicapNow();
        this.lostPeers = new ArrayList<>();
        this.lostThrough = image.lostThrough();
        // Answers to an earlier life of this member must not fit: the numbers of each life begin elsewhere.
        this.readNumber = random.next() >>> 2;
        this.role = new Follower(this, drawElectionAt());
    }

    private Raft(Raft other) {
        config = other.config;
        random = new SplitMix64(other.random.state());
        log = new LogCursor(other.log);
        writes = new NumberedWrites(other.writes);
        reads = new LocalReads(other.reads);
        effects = new EffectsBuffer(other.effects);
        snapshots = new Snapshots(other.snapshots, this);
        now = other.now;
        currentTerm = other.currentTerm;
        votedFor = other.votedFor;
        leader = other.leader;
        commitIndex = other.commitIndex;
        lastApplied = other.lastApplied;
        handedOut = other.handedOut;
        membership = other.membership;
        quorum = other.quorum;
        fitness = other.fitness;
        handicap = other.handicap;
        ledAt = other.ledAt;
        heardAt = other.heardAt;
        lostPeers = new ArrayList<>(other.lostPeers);
        lostLeader = other.lostLeader;
        hintedCampaigns = other.hintedCampaigns;
        lostThrough = other.lostThrough;
        keptFrom = other.keptFrom;
        readNumber = other.readNumber;
        role = other.role.copy(this);
    }

    /**
     * Starts a member from what its stable storage holds.
     *
     * @param seed of the generator that draws election timeouts and the first number of this life's read requests: another
     *     one in each life of a member; equal seeds and inputs give equal effects
     * @throws IllegalArgumentException if no core can have written such an image: that is damage
     */
    public static Raft restart(RaftConfig config, RestartImage image, long seed) {
        if (!image.isWhole()) {
            throw new IllegalArgumentException("this image cannot have been kept by a member: " + image);
        }
        return new Raft(config, image, seed);
    }

    // ---- inputs

    /**
     * Time passed: whole milliseconds since the last call, the whole jump at once, before all other inputs of the turn. Where
     * leases are on, the clock is read after a message or a read came and before the core is told of it: a promise counted from
     * before it was asked for, or a lease looked at before the read that uses it, would be too short.
     */
    public void advance(long ticks) {
        effects.open();
        if (ticks < 0) {
            throw new IllegalArgumentException("time went back by " + -ticks + " ticks");
        }
        now += ticks;
        role.advance();
    }

    /**
     * A message came. The bytes of the entries of an AppendEntries are with the driver; {@link #keptFrom()} says right
     * after this call from which index on they join the ring.
     *
     * @throws MalformedMessageException if no correct peer can have sent it: the driver closes the connection
     * @throws CommittedFactException if it contradicts what is committed: the driver stops the node
     */
    public void receive(Message message) {
        effects.open();
        keptFrom = 0;
        MessageCheck.check(message, config);
        if (message instanceof RequestPreVote || message instanceof PreVoteAnswer) {
            message.deliverTo(role); // These name a term that nobody has taken.
        } else if (message.term() < currentTerm) {
            tellCurrentTerm(message);
        } else {
            if (message.term() > currentTerm && !isRefusedInAnyTerm(message)) {
                becomeFollower(message.term());
            }
            message.deliverTo(role);
        }
    }

    /**
     * After receiving AppendEntries: first index whose record is new here; 0 when no entry of it is kept. The records from
     * there on to the message's end join the driver's ring in place of whatever it holds at or behind that index.
     */
    public long keptFrom() {
        return keptFrom;
    }

    /**
     * Appends one entry, on a leader. The driver encodes the record into its ring before the next drain. In the turn in which
     * this member became leader, the entry before the first proposal is one made here: it is encoded at the drain.
     *
     * @param recordBytes size of the whole record, header and padding included
     * @return its index, whose term is {@link #currentTerm()}; or, when refused, {@link Refusal#code()}, which is negative
     */
    public long propose(EntryKind kind, int recordBytes) {
        effects.open();
        if (kind == EntryKind.MEMBERSHIP || recordBytes <= 0) {
            throw new IllegalArgumentException("proposed was a " + kind + " of " + recordBytes + " bytes");
        }
        if (!(role instanceof Leader leading)) {
            return Refusal.NOT_LEADER.code();
        }
        if (leading.isTransferring()) {
            return Refusal.TRANSFERRING.code();
        }
        if (fitness == Fitness.FAULTY) {
            return Refusal.TRANSFERRING.code(); // to whoever comes to hold its log
        }
        if (recordBytes > config.ringBytes()) {
            return Refusal.TOO_LARGE.code();
        }
        if (!hasRoomFor(recordBytes)) {
            return Refusal.OVERLOADED.code();
        }
        log.append(currentTerm, recordBytes);
        return log.lastIndex();
    }

    /**
     * Asks for a linearizable read (thesis 6.4), on any member. It is answered in {@link Effects#reads()} with this token
     * when the read may be served: confirmed by a quorum after this call, and applied here. While no leader is known the read
     * waits; a changed leader is asked again.
     */
    public void readIndex(long token) {
        effects.open();
        if (reads.size() >= config.pendingReads()) {
            effects.read(new Effects.ReadAnswer(token, 0, Refusal.OVERLOADED));
        } else {
            reads.add(token);
        }
    }

    /** The numbered write, and all before it, are on stable storage. */
    public void persisted(long writeNumber) {
        effects.open();
        writes.persisted(writeNumber);
        if (isDamaged() && persistedIndex() >= lostThrough) {
            // The log ended before this index. So whoever sent it had the entry before, and all of this log, equal to
            // its own.
            lostThrough = 0;
            effects.event(new RaftEvent.Repaired(persistedIndex()));
        }
        role.persisted();
    }

    /**
     * The state machine has everything up to this index. One with files of its own tells at the start how far they reach,
     * before anything is handed out or is to be restored: what was applied is committed.
     */
    public void applied(long index) {
        effects.open();
        boolean isStart = handedOut == 0 && !snapshots.isRestoreAsked() && index <= log.lastIndex();
        if (index < lastApplied || (index > handedOut && !isStart)) {
            throw new IllegalArgumentException(
                    "applied was " + index + ", but " + lastApplied + " to " + handedOut + " were handed out");
        }
        haveApplied(index);
        commitTo(index);
    }

    private void haveApplied(long index) {
        lastApplied = index;
        handedOut = Math.max(handedOut, index);
        snapshots.applied(index);
    }

    /**
     * A snapshot of this member's own state machine is whole, flushed and under its name; {@link #markAt} told its mark when
     * it was begun. Its mark goes into the next write. Only when {@link #durableMarkIndex()} has reached it may entries before
     * it go, and older snapshots.
     *
     * @param mark at most {@link #lastApplied()} and {@link #persistedIndex()}: one that covers more waits until both are there
     * @return false when a mark that covers as much is there already: this snapshot is of no use
     * @throws IllegalArgumentException if it covers too much, or is not what the log says of its index
     */
    public boolean snapshotTaken(SnapshotMark mark) {
        effects.open();
        return snapshots.taken(mark);
    }

    /**
     * A snapshot of another member's is here, whole, checked, flushed and under its name. Taken or not, it is an answer: when
     * true its mark goes into the next write, together with a truncation of the whole log where that does not hold its last
     * entry; nothing is applied until {@link #restored}, which {@link Effects#restore()} asks for. What was handed out before and
     * is not applied yet need not be any more.
     *
     * @param mark as the snapshot tells it
     * @param term the current term of whoever said last that what the snapshot covers is committed: of the sender when it sent
     *     the end of it, or later. A later one than the own is taken over, as from any message (paper 5.1)
     * @return false when it is of no use: the log leads as far, or this member leads
     * @throws IllegalArgumentException if no snapshot sent in that term can have this mark
     * @throws CommittedFactException if it contradicts what is committed: the driver stops the node
     */
    public boolean snapshotReceived(SnapshotMark mark, long term) {
        effects.open();
        return snapshots.received(mark, term);
    }

    /** The state machine has been restored from a snapshot that {@link Effects#restore()} named, and is at this index. */
    public void restored(long index) {
        effects.open();
        snapshots.restored(index);
        haveApplied(index);
    }

    /**
     * The retained log begins here now: entries before this index are gone, or cannot be read any more. Who still needs one
     * gets a snapshot. An index at or below the first one is no news.
     *
     * @throws IllegalArgumentException if the mark that covers what is gone is not durable
     */
    public void logBeginsAt(long firstIndex) {
        effects.open();
        snapshots.logBeginsAt(firstIndex);
    }

    /** The connection to that member closed, and it refuses new ones or came back with a higher start counter. */
    public void peerLost(long id) {
        effects.open();
        if (!lostPeers.contains(id)) {
            lostPeers.add(id);
            lostPeers.sort(Long::compareUnsigned);
        }
        if (id == leader && role instanceof Follower follower) {
            lostLeader = id;
            follower.leaderLost();
        }
    }

    /** That member is reachable after all. Implied by any message of the current leader in the current term. */
    public void peerBack(long id) {
        effects.open();
        back(id);
    }

    /**
     * A majority of the voters is connected, and none of them knows a leader: campaign soon, without the whole timeout, one
     * voter after the other: {@link Membership#rank}.
     */
    public void majorityWithoutLeader() {
        effects.open();
        if (leader == 0 && role instanceof Follower follower) {
            follower.majorityWithoutLeader();
        }
    }

    /**
     * Hands the leadership over (thesis 3.10), on a leader: it takes no proposals until that member leads, or until it gives
     * up, an election timeout later. To be asked again for the same member changes nothing.
     *
     * @return null when it has begun or is under way
     */
    public @Nullable TransferRefusal transfer(long to) {
        effects.open();
        return role instanceof Leader leading ? leading.transfer(to) : TransferRefusal.NOT_LEADER;
    }

    /**
     * To whom a leader had best hand over: of those to whom {@link #transfer} would, one that is not sick, of these one of the highest
     * priority, of these the one that holds most.
     *
     * @return 0 for none, and on who does not lead
     */
    public long bestSuccessor() {
        return role instanceof Leader leading ? leading.bestSuccessor() : 0;
    }

    /** The newest membership that is known to be committed here; {@link #membership()} may be ahead of it. */
    public Membership committedMembership() {
        return log.membershipAt(commitIndex);
    }

    /**
     * Changes the membership (paper section 6), on a leader. The entry joins the log at once, as one made here: it is told by
     * {@link Effects#madeHere()} at the drain, also where proposals of the same turn lie behind it. Where those who count
     * change, it is joint, and its second half follows by itself when it is committed, also under another leader. The change is
     * done when {@link #membership()} is not joint and {@link #membershipIndex()} is at or below {@link #commitIndex()};
     * {@link RaftEvent.MembershipCommitted} tells.
     *
     * @param expectedIndex the {@link #membershipIndex()} of the membership that the change was made for
     * @param target the members, voters and joining learners as they should be; not joint; whom it calls removed is not
     *     looked at
     * @return the entry's index, whose term is {@link #currentTerm()}; or, when refused, {@link ChangeRefusal#code()}, negative
     */
    public long change(long expectedIndex, Membership target) {
        effects.open();
        ChangeRefusal refusal = refusalOfChange(expectedIndex, target);
        if (refusal != null) {
            return refusal.code();
        }
        ((Leader) role).reconfiguration().begin(target);
        return log.lastIndex();
    }

    /** What {@link #change} would refuse it for now, or null; changes nothing. */
    public @Nullable ChangeRefusal refusalOfChange(long expectedIndex, Membership target) {
        if (target.isJoint()) {
            throw new IllegalArgumentException("the target of a change is not joint: " + target);
        }
        return role instanceof Leader leading
                ? leading.reconfiguration().refusal(expectedIndex, target)
                : ChangeRefusal.NOT_LEADER;
    }

    /**
     * How well this member does its work. A sick leader hands over to the fit follower that holds most, if there is one; a sick
     * member campaigns only when nobody else did for a while. A faulty one waits longer still, for it leads only to bring others as far as its
     * log is, and takes no proposals. Fit is what it begins as.
     */
    public void fitness(Fitness measured) {
        effects.open();
        fitness = measured;
        handicapChanged();
        if (measured == Fitness.FAULTY && role instanceof Candidate) {
            becomeFollower(currentTerm);
        }
    }

    /** The election timeout fires now; for the search of interleavings and for scenarios. */
    public void electionTimedOut() {
        effects.open();
        if (!(role instanceof Leader) && mayCampaign() && !isPromised()) {
            campaign(ElectionCause.REQUESTED);
        }
    }

    /** The heartbeat interval of a leader fires now; nothing on others. */
    public void heartbeatDue() {
        effects.open();
        if (role instanceof Leader leading) {
            leading.heartbeatDue();
        }
    }

    /** Tells this core the same as calling the method that the input is named after. */
    public void apply(Input input) {
        input.applyTo(this);
    }

    /** All that there is to do since the last drain. */
    public Effects drain() {
        effects.open();
        freeRing();
        role.drain();
        snapshots.drain();
        if (!isRestoring()) {
            reads.answer(lastApplied, effects);
        }
        writes.drain(currentTerm, votedFor, commitIndex, log.lastIndex(), effects);
        long applyUpTo = config.appliesFromMemory() ? commitIndex : Math.min(commitIndex, persistedIndex());
        boolean isNew = applyUpTo > handedOut && !isRestoring();
        handedOut = isNew ? applyUpTo : handedOut;
        effects.close(writes.factsWrite(), isNew ? applyUpTo : 0, log.ringFirst());
        return effects;
    }

    // ---- state, for status, tests and traces

    public RoleName role() {
        return role.name();
    }

    public long currentTerm() {
        return currentTerm;
    }

    /** 0 for nobody. */
    public long votedFor() {
        return votedFor;
    }

    /** The leader of the current term as far as this member knows, 0 for unknown. */
    public long leader() {
        return leader;
    }

    public boolean leadsIn(long term) {
        return role instanceof Leader && term == currentTerm;
    }

    /**
     * For a read that came before now: when this index is applied the read may be served, and is linearizable, as long as clocks
     * keep to the drift that {@link io.quorate.raft.membership.Lease} states. No message is sent for it.
     *
     * @return -1 when this member holds no lease; {@link #readIndex} can be asked instead
     */
    public long leaseIndex() {
        return leaseTicks() > 0 ? commitIndex : -1;
    }

    /** For how many more ticks this member leads by a lease if nobody renews it; 0 without one. */
    public long leaseTicks() {
        return role instanceof Leader leading ? leading.leaseTicks() : 0;
    }

    /** Whether this member stands by the leader that it heard last: see {@link io.quorate.raft.membership.Lease}. */
    public boolean isPromised() {
        return now < promisedUntil();
    }

    public long commitIndex() {
        return commitIndex;
    }

    public long lastApplied() {
        return lastApplied;
    }

    public long persistedIndex() {
        return writes.persistedIndex();
    }

    /** First index of the retained log, at most one behind the newest mark. */
    public long firstIndex() {
        return log.firstIndex();
    }

    /** What the newest snapshot covers, whether its mark is durable or still in a write; at index 0 there is none. */
    public SnapshotMark mark() {
        return log.mark();
    }

    /** Entries up to here, and snapshots that cover less, are needed no more to start again. */
    public long durableMarkIndex() {
        return writes.durableMarkIndex();
    }

    /**
     * The mark of a snapshot that holds exactly what is applied up to an index.
     *
     * @param index from the newest mark's to {@link #lastApplied()}
     */
    public SnapshotMark markAt(long index) {
        if (index < log.mark().index() || index > lastApplied) {
            throw new IllegalArgumentException("a snapshot at " + index + " was asked for, but it can be taken from "
                    + log.mark().index() + " to " + lastApplied);
        }
        return new SnapshotMark(index, log.termAt(index), log.membershipAt(index));
    }

    /**
     * Whether the state machine is older than the log's beginning, from {@link #restart} or {@link #snapshotReceived} to
     * {@link #restored}. Meanwhile nothing may be read from it, however old the reader lets it be. Votes and the log need no
     * state machine: they go on.
     */
    public boolean isRestoring() {
        return snapshots.isRestoring();
    }

    /**
     * Whether this member lost entries to damage that it may have acknowledged, and has not got them back yet. Meanwhile it takes
     * entries and says what it holds, but neither votes nor campaigns, and nothing may be read from its state machine that was not
     * confirmed by a leader.
     */
    public boolean isDamaged() {
        return lostThrough != 0;
    }

    /** Index that the disk must reach until {@link #isDamaged} ends; 0 when it has. */
    public long lostThrough() {
        return lostThrough;
    }

    public long lastIndex() {
        return log.lastIndex();
    }

    /** Term of the entry at an index in [firstIndex - 1, lastIndex]; 0 for index 0 where that is inside, -1 outside. */
    public long termAt(long index) {
        return log.termAt(index);
    }

    /** The newest membership in the log, committed or not (paper section 6). */
    public Membership membership() {
        return membership;
    }

    /** Index of the entry that told {@link #membership()} first; the same on all members; 0 for the set of the first start. */
    public long membershipIndex() {
        return membership.index();
    }

    /** On a leader: next index to send to that follower; 0 elsewhere. */
    public long nextIndex(long id) {
        int slot = membership.slot(id);
        return role instanceof Leader leading && slot >= 0 ? leading.nextIndex(slot) : 0;
    }

    /** On a leader: highest index known to be durable on that follower and equal to this log; 0 elsewhere. */
    public long matchIndex(long id) {
        int slot = membership.slot(id);
        return role instanceof Leader leading && slot >= 0 ? leading.matchIndex(slot) : 0;
    }

    /** On a leader: whether that follower lacks entries that are not retained any more, and is offered the snapshot. */
    public boolean needsSnapshot(long id) {
        int slot = membership.slot(id);
        return role instanceof Leader leading
                && slot >= 0
                && !leading.isSelf(slot)
                && leading.follower(slot).state() == Progress.State.SNAPSHOT;
    }

    /**
     * Ticks until the next thing happens by itself, at least 1, so that a driver may sleep as long. {@link Long#MAX_VALUE}
     * when nothing will.
     */
    public long ticksUntilDue() {
        long dueAt = role.dueAt();
        return dueAt == Long.MAX_VALUE ? dueAt : Math.max(1, dueAt - now);
    }

    /** An independent copy, generator included. */
    public Raft copy() {
        return new Raft(this);
    }

    /** The whole state in one canonical form: equal states give equal bytes. */
    public byte[] canonicalForm() {
        CanonicalForm out = new CanonicalForm();
        writeTo(out);
        return out.toBytes();
    }

    void writeTo(CanonicalForm out) {
        out.config(config)
                .timed(random.state())
                .number(currentTerm)
                .id(votedFor)
                .id(leader)
                .number(commitIndex)
                .number(lastApplied)
                .number(handedOut)
                .number(readNumber)
                .id(lostLeader)
                .number(hintedCampaigns)
                .number(lostThrough)
                .ids(lostPeers)
                .text(fitness.name())
                .timed(now - ledAt)
                .timed(Math.max(0, promisedUntil() - now));
        log.writeTo(out);
        writes.writeTo(out);
        reads.writeTo(out);
        snapshots.writeTo(out);
        out.text(role.name().name());
        role.writeTo(out);
        effects.writeTo(out);
    }

    // ---- what the roles share

    RaftConfig config() {
        return config;
    }

    LogCursor log() {
        return log;
    }

    EffectsBuffer effects() {
        return effects;
    }

    NumberedWrites writes() {
        return writes;
    }

    LocalReads reads() {
        return reads;
    }

    Quorum quorum() {
        return quorum;
    }

    SplitMix64 random() {
        return random;
    }

    Fitness fitness() {
        return fitness;
    }

    /** In election timeouts; never so many that this member would not campaign. */
    int handicap() {
        return handicap;
    }

    private void handicapChanged() {
        int before = handicap;
        handicap = handicapNow();
        if (handicap != before && role instanceof Follower follower) {
            follower.handicapChanged(handicap - before);
        }
    }

    private int handicapNow() {
        if (fitness != Fitness.FIT) {
            return fitness == Fitness.SICK ? HANDICAP_OF_THE_SICK : HANDICAP_OF_THE_FAULTY;
        }
        return Math.min(membership.higherPriorities(config.self()), MOST_HANDICAP_BY_PRIORITY);
    }

    long now() {
        return now;
    }

    /** Entries up to here were given to the state machine. */
    long handedOut() {
        return handedOut;
    }

    Role roleObject() {
        return role;
    }

    long nextReadNumber() {
        return ++readNumber;
    }

    /**
     * Split votes are rare because timeouts differ (paper 5.2). A member that should rather not lead waits longer, but only for so
     * long after the last leader: who campaigns in vain, because its log is behind, would else keep all others from it.
     */
    long drawElectionAt() {
        long waitsForOthers = Math.max(0, ledAt + (long) handicap * config.electionTicks() - now);
        long earliest = Math.max(now + config.electionTicks(), promisedUntil());
        return earliest + waitsForOthers + random.below(config.electionTicks());
    }

    /**
     * Until then this member neither votes for another than the leader that it heard last nor campaigns, whatever became of that
     * leader and of the connection to it (thesis 6.4.1). By the newest membership: a leader counts nobody before that is on the
     * voter's disk, and none after it has itself written one that says otherwise.
     */
    long promisedUntil() {
        return membership.lease().isOn() ? heardAt + membership.lease().ticks() : 0;
    }

    /**
     * Learners and members removed do not campaign, nor who lost to damage what it acknowledged, nor who is faulty and has nobody to hand over
     * to. Voters are those of the newest membership, committed or not; and, while it is not committed, those of the ones before: perhaps
     * only this member holds it (thesis 4.2.2).
     */
    boolean mayCampaign() {
        return !isDamaged() && isVoter() && !isFaultyAlone();
    }

    private boolean isFaultyAlone() {
        return fitness == Fitness.FAULTY && membership.countedVoters().size() == 1;
    }

    private boolean isVoter() {
        return membership.isVoter(config.self()) || log.isVoterInOpenMembership(config.self(), commitIndex);
    }

    boolean isLost(long id) {
        return lostPeers.contains(id);
    }

    boolean isVoteDurable() {
        return writes.areDurable(currentTerm, votedFor);
    }

    void commitTo(long index) {
        if (index > commitIndex) {
            log.membershipsChangedIn(commitIndex + 1, index)
                    .forEach(at -> effects.event(new RaftEvent.MembershipCommitted(
                            at.index(), at.membership().isJoint())));
            commitIndex = index;
        }
    }

    boolean hasRoomFor(int recordBytes) {
        return log.ringUsedBytes() + recordBytes <= config.ringBytes();
    }

    /** The leader that the campaign under way takes for gone, 0 for none. */
    long leaderGivenUp() {
        return isHinted() ? lostLeader : 0;
    }

    /** Whether a hint began the campaign under way. Hints may be wrong: after some tries, none. */
    private boolean isHinted() {
        return hintedCampaigns >= 1 && hintedCampaigns <= MOST_HINTED_CAMPAIGNS;
    }

    private void back(long id) {
        lostPeers.remove(id);
        if (lostLeader == id) {
            // The hint is taken back, so the campaign that it began is not tried again.
            lostLeader = 0;
            hintedCampaigns = 0;
        }
        if (id == leader && role instanceof Follower follower) {
            follower.leaderBack();
        }
    }

    private static Quorum quorumOf(Membership membership) {
        return new Quorum(slots(membership, membership.voters()), slots(membership, membership.outgoingVoters()));
    }

    /** A voter that has not started yet is listed, but counts in no quorum. */
    private static int[] slots(Membership membership, List<Long> ids) {
        return ids.stream()
                .mapToInt(membership::slot)
                .filter(slot -> membership.members().get(slot).incarnation() != 0)
                .toArray();
    }

    // ---- the log

    /**
     * Makes room for what a follower is to append; one frame into an empty ring always fits, however large. Records that are
     * persisted and not yet handed out may go, to be read from the log when they are committed: if they waited for that, a
     * ring full of earlier terms' entries would shut out the one of this term that commits them (paper 5.4.2).
     *
     * @return false when there is no room until something is persisted or applied
     */
    boolean makeRoomFor(EntryRun entries, long from) {
        long mostUsed = Math.max(0, config.ringBytes() - entries.bytesFrom(from));
        while (log.ringUsedBytes() > mostUsed) {
            long first = log.ringFirst();
            boolean isBusy = first > lastApplied && first <= handedOut;
            if (first > persistedIndex() || isBusy) {
                return false;
            }
            log.dropRingFirst();
        }
        return true;
    }

    /** Only uncommitted entries may go; the caller has made sure, and this makes sure again. */
    void truncate(long from) {
        if (from <= commitIndex) {
            throw new IllegalStateException("entry " + from + " is committed and cannot be dropped");
        }
        effects.event(new RaftEvent.Truncated(from, log.lastIndex()));
        effects.truncated(from);
        log.truncate(from);
        writes.truncated(from);
        membershipChanged(); // Perhaps back to the one before.
    }

    void addMembership(long index, Membership added) {
        log.addMembership(index, added);
        membershipChanged();
    }

    void kept(long from) {
        keptFrom = from;
    }

    /** An entry of a leader that only tells a membership. */
    void appendMembership(Membership added) {
        long index = log.lastIndex() + 1;
        log.append(currentTerm, LogCursor.bytesOf(added));
        addMembership(index, added);
        effects.made(new Effects.MadeHere(index, currentTerm, EntryKind.MEMBERSHIP, added));
    }

    void membershipChanged() {
        Membership newest = log.membership();
        if (newest.equals(membership)) {
            return;
        }
        membership = newest;
        quorum = quorumOf(newest);
        handicapChanged();
        effects.event(new RaftEvent.MembershipChanged(newest.index(), newest.isJoint()));
        if (role instanceof Leader leading) {
            leading.membershipChanged(newest, log.lastIndex() + 1);
        }
    }

    /**
     * A record may go when it is persisted, applied, and sent to every follower that keeps up. One that pins more than half
     * of the ring while all else is done with it is given up on: it will be served from the log.
     */
    private void freeRing() {
        long done = Math.min(persistedIndex(), lastApplied);
        long neededFrom = role instanceof Leader leading ? leading.ringNeededFrom() : log.lastIndex() + 1;
        log.free(done, neededFrom, config.ringBytes() / 2);
    }

    // ---- rules for all roles

    /** A stale sender learns the term (paper 5.1); answers to a term gone by need none. */
    private void tellCurrentTerm(Message message) {
        if (message instanceof RequestVote vote) {
            answerVote(vote);
        } else if (message instanceof AppendEntries append) {
            refuse(append.from(), append.prevLogIndex());
        } else if (message instanceof InstallSnapshot install) {
            refuse(install.from(), install.lastIncludedIndex());
        }
    }

    private void refuse(long staleLeader, long prevLogIndex) {
        effects.send(
                new AppendAnswer(config.group(), config.self(), staleLeader, currentTerm, 0, 0, 0, prevLogIndex, 0, 0));
    }

    /** Who hears a leader neither votes nor takes the later term of one who does not (thesis 4.2.3). */
    private boolean isRefusedInAnyTerm(Message message) {
        return message instanceof RequestVote vote && keepsPromise(vote);
    }

    /** A leader that hands over frees its voters of their promise to it: it has given its lease up before it said so. */
    private boolean keepsPromise(RequestVote message) {
        boolean isBound = isPromised() || (config.checkQuorum() && role.isLeaderAlive());
        return isBound && !message.transfer();
    }

    void deliver(Message message) {
        message.deliverTo(role);
    }

    void answerPreVote(RequestPreVote message) {
        VoteRefusal refusal = preVoteRefusal(message);
        if (refusal == VoteRefusal.STALE_TERM) {
            effects.send(new PreVoteAnswer(config.group(), config.self(), message.from(), currentTerm, refusal));
        } else {
            effects.sendAtOnce(
                    new PreVoteAnswer(config.group(), config.self(), message.from(), message.term(), refusal));
        }
        report(message.term(), true, message.from(), refusal);
    }

    private VoteRefusal preVoteRefusal(RequestPreVote message) {
        if (message.term() <= currentTerm) {
            // An asker that is behind must learn it, else two that are each ahead in one thing refuse each other for
            // ever.
            return VoteRefusal.STALE_TERM;
        }
        if (role.isLeaderAlive() || isPromised()) {
            return role instanceof Leader ? VoteRefusal.I_LEAD : VoteRefusal.LEADER_ALIVE;
        }
        if (isDamaged()) {
            return VoteRefusal.DAMAGED;
        }
        return logRefusal(message.from(), message.lastLogIndex(), message.lastLogTerm());
    }

    /** Answers a vote request of any term. @return whether the vote was given */
    boolean answerVote(RequestVote message) {
        VoteRefusal refusal = voteRefusal(message);
        if (refusal == VoteRefusal.NONE) {
            votedFor = message.from();
            // That candidate gets the time of an election, whatever began a campaign of this member.
            hintedCampaigns = 0;
        }
        effects.send(new VoteAnswer(config.group(), config.self(), message.from(), currentTerm, refusal));
        report(message.term(), false, message.from(), refusal);
        return refusal == VoteRefusal.NONE;
    }

    /** Paper figure 2, RequestVote RPC, with the promise of thesis 4.2.3 before all that the term decides. */
    private VoteRefusal voteRefusal(RequestVote message) {
        if (message.term() < currentTerm) {
            return VoteRefusal.STALE_TERM;
        }
        if (role instanceof Leader) {
            return VoteRefusal.I_LEAD;
        }
        if (keepsPromise(message)) {
            return VoteRefusal.LEADER_ALIVE;
        }
        if (votedFor != 0 && votedFor != message.from()) {
            return VoteRefusal.ALREADY_VOTED;
        }
        if (isDamaged()) {
            // What it acknowledged it may not hold any more: comparing logs would elect who lacks it, too.
            return VoteRefusal.DAMAGED;
        }
        return logRefusal(message.from(), message.lastLogIndex(), message.lastLogTerm());
    }

    /**
     * Only the log decides, not whether the asker is a voter here: it may be one by a membership that this member has not
     * heard of yet (thesis 4.1). A member that was removed for good lacks the entry that did it, so its log is behind.
     */
    private VoteRefusal logRefusal(long candidate, long lastLogIndex, long lastLogTerm) {
        if (log.isNoNewerThan(lastLogIndex, lastLogTerm)) {
            return VoteRefusal.NONE;
        }
        return membership.isVoter(candidate) ? VoteRefusal.LOG_BEHIND : VoteRefusal.NOT_A_VOTER;
    }

    private void report(long term, boolean preVote, long candidate, VoteRefusal refusal) {
        effects.event(
                refusal == VoteRefusal.NONE
                        ? new RaftEvent.VoteGranted(term, preVote, candidate)
                        : new RaftEvent.VoteRefused(term, preVote, candidate, refusal));
    }

    /** A voter refused because it has seen a later term: that is the term to go on from. */
    boolean isBehind(PreVoteAnswer message) {
        return message.refusal() == VoteRefusal.STALE_TERM && message.term() > currentTerm;
    }

    /** That member leads the current term, by a message of its own. */
    void follow(long id) {
        if (leader != 0 && leader != id) {
            throw new CommittedFactException("members " + Long.toUnsignedString(leader, 16) + " and "
                    + Long.toUnsignedString(id, 16) + " both lead term " + currentTerm);
        }
        if (leader == 0) {
            leader = id;
            effects.event(new RaftEvent.LeaderFollowed(currentTerm, id));
        }
        ledAt = now;
        heardAt = now;
        lostLeader = 0;
        hintedCampaigns = 0;
        back(id);
    }

    // ---- changes of role

    void campaign(ElectionCause cause) {
        effects.event(new RaftEvent.ElectionTimedOut(currentTerm, cause));
        hintedCampaigns = cause.isHint() ? hintedCampaigns + 1 : 0;
        heardAt = cause == ElectionCause.TRANSFER ? LONG_AGO : heardAt;
        boolean asksFirst = config.preVote() && cause != ElectionCause.TRANSFER;
        becomeCandidate(asksFirst ? Candidate.Phase.PRE_VOTE : Candidate.Phase.VOTE, cause == ElectionCause.TRANSFER);
    }

    void becomeCandidate(Candidate.Phase phase, boolean transfer) {
        if (role instanceof Leader) {
            throw new IllegalStateException("a leader does not campaign: it steps down first");
        }
        if (!mayCampaign()) {
            throw new IllegalStateException("a member that is no voter, or is damaged, does not campaign");
        }
        leader = 0;
        reads.forgetAsked();
        if (phase == Candidate.Phase.VOTE) {
            currentTerm++;
            votedFor = config.self();
        }
        Candidate candidate = new Candidate(this, phase, transfer, drawElectionAt());
        role = candidate;
        candidate.start();
    }

    void becomeLeader(List<Long> votes) {
        if (!(role instanceof Candidate candidate) || candidate.phase() != Candidate.Phase.VOTE) {
            throw new IllegalStateException("only a candidate that was voted for becomes leader, not a " + role.name());
        }
        if (votedFor != config.self() || !isVoteDurable()) {
            throw new IllegalStateException("nobody leads a term before its own vote in it is durable");
        }
        leader = config.self();
        long termStartIndex = log.lastIndex() + 1;
        role = new Leader(this, termStartIndex);
        effects.event(new RaftEvent.LeaderElected(currentTerm, votes));
        appendTermStart(termStartIndex);
    }

    /**
     * A leader commits earlier terms' entries through one of its own (thesis 6.4). The first leader of a cluster begins with
     * the members' set, so that from then on the log tells it, not only the mark of the first start.
     */
    private void appendTermStart(long index) {
        if (log.isFirstMembershipUntold()) {
            appendMembership(membership);
        } else {
            log.append(currentTerm, LogCursor.bytesOfNoOp());
            effects.made(new Effects.MadeHere(index, currentTerm, EntryKind.NO_OP, null));
        }
    }

    /** A leader gives its term up. */
    void stepDown(StepDownReason reason) {
        effects.event(new RaftEvent.SteppedDown(currentTerm, reason));
        becomeFollower(currentTerm);
    }

    /** To the given term, whose leader is not known yet. */
    void becomeFollower(long term) {
        if (term < currentTerm) {
            throw new IllegalStateException("the term never falls, from " + currentTerm + " to " + term);
        }
        if (term == currentTerm && role instanceof Follower) {
            throw new IllegalStateException("a follower of term " + term + " is one already");
        }
        if (role instanceof Leader && term > currentTerm) {
            effects.event(new RaftEvent.SteppedDown(currentTerm, StepDownReason.LATER_TERM));
        }
        ledAt = role instanceof Leader ? now : ledAt;
        boolean lostCampaign = term == currentTerm && role instanceof Candidate;
        if (term > currentTerm) {
            currentTerm = term;
            votedFor = 0; // In the same term a vote stays given, whatever happens.
        }
        leader = 0;
        reads.forgetAsked();
        Follower follower = new Follower(this, drawElectionAt());
        role = follower;
        if (lostCampaign && isHinted()) {
            follower.hintAgain(
                    lostLeader == 0 ? ElectionCause.FIRST_ELECTION : ElectionCause.LEADER_LOST, hintedCampaigns);
        }
    }
}
