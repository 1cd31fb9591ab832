package io.quorate.node.internal;

import io.quorate.node.Consistency;
import io.quorate.node.Leadership;
import io.quorate.node.ProposalListener;
import io.quorate.node.RaftOptions;
import io.quorate.node.ReadListener;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.SavedState;
import io.quorate.node.SnapshotStatus;
import io.quorate.node.StateHashStatus;
import io.quorate.node.Unknown;
import io.quorate.node.once.Extension;
import io.quorate.node.once.KnownKeys;
import io.quorate.node.peer.HashMessage;
import io.quorate.node.peer.LeaderAnswer;
import io.quorate.node.peer.LeaderRequest;
import io.quorate.node.peer.Transfer;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.LogStore.FoundRecords;
import io.quorate.node.port.LogStore.LogWrite;
import io.quorate.node.port.MembershipCodec;
import io.quorate.node.port.RecordKind;
import io.quorate.node.port.StateHashCodec;
import io.quorate.raft.Effects;
import io.quorate.raft.EntryKind;
import io.quorate.raft.EntryRun;
import io.quorate.raft.Fitness;
import io.quorate.raft.Message;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.Refusal;
import io.quorate.raft.RoleName;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One group on this member: its core, the bytes of its log's end, and everybody who waits for it. Inputs of a turn go to the
 * core as they come; {@link #endTurn} drains it once and acts in the order of {@link Effects}.
 *
 * <p>What happens while acting (entries applied, reads to ask for) reaches the core at the start of the next turn, so the
 * effects stay valid while they are read. Loop only.
 */
final class GroupDriver<R> {
    private static final Logger LOG = LoggerFactory.getLogger("io.quorate.node");
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int OVERLOADED_RETRY_MILLIS = 10;
    private static final int RESTORING_RETRY_MILLIS = 100;

    private final NodeParts<R> parts;
    private final RaftOptions options;
    private final Admission admission;
    private final int group;
    private final RecordedRaft core;
    private final Raft raft;
    private final EntryRing ring;
    private final ApplyCursor<R> apply;
    private final PendingProposals<R> pending = new PendingProposals<>();
    private final ForwardedProposals<R> forwarded = new ForwardedProposals<>();
    private final UnsentProposals<R> unsent = new UnsentProposals<>();
    private final PendingReads reads;
    private final PositionReads positionReads;
    private final FreshReads freshReads;
    private final EventLines eventLines = new EventLines();
    private final ArrayDeque<Effects.Outgoing> waiting = new ArrayDeque<>();
    private final LogReads usersLogReads;
    private final GroupSnapshots<R> snapshots;
    private final LeaderRequests requests;
    private final HashAgreement agreement;
    private final Map<Long, Consumer<FoundRecords>> logReads = new HashMap<>();
    private long lastLogRead;
    private long lastForward;
    private long submittedWrite;
    private long persistedWrite;
    private long writeBytes;
    private boolean isDiskFull;

    /** Nothing that the state machine says is told any more. */
    private boolean isDistrusted;

    /** This member must not lead, for its state or its disk is wrong: see {@link Fitness#FAULTY}. */
    private boolean isFaulty;

    /** Terms that writes under way make durable, each with the write's number; and the last that is. */
    private final ArrayDeque<Effects.Write> termWrites = new ArrayDeque<>();

    private long durableTerm;

    // What was told outside, to tell it again only when it changes.
    private long toldLeader;
    private @Nullable Membership toldMembership;
    private @Nullable Membership toldCommitted;
    private @Nullable Leadership leadership;
    private Fitness toldFitness = Fitness.FIT;

    GroupDriver(
            NodeParts<R> parts,
            Admission admission,
            int group,
            RecordedRaft core,
            SnapshotDesk desk,
            KnownKeys<R> keys,
            @Nullable Applier<R> applier) {
        this.parts = parts;
        this.options = parts.options();
        this.admission = admission;
        this.reads = new PendingReads(admission);
        this.positionReads = new PositionReads(admission);
        this.freshReads = new FreshReads(admission);
        this.group = group;
        this.core = core;
        this.raft = core.state();
        this.ring = new EntryRing(parts.ringChunkBytes(), parts.ringAllocator(), this::fence);
        AppliedBytes bytes = new AppliedBytes(GroupSnapshots.grain(options));
        StateHashes hashes = new StateHashes(parts.identity().memberId(), options.stateHashEntries());
        this.agreement = new HashAgreement(parts, group, raft, hashes, this::proposeHash);
        this.apply = new ApplyCursor<>(
                parts,
                group,
                raft.lastApplied(),
                bytes,
                keys,
                hashes,
                this::agreed,
                ring,
                pending,
                applier,
                this::overwritten,
                this::readLog);
        this.durableTerm = raft.currentTerm();
        this.snapshots =
                new GroupSnapshots<>(
                        parts, group, core, apply, bytes, keys, hashes, ring, pending, desk, () -> durableTerm);
        this.usersLogReads = new LogReads(raft, ring, this::readLog);
        this.requests = new LeaderRequests(core, parts.peers(), parts.identity().memberId(), parts.versions(), options);
    }

    // ---- inputs

    /** Opens a turn. Time comes before everything else, and what the last turn applied before what is new. */
    void beginTurn(long ticks) {
        if (ticks > 0) {
            core.advance(ticks);
        }
        apply.takeBack();
        if (apply.hasNews()) {
            core.applied(apply.takeNews());
        }
        snapshots.beginTurn();
    }

    /** Time that passed since the turn began. */
    void pass(long ticks) {
        core.advance(ticks);
    }

    void persisted(long writeNumber) {
        if (writeNumber > persistedWrite) {
            persistedWrite = writeNumber;
            while (!termWrites.isEmpty() && termWrites.getFirst().number() <= writeNumber) {
                durableTerm = java.util.Objects.requireNonNull(
                                termWrites.remove().hardState())
                        .currentTerm();
            }
            core.persisted(writeNumber);
            sendWaiting();
        }
    }

    void found(FoundRecords found) {
        Consumer<FoundRecords> asker = logReads.remove(found.token());
        if (asker != null) {
            asker.accept(found);
        }
    }

    /** The log has room for votes and truncations only, or for everything again. */
    void diskFull(boolean full) {
        isDiskFull = full;
    }

    /** @param reason for which this member is sick, the end of a sentence */
    void fitness(Fitness measured, @Nullable String reason) {
        Fitness found = isFaulty ? Fitness.FAULTY : measured;
        if (found != toldFitness) {
            toldFitness = found;
            core.fitness(found);
            if (found == Fitness.FAULTY) {
                LOG.warn("member-faulty node={} text=\"it leads only where else nobody could, until somebody takes over\"", parts.name());
            } else if (found == Fitness.SICK) {
                LOG.warn("member-sick node={} reason=\"{}\"", parts.name(), reason);
            } else {
                LOG.info("member-fit node={}", parts.name());
            }
        }
    }

    /** Number of the last write that was given to the log. */
    long submittedWrite() {
        return submittedWrite;
    }

    void received(Message message, ByteBuffer records) {
        // The entries are as if they were lost on the way: the leader sends them again until there is room.
        core.receive(isDiskFull && message instanceof Message.AppendEntries full ? full.withoutEntries() : message);
        if (message instanceof Message.AppendEntries append && raft.keptFrom() != 0) {
            ring.copy(raft.keptFrom(), append.entries(), records);
            writeBytes += records.remaining();
        } else {
            // A message that found no room may still have dropped entries that conflict with it.
            ring.truncateFrom(raft.lastIndex() + 1);
        }
    }

    /** Bytes of entries that this turn's write will hold. */
    long writeBytes() {
        return writeBytes;
    }

    /** @param flags of the record that it is to become */
    void propose(int flags, ByteBuffer payload, long token, ProposalListener<R> listener, long now) {
        if (isDistrusted) {
            listener.refused(token, refused(Refused.Reason.STATE_DIFFERS));
            return;
        }
        long answer = append(flags, payload);
        if (answer >= 0) {
            pending.add(answer, raft.currentTerm(), token, deadline(now), listener);
            return;
        }
        Refusal refusal = refusal(answer);
        if (refusal == Refusal.NOT_LEADER && options.forwardToLeader()) {
            unsent.add(new UnsentProposals.Unsent<>(flags, payload, token, deadline(now), listener));
            sendUnsent();
        } else {
            listener.refused(token, refused(reason(refusal)));
        }
    }

    /**
     * Forwards what waits for it, as far as the connection to the leader has room; a leader takes a burst, too. Room comes as
     * what was sent before is answered, and each answer brings a turn.
     */
    private void sendUnsent() {
        for (UnsentProposals.Unsent<R> first = unsent.first(); first != null; first = unsent.first()) {
            // What a full disk forwards it would not see applied.
            Refusal refusal = isDiskFull ? Refusal.NO_SPACE : forward(first);
            if (refusal == Refusal.OVERLOADED) {
                return;
            }
            unsent.removeFirst();
            if (refusal != null) {
                first.listener().refused(first.token(), refused(reason(refusal)));
            }
        }
    }

    void forwarded(long from, long number, int flags, ByteBuffer payload) {
        long answer = append(flags, payload);
        if (answer >= 0) {
            parts.peers().forwardAccepted(from, number, answer, raft.currentTerm());
        } else {
            parts.peers().forwardRefused(from, number, refusal(answer));
        }
    }

    void forwardAccepted(long from, long number, long index, long term) {
        ForwardedProposals.Forwarded<R> asked = forwarded.take(from, number);
        if (asked == null) {
            return;
        }
        if (index <= apply.applied()) {
            // The answer came behind the entry it tells of: the result is gone.
            asked.listener().unknown(asked.token(), new Unknown<>(Unknown.Reason.LEADER_LOST));
        } else {
            pending.add(index, term, asked.token(), asked.deadline(), asked.listener());
        }
    }

    void forwardRefused(long from, long number, Refusal reason) {
        ForwardedProposals.Forwarded<R> asked = forwarded.take(from, number);
        if (asked != null) {
            asked.listener().refused(asked.token(), refused(reason(reason)));
        }
    }

    /** Something for the leader, whoever that is. */
    void ask(LeaderRequest request, long now, LeaderRequests.Reply reply) {
        requests.ask(request, isDiskFull, now, reply);
    }

    void requested(long from, LeaderRequest request, long now) {
        requests.asked(from, request, isDiskFull, now);
    }

    void requestAnswered(long from, LeaderAnswer answer) {
        requests.answered(from, answer);
    }

    /** Whether this member, which is to end, had better not yet: it waits for the leader's answer, or hands over for what is wrong with it. */
    boolean mustStay() {
        return requests.awaitsAnswer() || (isFaulty && raft.role() == RoleName.LEADER);
    }

    /** Whether the leader was asked for something and has not answered. */
    boolean awaitsAnswer() {
        return requests.awaitsAnswer();
    }

    void told(long from, HashMessage message, long now) {
        agreement.told(from, message, now);
    }

    void disconnected(long id) {
        agreement.disconnected(id);
        requests.disconnected(id);
        forwarded.lost(id, new Unknown<>(Unknown.Reason.LEADER_LOST));
    }

    void peerLost(long id) {
        core.peerLost(id);
    }

    void peerBack(long id) {
        core.peerBack(id);
    }

    void majorityWithoutLeader() {
        core.majorityWithoutLeader();
    }

    /** @param now not before the read was asked for; the core has been told that so much time passed */
    void read(Consistency consistency, ReadListener listener, long token, long now) {
        if (isDistrusted) {
            one(listener, token, now).refuse(refused(Refused.Reason.STATE_DIFFERS));
            return;
        }
        if (snapshots.isRestoring()) {
            one(listener, token, now).refuse(refused(Refused.Reason.RESTORING));
            return;
        }
        switch (consistency.kind()) {
            case LINEARIZABLE -> reads.add(listener, token, now, deadline(now));
            case LEASE -> readByLease(listener, token, now);
            case AT_LEAST -> readAt(consistency.value(), listener, token, now);
            case WITHIN -> readWithin(consistency.value(), listener, token, now);
            case LOCAL -> readLocally(one(listener, token, now));
        }
    }

    private void readLocally(PendingReads.Batch one) {
        if (raft.isDamaged()) {
            one.refuse(refused(Refused.Reason.DAMAGED));
        } else {
            apply.read(one);
        }
    }

    private PendingReads.Batch one(ReadListener listener, long token, long now) {
        PendingReads.Batch one = new PendingReads.Batch(now, Long.MAX_VALUE, admission);
        one.add(listener, token);
        return one;
    }

    private void readByLease(ReadListener listener, long token, long now) {
        long index = raft.leaseIndex();
        if (index >= 0) {
            readAt(index, listener, token, now);
        } else {
            reads.add(listener, token, now, deadline(now));
        }
    }

    private void readAt(long index, ReadListener listener, long token, long now) {
        if (index <= apply.applied()) {
            apply.read(one(listener, token, now));
        } else {
            positionReads.add(index, listener, token, now, deadline(now));
        }
    }

    private void readWithin(long nanos, ReadListener listener, long token, long now) {
        long leaseIndex = raft.leaseIndex();
        if (freshReads.isProven(now - nanos)) {
            apply.read(one(listener, token, now));
        } else if (leaseIndex >= 0) {
            readAt(leaseIndex, listener, token, now);
        } else {
            long deadline = Math.min(now + nanos, deadline(now));
            freshReads.add(listener, token, now - nanos, now, deadline);
        }
    }

    void transferred(long from, Transfer transfer, long now) {
        snapshots.transferred(from, transfer, now);
    }

    void transferEnded(long id, boolean fetching, long now) {
        snapshots.transferEnded(id, fetching, now);
    }

    /** A snapshot for a user. */
    void save(CompletableFuture<ReadOutcome<SavedState>> answer, SavedStates.Users users) {
        if (isDistrusted) {
            Refused<SavedState> differs = refused(Refused.Reason.STATE_DIFFERS);
            users.tell(() -> answer.complete(differs));
            return;
        }
        snapshots.save(answer, users, refused(Refused.Reason.OVERLOADED));
    }

    LogReads usersLogReads() {
        return usersLogReads;
    }

    // ---- effects

    /**
     * Drains the core and does what it says.
     *
     * @return whether another turn would find something to do at once
     */
    boolean endTurn(long now) {
        expire(now);
        sendUnsent();
        if (freshReads.isWaiting() && reads.isIdle()) {
            reads.gather(now, deadline(now));
        }
        long token = reads.ask();
        if (token != 0) {
            core.readIndex(token);
        }
        snapshots.endInputs(now);
        requests.claim();
        agreement.turn(now);
        Effects effects = core.drain();
        for (Effects.MadeHere made : effects.madeHere()) {
            ByteBuffer payload = made.membership() == null ? NOTHING : MembershipCodec.encode(made.membership());
            ring.encode(Payloads.recordKind(made.kind()), 0, group, made.index(), made.term(), payload);
        }
        submit(effects.write());
        for (Effects.Outgoing outgoing : effects.messages()) {
            send(outgoing);
        }
        for (Effects.LogRead read : effects.logReads()) {
            readForFollower(read);
        }
        snapshots.act(effects, now, refused(Refused.Reason.RESTORING));
        apply.through(effects.applyThrough());
        boolean more = apply.slice();
        positionReads.serve(apply);
        for (Effects.ReadAnswer answer : effects.reads()) {
            answer(answer);
        }
        apply.hand();
        for (RaftEvent event : effects.events()) {
            if (LOG.isInfoEnabled()) {
                eventLines.of(raft.membership(), event).forEach(line -> LOG.info("{} node={}", line, parts.name()));
            }
            parts.events().accept(event);
        }
        requests.heard(effects.events());
        requests.settle(now);
        ring.release(effects.ringFirstIndex());
        writeBytes = 0;
        tellPeers();
        boolean isToGo = isFaulty && toldFitness != Fitness.FAULTY;
        return more || isToGo || apply.hasNews() || snapshots.hasNews();
    }

    /** When this group wants a turn by itself, given when the core's time was last advanced. */
    long nextTurn(long coreNanos) {
        long ticks = raft.ticksUntilDue();
        long next = ticks >= Long.MAX_VALUE / NodeLoop.TICK_NANOS - 1
                ? Long.MAX_VALUE
                : coreNanos + ticks * NodeLoop.TICK_NANOS;
        next = Math.min(
                Math.min(next, pending.nextDeadline()), Math.min(forwarded.nextDeadline(), unsent.nextDeadline()));
        next = Math.min(next, Math.min(requests.nextDeadline(), agreement.nextTurn()));
        next = Math.min(next, Math.min(positionReads.nextDeadline(), freshReads.nextDeadline()));
        return Math.min(Math.min(next, reads.nextDeadline()), snapshots.nextTurn());
    }

    /** Ends all that waits: the node stops. */
    void stop() {
        Unknown<R> unknown = new Unknown<>(Unknown.Reason.STOPPED);
        pending.expire(Long.MAX_VALUE, unknown);
        forwarded.expire(Long.MAX_VALUE, unknown);
        unsent.expire(Long.MAX_VALUE, refused(Refused.Reason.STOPPED));
        requests.stop();
        reads.ask();
        refuseReads(Long.MAX_VALUE, Refused.Reason.STOPPED);
        positionReads.expire(Long.MAX_VALUE, refused(Refused.Reason.STOPPED));
        freshReads.expire(Long.MAX_VALUE, refused(Refused.Reason.STOPPED));
        apply.stop(refused(Refused.Reason.STOPPED));
        snapshots.stop(refused(Refused.Reason.STOPPED));
        usersLogReads.stop(refused(Refused.Reason.STOPPED));
        logReads.values().forEach(asker -> asker.accept(new FoundRecords(group, 0, 0, 0, null)));
        logReads.clear();
    }

    private void submit(Effects.@Nullable Write write) {
        if (write == null) {
            return;
        }
        List<ByteBuffer> records = write.hasEntries() ? ring.slices(write.firstIndex(), write.lastIndex()) : List.of();
        long bytes = 0;
        for (ByteBuffer slice : records) {
            bytes += slice.remaining();
        }
        submittedWrite = write.number();
        if (write.hardState() != null) {
            termWrites.add(write);
        }
        parts.log().submit(new LogWrite(group, write, records, bytes));
    }

    private void send(Effects.Outgoing outgoing) {
        if (outgoing.afterWrite() > persistedWrite) {
            waiting.add(outgoing);
        } else {
            send(outgoing.message());
        }
    }

    private void sendWaiting() {
        for (int left = waiting.size(); left > 0; left--) {
            send(waiting.remove());
        }
    }

    private void send(Message message) {
        if (message instanceof Message.AppendEntries append && !append.entries().isEmpty()) {
            EntryRun run = append.entries();
            // Only a message that had to wait can have outlived its entries: then it is lost, as messages may be.
            if (ring.holds(run.firstIndex()) && ring.holds(run.lastIndex())) {
                parts.peers().send(message, ring.slices(run.firstIndex(), run.lastIndex()));
            }
        } else {
            parts.peers().send(message, List.of());
        }
    }

    private void readForFollower(Effects.LogRead read) {
        readLog(read.prevLogIndex() + 1, read.lastIndex(), read.maxBytes(), found -> {
            ByteBuffer records = found.records();
            if (records == null && found.token() != 0 && read.prevLogIndex() + 1 >= raft.firstIndex()) {
                core.logBeginsAt(raft.durableMarkIndex() + 1);
            }
            if (records == null || !raft.leadsIn(read.term())) {
                return;
            }
            int count = (int) (found.lastIndex() - found.firstIndex() + 1);
            EntryRun run = Payloads.describe(records, found.firstIndex(), count);
            parts.peers()
                    .sendBulk(
                            new Message.AppendEntries(
                                    group,
                                    parts.identity().memberId(),
                                    read.to(),
                                    read.term(),
                                    read.prevLogIndex(),
                                    read.prevLogTerm(),
                                    raft.commitIndex(),
                                    0,
                                    run),
                            List.of(records));
        });
    }

    private void readLog(long firstIndex, long lastIndex, int maxBytes, Consumer<FoundRecords> asker) {
        logReads.put(++lastLogRead, asker);
        parts.log().read(group, firstIndex, lastIndex, maxBytes, lastLogRead);
    }

    private void answer(Effects.ReadAnswer answer) {
        PendingReads.Batch batch = reads.take(answer.token());
        if (batch == null) {
            return;
        }
        Refusal refusal = answer.refusal();
        if (refusal != null) {
            batch.refuse(refused(reason(refusal)));
        } else {
            apply.read(batch);
            freshReads.proven(batch.askedAt(), apply);
        }
    }

    private void expire(long now) {
        if (pending.nextDeadline() <= now) {
            pending.expire(now, new Unknown<>(Unknown.Reason.TIMED_OUT));
        }
        if (forwarded.nextDeadline() <= now) {
            forwarded.expire(now, new Unknown<>(Unknown.Reason.TIMED_OUT));
        }
        unsent.expire(now, refused(Refused.Reason.OVERLOADED));
        refuseReads(now, Refused.Reason.TIMED_OUT);
        positionReads.expire(now, refused(Refused.Reason.TIMED_OUT));
        freshReads.expire(now, refused(Refused.Reason.STALE));
    }

    private void refuseReads(long now, Refused.Reason reason) {
        for (PendingReads.Batch late = reads.takeExpired(now); late != null; late = reads.takeExpired(now)) {
            late.refuse(refused(reason));
        }
    }

    /** Asked every turn: that the core holds the same object is answer enough. */
    @SuppressWarnings("ReferenceEquality")
    private void tellPeers() {
        if (raft.leader() != toldLeader) {
            toldLeader = raft.leader();
            parts.peers().leaderIs(toldLeader);
        }
        if (raft.membership() != toldMembership) {
            toldMembership = raft.membership();
            parts.peers().members(toldMembership);
        }
        Membership committed = raft.committedMembership();
        if (committed != toldCommitted && !committed.isJoint()) {
            toldCommitted = committed;
            parts.peers().committed(committed);
        }
    }

    /** Whether this member was removed for good, and leads no more: nobody needs it, and it must not go on. */
    boolean isRemoved() {
        Membership committed = raft.committedMembership();
        long self = parts.identity().memberId();
        return !committed.isJoint()
                && raft.role() != RoleName.LEADER
                && committed.removed().contains(self)
                && !committed.contains(self);
    }

    // ---- what is wrong with this member

    /** Where commands are applied an entry says what the states of a majority were. */
    private void agreed(long index, long hash) {
        agreement.agreed(index, hash);
        if (agreement.differs() && !isDistrusted) {
            isDistrusted = true;
            mustNotLead();
            Unknown<R> unknown = new Unknown<>(Unknown.Reason.STATE_DIFFERS);
            pending.expire(Long.MAX_VALUE, unknown);
            forwarded.expire(Long.MAX_VALUE, unknown);
            unsent.expire(Long.MAX_VALUE, refused(Refused.Reason.STATE_DIFFERS));
            reads.ask();
            refuseReads(Long.MAX_VALUE, Refused.Reason.STATE_DIFFERS);
            positionReads.expire(Long.MAX_VALUE, refused(Refused.Reason.STATE_DIFFERS));
            freshReads.expire(Long.MAX_VALUE, refused(Refused.Reason.STATE_DIFFERS));
            apply.distrust(unknown, refused(Refused.Reason.STATE_DIFFERS));
            snapshots.distrust(refused(Refused.Reason.STATE_DIFFERS));
        }
    }

    /** From the next turn on the core hands the leadership over; it takes it again only to bring others as far as they need. */
    void mustNotLead() {
        isFaulty = true;
    }

    StateHashStatus stateHash() {
        return agreement.status();
    }

    // ---- proposals

    private boolean proposeHash(long index, long hash) {
        int size = LogRecord.size(StateHashCodec.BYTES);
        long answer = isDiskFull ? -1 : core.propose(EntryKind.STATE_HASH, size);
        if (answer >= 0) {
            ByteBuffer payload = StateHashCodec.encode(index, hash);
            ring.encode(RecordKind.STATE_HASH, 0, group, answer, raft.currentTerm(), payload);
            writeBytes += size;
        }
        return answer >= 0;
    }

    private long append(int flags, ByteBuffer payload) {
        boolean isExtended = flags != 0;
        if (payload.remaining() - (isExtended ? LogRecord.extensionBytes(payload) : 0) > options.maxCommandBytes()) {
            return refused(Refusal.TOO_LARGE);
        }
        if (isDiskFull) {
            // A follower too: it would forward and then not see the entry applied, so the outcome would be unknown.
            return refused(Refusal.NO_SPACE);
        }
        int size = LogRecord.size(payload.remaining());
        long answer = core.propose(EntryKind.COMMAND, size);
        if (answer >= 0) {
            ByteBuffer timed =
                    isExtended ? Extension.stamped(payload, parts.wallClock().millis()) : payload;
            ring.encode(RecordKind.ENTRY, flags, group, answer, raft.currentTerm(), timed);
            writeBytes += size;
        }
        return answer;
    }

    /** @return null when it was sent; else why nothing was */
    private @Nullable Refusal forward(UnsentProposals.Unsent<R> asked) {
        long leader = raft.leader();
        if (leader == 0 || leader == parts.identity().memberId()) {
            return Refusal.NOT_LEADER;
        }
        Refusal refusal = parts.peers().forward(leader, lastForward + 1, asked.flags(), asked.payload());
        if (refusal == null) {
            forwarded.add(
                    ++lastForward,
                    new ForwardedProposals.Forwarded<>(
                            leader, asked.bytes(), asked.token(), asked.deadline(), asked.listener()));
        }
        return refusal;
    }

    private long deadline(long now) {
        return now + options.requestTimeoutMillis() * NodeLoop.TICK_NANOS;
    }

    private Refused<R> overwritten() {
        return refused(Refused.Reason.OVERWRITTEN);
    }

    <T> Refused<T> refused(Refused.Reason reason) {
        int retryMillis =
                switch (reason) {
                    case OVERLOADED -> OVERLOADED_RETRY_MILLIS;
                    case RESTORING, DAMAGED, STATE_DIFFERS -> RESTORING_RETRY_MILLIS;
                    case NOT_LEADER -> raft.leader() == 0 ? options.heartbeatMillis() : 0;
                    case TOO_LARGE, NO_SPACE, OVERWRITTEN, TIMED_OUT, STALE, KEY_REUSED, KEY_AHEAD, STOPPED -> 0;
                };
        return new Refused<>(reason, leader(), retryMillis);
    }

    /** The code of {@code Raft.propose}. */
    @SuppressWarnings("EnumOrdinal")
    private static long refused(Refusal refusal) {
        return -1L - refusal.ordinal();
    }

    @SuppressWarnings("EnumOrdinal")
    private static Refusal refusal(long answer) {
        return Refusal.values()[(int) (-1 - answer)];
    }

    private static Refused.Reason reason(Refusal refusal) {
        return switch (refusal) {
            case NOT_LEADER -> Refused.Reason.NOT_LEADER;
            case OVERLOADED -> Refused.Reason.OVERLOADED;
            case TOO_LARGE -> Refused.Reason.TOO_LARGE;
            case NO_SPACE -> Refused.Reason.NO_SPACE;
            // Over in a few milliseconds, and nobody else leads yet.
            case TRANSFERRING -> Refused.Reason.OVERLOADED;
        };
    }

    // ---- what can be seen from outside

    private @Nullable Member leader() {
        return raft.leader() == 0 ? null : raft.membership().member(raft.leader());
    }

    /** The same object until something in it changes. */
    @SuppressWarnings("ReferenceEquality")
    Leadership leadership() {
        Leadership told = leadership;
        Member leader = leader();
        if (told == null
                || told.role() != raft.role()
                || told.term() != raft.currentTerm()
                || told.leader() != leader) {
            told = new Leadership(raft.role(), raft.currentTerm(), leader);
            leadership = told;
        }
        return told;
    }

    Raft raft() {
        return raft;
    }

    long applied() {
        return apply.applied();
    }

    SnapshotStatus snapshots() {
        return snapshots.status();
    }

    int pendingProposals() {
        return pending.size() + forwarded.size() + unsent.size();
    }

    /** Bytes of entries and commands held for what is under way. */
    long heldBytes() {
        return ring.bytes() + forwarded.bytes() + unsent.bytes();
    }

    long ringMemoryBytes() {
        return ring.memoryBytes();
    }

    /**
     * A retired chunk may still be read by writes that are not persisted (their entries were truncated), by commands that
     * are being applied (a snapshot took the log's place), and by sockets that have not taken what was sent before now.
     */
    private EntryRing.Fence fence() {
        long write = submittedWrite;
        long work = apply.workUnderWay();
        BooleanSupplier released = parts.peers().released();
        return () -> persistedWrite >= write && apply.isDone(work) && released.getAsBoolean();
    }
}
