package io.quorate.raft;

import io.quorate.raft.membership.Membership;

/**
 * One member of one Raft group (Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", and Ongaro's
 * thesis). Not safe for threads: one driver feeds inputs and drains {@link Effects}; see there for the contract.
 */
public final class Raft {
    private Raft() {}

    /**
     * Starts a member from what its stable storage holds.
     *
     * @param seed of the generator that draws election timeouts; equal seeds and inputs give equal effects
     */
    public static Raft restart(RaftConfig config, RestartImage image, long seed) {
        throw new UnsupportedOperationException();
    }

    // ---- inputs

    /** Time passed: whole milliseconds since the last call, the whole jump at once, before all other inputs of the turn. */
    public void advance(long ticks) {
        throw new UnsupportedOperationException();
    }

    /**
     * A message came. The bytes of the entries of an AppendEntries are with the driver; {@link #keptFrom()} says right
     * after this call from which index on they join the ring.
     *
     * @throws MalformedMessageException if no correct peer can have sent it: the driver closes the connection
     * @throws CommittedFactException if it contradicts what is committed: the driver stops the node
     */
    public void receive(Message message) {
        throw new UnsupportedOperationException();
    }

    /** After receiving AppendEntries: first index whose record is new here; 0 when no entry of it is kept. */
    public long keptFrom() {
        throw new UnsupportedOperationException();
    }

    /**
     * Appends one entry, on a leader. The driver encodes the record into its ring before the next drain.
     *
     * @param recordBytes size of the whole record, header and padding included
     * @return its index, whose term is {@link #currentTerm()}; or, when refused, {@code -1 - refusal.ordinal()}
     */
    public long propose(EntryKind kind, int recordBytes) {
        throw new UnsupportedOperationException();
    }

    /**
     * Asks for a linearizable read (thesis 6.4), on any member. It is answered in {@link Effects#reads()} with this token
     * when the read may be served: confirmed by a quorum after this call, and applied here. While no leader is known the read
     * waits; a changed leader is asked again.
     */
    public void readIndex(long token) {
        throw new UnsupportedOperationException();
    }

    /** The numbered write, and all before it, are on stable storage. */
    public void persisted(long writeNumber) {
        throw new UnsupportedOperationException();
    }

    /** The state machine has everything up to this index. */
    public void applied(long index) {
        throw new UnsupportedOperationException();
    }

    /** The connection to that member closed, and it refuses new ones or came back with a higher start counter. */
    public void peerLost(long id) {
        throw new UnsupportedOperationException();
    }

    /** That member is reachable after all. Implied by any message of the current leader in the current term. */
    public void peerBack(long id) {
        throw new UnsupportedOperationException();
    }

    /** A majority of the voters is connected, and none of them knows a leader: campaign soon, without the whole timeout. */
    public void majorityWithoutLeader() {
        throw new UnsupportedOperationException();
    }

    /** The election timeout fires now; for the search of interleavings and for scenarios. */
    public void electionTimedOut() {
        throw new UnsupportedOperationException();
    }

    /** The heartbeat interval of a leader fires now; nothing on others. */
    public void heartbeatDue() {
        throw new UnsupportedOperationException();
    }

    /** All that there is to do since the last drain. */
    public Effects drain() {
        throw new UnsupportedOperationException();
    }

    // ---- state, for status, tests and traces

    public RoleName role() {
        throw new UnsupportedOperationException();
    }

    public long currentTerm() {
        throw new UnsupportedOperationException();
    }

    /** 0 for nobody. */
    public long votedFor() {
        throw new UnsupportedOperationException();
    }

    /** The leader of the current term as far as this member knows, 0 for unknown. */
    public long leader() {
        throw new UnsupportedOperationException();
    }

    public boolean leadsIn(long term) {
        throw new UnsupportedOperationException();
    }

    public long commitIndex() {
        throw new UnsupportedOperationException();
    }

    public long lastApplied() {
        throw new UnsupportedOperationException();
    }

    public long persistedIndex() {
        throw new UnsupportedOperationException();
    }

    /** First index of the log: one behind the mark. */
    public long firstIndex() {
        throw new UnsupportedOperationException();
    }

    public long lastIndex() {
        throw new UnsupportedOperationException();
    }

    /** Term of the entry at an index in [firstIndex - 1, lastIndex]; 0 for index 0, -1 outside. */
    public long termAt(long index) {
        throw new UnsupportedOperationException();
    }

    /** The newest membership in the log, committed or not (paper section 6). */
    public Membership membership() {
        throw new UnsupportedOperationException();
    }

    /** On a leader: next index to send to that follower; 0 elsewhere. */
    public long nextIndex(long id) {
        throw new UnsupportedOperationException();
    }

    /** On a leader: highest index known to be durable on that follower and equal to this log; 0 elsewhere. */
    public long matchIndex(long id) {
        throw new UnsupportedOperationException();
    }

    /**
     * Ticks until the next thing happens by itself, at least 1, so that a driver may sleep as long. {@link Long#MAX_VALUE}
     * when nothing will.
     */
    public long ticksUntilDue() {
        throw new UnsupportedOperationException();
    }

    /** An independent copy, generator included. */
    public Raft copy() {
        throw new UnsupportedOperationException();
    }

    /** The whole state in one canonical form: equal states give equal bytes. */
    public byte[] canonicalForm() {
        throw new UnsupportedOperationException();
    }
}
