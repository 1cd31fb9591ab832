package io.quorate.sim.search;

import io.quorate.raft.Effects;
import io.quorate.raft.Invariant;
import io.quorate.raft.Raft;
import io.quorate.raft.TimelessForm;
import java.util.List;

/**
 * One member between two turns: core, disk, and what the driver holds in between. The core in here is never told anything:
 * each turn begins with a copy.
 *
 * <p>The form leaves out the numbers of writes, of which only the order matters: those in flight follow each other, and
 * what waits for one is written by how many come before it. In which order messages wait is left out, too, since they leave
 * for a network that keeps none. The view is derived.
 */
final class Member extends Part {
    private static final int TAG = 1;

    /** A message that waits for its sender's write. */
    record Waiting(Letter letter, long afterWrite) {}

    /** A read, and how much was committed when it came: the least that its answer must show. */
    record Asked(long token, long floor) {}

    private final long id;
    private final int life;
    private final Raft raft;
    private final Invariant.View view;
    private final Disk disk;
    private final List<Entry> log;
    private final List<PendingWrite> writes;
    private final long persistedWrite;
    private final List<Waiting> waiting;
    private final List<Effects.LogRead> logReads;
    private final List<Asked> reads;

    Member(Turn turn) {
        id = turn.id();
        life = turn.life;
        raft = turn.raft;
        view = turn.view;
        disk = turn.disk;
        log = List.copyOf(turn.log);
        writes = List.copyOf(turn.writes);
        persistedWrite = turn.persistedWrite;
        waiting = List.copyOf(turn.waiting);
        logReads = List.copyOf(turn.logReads);
        reads = List.copyOf(turn.reads);
    }

    long id() {
        return id;
    }

    /** How often it started before. */
    int life() {
        return life;
    }

    /** To be asked, not to be told anything. */
    Raft raft() {
        return raft;
    }

    Invariant.View view() {
        return view;
    }

    Disk disk() {
        return disk;
    }

    /** The log as the core believes it, with payloads. */
    List<Entry> log() {
        return log;
    }

    /** In flight, oldest first. */
    List<PendingWrite> writes() {
        return writes;
    }

    long persistedWrite() {
        return persistedWrite;
    }

    List<Waiting> waiting() {
        return waiting;
    }

    List<Effects.LogRead> logReads() {
        return logReads;
    }

    List<Asked> reads() {
        return reads;
    }

    @Override
    void writeTo(Digest out) {
        out.number(TAG).id(id).number(life).bytes(TimelessForm.of(raft, out.names()));
        out.number(disk.hardState().currentTerm()).id(disk.hardState().votedFor());
        out.number(disk.hardState().commitHint()).entries(disk.entries()).entries(log);
        out.number(writes.size());
        writes.forEach(write -> write(write, out));
        out.unordered(waiting, this::write).unordered(logReads, Member::write);
        out.number(reads.size());
        reads.forEach(read -> out.number(read.token()).number(read.floor()));
    }

    private static void write(PendingWrite pending, Digest out) {
        Effects.Write write = pending.write();
        var hardState = write.hardState();
        out.number(write.truncateFrom()).number(hardState == null ? 0 : 1);
        if (hardState != null) {
            out.number(hardState.currentTerm()).id(hardState.votedFor()).number(hardState.commitHint());
        }
        out.entries(pending.entries());
    }

    private void write(Waiting wait, Digest out) {
        out.number(wait.afterWrite() - persistedWrite);
        wait.letter().writeTo(out);
    }

    private static void write(Effects.LogRead read, Digest out) {
        out.id(read.to()).number(read.term()).number(read.prevLogIndex()).number(read.prevLogTerm());
        out.number(read.lastIndex()).number(read.maxBytes());
    }
}
