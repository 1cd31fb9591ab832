package io.quorate.sim.search;

import io.quorate.raft.Effects;
import io.quorate.raft.EntryKind;
import io.quorate.raft.EntryRun;
import io.quorate.raft.Invariant;
import io.quorate.raft.Message;
import io.quorate.raft.Raft;
import io.quorate.raft.RestartImage;
import io.quorate.sim.search.Member.Asked;
import io.quorate.sim.search.Member.Waiting;
import java.util.ArrayList;
import java.util.List;

/**
 * One turn of one member: an input to a copy of its core, and all that a driver does then (see {@link Effects}), each
 * picture of the core compared with the one before. What is committed is applied at once. Not safe for threads; lives as
 * long as the turn.
 */
final class Turn {
    private final Cluster cluster;
    private final int id;
    int life;
    Raft raft;
    Invariant.View view;
    Disk disk;
    long persistedWrite;
    final ArrayList<Entry> log = new ArrayList<>();
    final ArrayList<PendingWrite> writes = new ArrayList<>();
    final ArrayList<Waiting> waiting = new ArrayList<>();
    final ArrayList<Effects.LogRead> logReads = new ArrayList<>();
    final ArrayList<Asked> reads = new ArrayList<>();

    /** What the world sees of the turn. */
    private final ArrayList<Letter> sent = new ArrayList<>();

    private final ArrayList<Entry> applied = new ArrayList<>();
    private final ArrayList<Outcome.Served> served = new ArrayList<>();
    private final ArrayList<Invariant> broken = new ArrayList<>();

    Turn(Cluster cluster, Member before) {
        this.cluster = cluster;
        id = (int) before.id();
        life = before.life();
        raft = before.raft().copy();
        view = before.view();
        disk = before.disk();
        persistedWrite = before.persistedWrite();
        log.addAll(before.log());
        writes.addAll(before.writes());
        waiting.addAll(before.waiting());
        logReads.addAll(before.logReads());
        reads.addAll(before.reads());
    }

    /** The first turn of a member that never ran. */
    Turn(Cluster cluster, int id) {
        this.cluster = cluster;
        this.id = id;
        disk = Disk.EMPTY;
        raft = started();
        raft.drain();
        view = Invariant.observe(raft);
    }

    int id() {
        return id;
    }

    /** What leaves in this turn. */
    List<Letter> sent() {
        return sent;
    }

    List<Outcome.Served> served() {
        return served;
    }

    Outcome outcome() {
        Member after = cluster.parts().keep(new Member(this));
        return Outcome.of(after, sent, applied, served, broken);
    }

    // ---- inputs

    void receive(Letter letter) {
        raft.receive(letter.message());
        if (raft.keptFrom() != 0) {
            letter.entries().stream()
                    .filter(entry -> entry.index() >= raft.keptFrom())
                    .forEach(this::keep);
        }
        end();
    }

    void electionTimedOut() {
        raft.electionTimedOut();
        end();
    }

    void heartbeatDue() {
        raft.heartbeatDue();
        end();
    }

    /** On a leader. */
    void propose(long payload) {
        long index = raft.propose(EntryKind.COMMAND, Cluster.RECORD_BYTES);
        if (index > 0) {
            keep(new Entry(index, raft.currentTerm(), EntryKind.COMMAND, payload));
        }
        end();
    }

    void read(Asked asked) {
        reads.add(asked);
        raft.readIndex(asked.token());
        end();
    }

    /** Who follows hears its leader no more; who leads hears no quorum. */
    void silence() {
        if (raft.leadsIn(raft.currentTerm())) {
            raft.advance(cluster.config(id).electionTicks());
        } else {
            raft.peerLost(raft.leader());
        }
        end();
    }

    /** The oldest write in flight is on the disk, and the core is told. */
    void flush() {
        PendingWrite done = writes.remove(0);
        disk = cluster.contract().flushed(disk, done);
        persistedWrite = done.write().number();
        raft.persisted(persistedWrite);
        List<Waiting> free = waiting.stream().filter(this::mayLeave).toList();
        waiting.removeAll(free);
        free.forEach(wait -> sent.add(wait.letter()));
        end();
    }

    /** Entries for a follower were read from the log; they go out if the core still leads in the term that asked. */
    void finishLogRead(long follower) {
        Effects.LogRead read = logReads.stream()
                .filter(each -> each.to() == follower)
                .findFirst()
                .orElseThrow();
        logReads.remove(read);
        if (raft.leadsIn(read.term())) {
            List<Entry> found = List.copyOf(log.subList((int) read.prevLogIndex(), (int) read.lastIndex()));
            sent.add(cluster.parts().keep(new Letter(append(read, found), found)));
        }
        end();
    }

    private Message append(Effects.LogRead read, List<Entry> found) {
        EntryRun run = Entry.run(found, read.prevLogIndex() + 1, cluster.mark().membership());
        return new Message.AppendEntries(
                cluster.config(id).group(),
                id,
                read.to(),
                read.term(),
                read.prevLogIndex(),
                read.prevLogTerm(),
                raft.commitIndex(),
                0,
                run);
    }

    /** Only what was flushed and the first of the writes in flight are left; the next life begins from there. */
    void crash(int survivingWrites) {
        for (PendingWrite write : writes.subList(0, survivingWrites)) {
            disk = disk.after(write);
        }
        life++;
        persistedWrite = 0;
        log.clear();
        log.addAll(disk.entries());
        writes.clear();
        waiting.clear();
        logReads.clear();
        reads.clear();
        raft = started();
        view = Invariant.observe(raft);
        end();
    }

    /** Members begin with the same seed in the same life: read numbers of two lives differ, and names do not matter. */
    private Raft started() {
        RestartImage durable = disk.image(cluster.mark());
        return Raft.restart(
                cluster.config(id),
                new RestartImage(cluster.contract().remembered(durable.hardState()), durable.mark(), durable.log()),
                life);
    }

    // ---- the end of a turn

    private void end() {
        check();
        while (act(raft.drain())) {
            check();
        }
    }

    /** Does what the core wants, in the order of the contract. @return whether something was applied, so that it goes on */
    private boolean act(Effects effects) {
        check();
        for (Effects.MadeHere made : effects.madeHere()) {
            keep(new Entry(made.index(), made.term(), made.kind(), 0));
        }
        Effects.Write write = effects.write();
        if (write != null) {
            writes.add(new PendingWrite(
                    write, write.hasEntries() ? slice(write.firstIndex(), write.lastIndex()) : List.of()));
        }
        effects.messages().forEach(this::post);
        logReads.addAll(effects.logReads());
        effects.reads().forEach(this::serve);
        long through = effects.applyThrough();
        if (through == 0) {
            return false;
        }
        applied.addAll(slice(raft.lastApplied() + 1, through));
        raft.applied(through);
        return true;
    }

    private void post(Effects.Outgoing outgoing) {
        Waiting wait = new Waiting(cluster.parts().keep(pack(outgoing.message())), outgoing.afterWrite());
        if (mayLeave(wait)) {
            sent.add(wait.letter());
        } else {
            waiting.add(wait);
        }
    }

    private boolean mayLeave(Waiting wait) {
        return cluster.contract().mayLeave(wait.afterWrite(), persistedWrite);
    }

    private Letter pack(Message message) {
        boolean carries = message instanceof Message.AppendEntries append
                && !append.entries().isEmpty();
        if (!carries) {
            return new Letter(message, List.of());
        }
        EntryRun run = ((Message.AppendEntries) message).entries();
        return new Letter(message, slice(run.firstIndex(), run.lastIndex()));
    }

    private void serve(Effects.ReadAnswer answer) {
        for (Asked asked : List.copyOf(reads)) {
            if (asked.token() == answer.token()) {
                reads.remove(asked);
                served.add(new Outcome.Served(asked, answer.index()));
            }
        }
    }

    /** A record joins the ring in place of whatever is at or behind its index. */
    private void keep(Entry entry) {
        if (entry.index() > log.size() + 1) {
            throw new IllegalStateException("a gap before " + entry + " in " + log);
        }
        log.subList((int) entry.index() - 1, log.size()).clear();
        log.add(entry);
    }

    private List<Entry> slice(long first, long last) {
        return List.copyOf(log.subList((int) first - 1, (int) last));
    }

    private void check() {
        Invariant.View now = Invariant.observe(raft);
        broken.addAll(Invariant.violated(view, now));
        view = now;
    }
}
