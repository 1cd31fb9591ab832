package io.quorate.raft;

import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.RequestPreVote;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.Message.VoteAnswer;
import io.quorate.raft.RaftEvent.ElectionCause;
import io.quorate.raft.RaftEvent.StepDownReason;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.quorum.Quorum;
import java.util.ArrayList;
import java.util.List;

/**
 * One member of one Raft group (Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", and Ongaro's
 * thesis). Not safe for threads: one driver feeds inputs and drains {@link Effects}; see there for the contract.
 *
 * <p>This class owns what all roles share, the rules that hold in each, and every change of role:
 *
 * <pre>
 *   from         to           when
 *   follower     pre-vote     election timeout, or a hint, on a voter (thesis 9.6)
 *   follower     candidate    the same with PreVote switched off (paper 5.2)
 *   pre-vote     candidate    a quorum would vote for it
 *   pre-vote     pre-vote     election timeout
 *   candidate    pre-vote     election timeout: a split vote (candidate again with PreVote switched off)
 *   candidate    leader       a quorum voted for it, and its own vote is durable
 *   any          follower     a later term (paper 5.1)
 *   pre-vote, candidate
 *                follower     a leader of this term, or no quorum can come together any more; pre-vote: it voted
 *   leader       follower     no quorum answered for an election timeout (thesis 6.2)
 * </pre>
 */
public final class Raft {
    private static final int MOST_HINTED_CAMPAIGNS = 5;

    private final RaftConfig config;
    private final SplitMix64 random;
    private final LogCursor log;
    private final NumberedWrites writes;
    private final LocalReads reads;
    private final EffectsBuffer effects;
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

    /** Members of which the driver says that they are gone, rising. */
    private final ArrayList<Long> lostPeers;

    /** The leader whose loss was hinted at, 0 for none. */
    private long lostLeader;

    /** Campaigns that hints began, one after another, with no leader heard between them. */
    private int hintedCampaigns;

    private long keptFrom;
    private long readNumber;

    private Raft(RaftConfig config, RestartImage image, long seed) {
        this.config = config;
        this.random = new SplitMix64(seed);
        this.log = new LogCursor(image.mark(), image.log());
        this.writes = new NumberedWrites(image.hardState(), image.log().lastIndex());
        this.reads = new LocalReads();
        this.effects = new EffectsBuffer();
        this.currentTerm = image.hardState().currentTerm();
        this.votedFor = image.hardState().votedFor();
        long hint = Math.max(image.mark().index(), image.hardState().commitHint());
        this.commitIndex = Math.min(hint, log.lastIndex());
        this.lastApplied = image.mark().index();
        this.handedOut = lastApplied;
        this.membership = log.membership();
        this.quorum = quorumOf(membership);
        this.lostPeers = new ArrayList<>();
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
        now = other.now;
        currentTerm = other.currentTerm;
        votedFor = other.votedFor;
        leader = other.leader;
        commitIndex = other.commitIndex;
        lastApplied = other.lastApplied;
        handedOut = other.handedOut;
        membership = other.membership;
        quorum = other.quorum;
        lostPeers = new ArrayList<>(other.lostPeers);
        lostLeader = other.lostLeader;
        hintedCampaigns = other.hintedCampaigns;
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

    /** Time passed: whole milliseconds since the last call, the whole jump at once, before all other inputs of the turn. */
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
        if (!(role instanceof Leader)) {
            return Refusal.NOT_LEADER.code();
        }
        if (recordBytes > config.ringBytes()) {
            return Refusal.TOO_LARGE.code();
        }
        if (log.ringUsedBytes() + recordBytes > config.ringBytes()) {
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
        role.persisted();
    }

    /**
     * The state machine has everything up to this index. One with files of its own tells at the start how far they reach,
     * before anything is handed out: what was applied is committed.
     */
    public void applied(long index) {
        effects.open();
        boolean isStart = lastApplied == log.mark().index() && handedOut == lastApplied && index <= log.lastIndex();
        if (index < lastApplied || (index > handedOut && !isStart)) {
            throw new IllegalArgumentException(
                    "applied was " + index + ", but " + lastApplied + " to " + handedOut + " were handed out");
        }
        lastApplied = index;
        handedOut = Math.max(handedOut, index);
        commitTo(index);
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
     * A majority of the voters is connected, and none of them knows a leader: campaign soon, without the whole timeout, the
     * voter with the lowest id first.
     */
    public void majorityWithoutLeader() {
        effects.open();
        if (leader == 0 && role instanceof Follower follower) {
            follower.majorityWithoutLeader();
        }
    }

    /** The election timeout fires now; for the search of interleavings and for scenarios. */
    public void electionTimedOut() {
        effects.open();
        if (!(role instanceof Leader) && mayCampaign()) {
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
        reads.answer(lastApplied, effects);
        writes.drain(currentTerm, votedFor, commitIndex, log.lastIndex(), effects);
        long applyUpTo = config.appliesFromMemory() ? commitIndex : Math.min(commitIndex, persistedIndex());
        boolean isNew = applyUpTo > handedOut;
        handedOut = Math.max(handedOut, applyUpTo);
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

    public long commitIndex() {
        return commitIndex;
    }

    public long lastApplied() {
        return lastApplied;
    }

    public long persistedIndex() {
        return writes.persistedIndex();
    }

    /** First index of the log: one behind the mark. */
    public long firstIndex() {
        return log.mark().index() + 1;
    }

    public long lastIndex() {
        return log.lastIndex();
    }

    /** Term of the entry at an index in [firstIndex - 1, lastIndex]; 0 for index 0, -1 outside. */
    public long termAt(long index) {
        return log.termAt(index);
    }

    /** The newest membership in the log, committed or not (paper section 6). */
    public Membership membership() {
        return membership;
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
                .ids(lostPeers);
        log.writeTo(out);
        writes.writeTo(out);
        reads.writeTo(out);
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

    LocalReads reads() {
        return reads;
    }

    Quorum quorum() {
        return quorum;
    }

    SplitMix64 random() {
        return random;
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

    /** Split votes are rare because timeouts differ (paper 5.2). */
    long drawElectionAt() {
        return now + config.electionTicks() + random.below(config.electionTicks());
    }

    /** Learners and members removed do not campaign. Voters are those of the newest membership, committed or not. */
    boolean mayCampaign() {
        return membership.isVoter(config.self());
    }

    boolean isLost(long id) {
        return lostPeers.contains(id);
    }

    boolean isVoteDurable() {
        return writes.areDurable(currentTerm, votedFor);
    }

    void commitTo(long index) {
        commitIndex = Math.max(commitIndex, index);
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
        lostLeader = lostLeader == id ? 0 : lostLeader;
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

    private void membershipChanged() {
        membership = log.membership();
        quorum = quorumOf(membership);
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
            effects.send(new AppendAnswer(
                    config.group(), config.self(), append.from(), currentTerm, 0, 0, 0, append.prevLogIndex(), 0, 0));
        }
    }

    /** Who hears a leader neither votes nor takes the later term of one who does not (thesis 4.2.3). */
    private boolean isRefusedInAnyTerm(Message message) {
        return message instanceof RequestVote && config.checkQuorum() && role.isLeaderAlive();
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
        if (role.isLeaderAlive()) {
            return role instanceof Leader ? VoteRefusal.I_LEAD : VoteRefusal.LEADER_ALIVE;
        }
        return logRefusal(message.from(), message.lastLogIndex(), message.lastLogTerm());
    }

    /** Answers a vote request of any term. @return whether the vote was given */
    boolean answerVote(RequestVote message) {
        VoteRefusal refusal = voteRefusal(message);
        if (refusal == VoteRefusal.NONE) {
            votedFor = message.from();
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
        if (config.checkQuorum() && role.isLeaderAlive()) {
            return VoteRefusal.LEADER_ALIVE;
        }
        if (votedFor != 0 && votedFor != message.from()) {
            return VoteRefusal.ALREADY_VOTED;
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
        lostLeader = 0;
        hintedCampaigns = 0;
        back(id);
    }

    // ---- changes of role

    void campaign(ElectionCause cause) {
        effects.event(new RaftEvent.ElectionTimedOut(currentTerm, cause));
        hintedCampaigns = cause.isHint() ? hintedCampaigns + 1 : 0;
        becomeCandidate(config.preVote() ? Candidate.Phase.PRE_VOTE : Candidate.Phase.VOTE);
    }

    void becomeCandidate(Candidate.Phase phase) {
        if (role instanceof Leader) {
            throw new IllegalStateException("a leader does not campaign: it steps down first");
        }
        if (!mayCampaign()) {
            throw new IllegalStateException("a member that is no voter does not campaign");
        }
        leader = 0;
        reads.forgetAsked();
        if (phase == Candidate.Phase.VOTE) {
            currentTerm++;
            votedFor = config.self();
        }
        Candidate candidate = new Candidate(this, phase, drawElectionAt());
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
        boolean tellsMembers = log.isFirstMembershipUntold();
        log.append(currentTerm, tellsMembers ? LogCursor.bytesOf(membership) : LogCursor.bytesOfNoOp());
        if (tellsMembers) {
            addMembership(index, membership);
            effects.made(new Effects.MadeHere(index, currentTerm, EntryKind.MEMBERSHIP, membership));
        } else {
            effects.made(new Effects.MadeHere(index, currentTerm, EntryKind.NO_OP, null));
        }
    }

    /** To the given term, whose leader is not known yet. */
    void becomeFollower(long term) {
        if (term < currentTerm) {
            throw new IllegalStateException("the term never falls, from " + currentTerm + " to " + term);
        }
        if (term == currentTerm && role instanceof Follower) {
            throw new IllegalStateException("a follower of term " + term + " is one already");
        }
        if (role instanceof Leader) {
            StepDownReason reason = term > currentTerm ? StepDownReason.LATER_TERM : StepDownReason.NO_QUORUM;
            effects.event(new RaftEvent.SteppedDown(currentTerm, reason));
        }
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
