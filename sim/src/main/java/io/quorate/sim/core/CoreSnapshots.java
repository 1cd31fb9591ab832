package io.quorate.sim.core;

import io.quorate.raft.Effects;
import io.quorate.raft.Effects.SnapshotFetch;
import io.quorate.raft.Input;
import io.quorate.raft.Raft;
import io.quorate.raft.SnapshotMark;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one member's driver does with snapshots: takes them, drops what they cover, fetches one, restores from one. */
final class CoreSnapshots {
    private static final int MOST_CHUNKS = 6;

    private final CoreWorld world;
    private final CoreMember member;
    private final Limits limits;
    private final Stream lots;

    private boolean isTaking;

    /** Whole and flushed, and covers more than is persisted yet. */
    private @Nullable SnapshotFile taken;

    private @Nullable Fetch fetch;

    /** The snapshot that restoring goes on from, by its number; a later one takes its place. */
    private long restoring;

    /** The first entry that is to be kept, as the log was told last. */
    private long keptFrom;

    /** A snapshot on its way here, in chunks; it may pause, and go on with whoever has the same. */
    private static final class Fetch {
        final SnapshotMark mark;
        final long chunks;
        long done;
        boolean isUnderWay;
        long term;

        Fetch(SnapshotMark mark, long chunks) {
            this.mark = mark;
            this.chunks = chunks;
        }
    }

    CoreSnapshots(CoreWorld world, CoreMember member) {
        this.world = world;
        this.member = member;
        this.limits = world.script.limits();
        this.lots = world.random.stream(Purpose.SNAPSHOT, member.number);
    }

    void started() {
        keptFrom = member.disk().durable().prevIndex() + 1;
        SnapshotMark mark = member.disk().mark();
        Rule.SNAPSHOT_STAYS.require(
                mark.index() == 0 || member.disk().snapshot(mark.index()) != null,
                () -> member + " starts with " + mark + ", and has no such snapshot");
    }

    void ended() {
        world.marks.snapshotsEnd(fetch != null && fetch.isUnderWay, restoring > 0);
        isTaking = false;
        taken = null;
        fetch = null;
        restoring = 0;
    }

    /** Runs it in a while, if the member lives then; not before it goes on if it stands still. */
    private void later(long nanos, Runnable action) {
        int mine = member.life();
        world.after(
                () -> {
                    if (mine == member.life() && member.isUp()) {
                        member.inTurn(action);
                    }
                },
                nanos);
    }

    private long diskNanos() {
        return lots.logBetween(200_000, 4_000_000) + world.faults.diskDelay(member.number);
    }

    // ---- of its own

    /** The state machine has applied something; the core hears of it first. */
    void applied() {
        long index = member.machine().appliedIndex();
        boolean isDue = limits.snapshotEntries() > 0
                && !isTaking
                && index - member.mark().index() >= limits.snapshotEntries();
        if (!isDue) {
            return;
        }
        isTaking = true;
        Registers state = member.machine().copy();
        member.inTurn(() -> take(index, state));
    }

    private void take(long index, Registers state) {
        Raft core = member.raft();
        if (index < core.mark().index() || index > core.lastApplied()) {
            isTaking = false; // One that covers more came meanwhile.
            return;
        }
        SnapshotFile snapshot =
                new SnapshotFile(core.markAt(index), state, member.log().prefixHash(index));
        later(diskNanos(), () -> {
            keep(snapshot);
            taken = snapshot;
            tellTaken();
        });
    }

    private void keep(SnapshotFile snapshot) {
        world.checks.snapshotKept(member, snapshot);
        member.disk().put(snapshot);
    }

    private void tellTaken() {
        SnapshotFile snapshot = taken;
        if (snapshot == null || snapshot.mark().index() > member.raft().persistedIndex()) {
            return;
        }
        taken = null;
        isTaking = false;
        boolean isOfUse = member.raft().snapshotTaken(snapshot.mark());
        member.told(new Input.SnapshotTaken(snapshot.mark()));
        member.check();
        if (isOfUse) {
            member.marked(snapshot.mark());
            world.marks.snapshotTaken(snapshot.mark());
        }
    }

    /** A write is durable: perhaps one with a mark, so that what that covers may go. */
    void persisted() {
        tellTaken();
        long first = member.raft().durableMarkIndex() + 1 - limits.tailEntries();
        if (first <= keptFrom) {
            return;
        }
        keptFrom = first;
        later(diskNanos(), () -> {
            if (first > member.raft().firstIndex()) {
                world.checks.dropping(member, first);
                drop(first);
                member.tell(new Input.LogBeginsAt(first));
                member.log().dropBefore(first);
            } else {
                drop(0);
            }
        });
    }

    /** Snapshots that somebody still fetches stay for a while. */
    private void drop(long firstIndex) {
        member.disk().dropBefore(firstIndex, index -> world.members.stream()
                .anyMatch(other -> other != member && other.snapshots().isFetching(index)));
    }

    private boolean isFetching(long index) {
        return fetch != null && fetch.mark.index() == index;
    }

    /** Hash of the log through a mark that is in a write. */
    long prefixHashAt(SnapshotMark mark) {
        return Objects.requireNonNull(member.disk().snapshot(mark.index())).prefixHash();
    }

    // ---- of others

    void drained(Effects effects) {
        SnapshotFetch offered = effects.fetch();
        if (offered != null) {
            fetch(offered);
        }
        SnapshotMark restore = effects.restore();
        if (restore != null) {
            restore(restore);
        }
    }

    private void fetch(SnapshotFetch offered) {
        Fetch known = fetch;
        if (known != null && known.isUnderWay) {
            return;
        }
        CoreMember source = source(offered);
        SnapshotFile file = source == null ? null : source.disk().newestSnapshot();
        if (source == null || file == null) {
            return;
        }
        Fetch going = known;
        if (known == null || source.disk().snapshot(known.mark.index()) == null) {
            going = new Fetch(file.mark(), 1 + lots.below(MOST_CHUNKS));
        } else if (known.done > 0) {
            world.marks.hit(Mark.SNAPSHOT_FETCH_RESUMED);
        }
        fetch = going;
        world.marks.fetches(member, source, offered);
        nextChunk(Objects.requireNonNull(going), source, source.life());
    }

    /** The leader, or anybody else with one that covers as much. */
    private @Nullable CoreMember source(SnapshotFetch offered) {
        List<CoreMember> able = new ArrayList<>();
        for (CoreMember other : world.members) {
            SnapshotFile file = other.disk().newestSnapshot();
            boolean hasIt = file != null && file.mark().index() >= offered.lastIncludedIndex();
            if (other != member && other.isUp() && !other.isPaused() && hasIt) {
                able.add(other);
            }
        }
        CoreMember leader = world.members.get((int) offered.leader() - 1);
        boolean asksLeader = lots.below(10) < 6 && able.contains(leader);
        return able.isEmpty() ? null : asksLeader ? leader : able.get(lots.below(able.size()));
    }

    private void nextChunk(Fetch going, CoreMember source, int life) {
        going.isUnderWay = true;
        later(lots.logBetween(100_000, limits.electionTicks() * 400_000L), () -> {
            if (fetch != going) {
                return;
            }
            SnapshotFile file = source.disk().snapshot(going.mark.index());
            boolean isBroken = !source.isUp()
                    || source.life() != life
                    || source.isPaused()
                    || file == null
                    || world.links.isCut(source.number, member.number)
                    || world.links.isCut(member.number, source.number);
            if (isBroken) {
                going.isUnderWay = false;
                world.marks.hit(Mark.SNAPSHOT_FETCH_BROKEN);
            } else if (++going.done < going.chunks) {
                nextChunk(going, source, life);
            } else {
                // Who sends the end of it says that what it covers is committed.
                going.term = source.raft().currentTerm();
                later(diskNanos(), () -> received(going, Objects.requireNonNull(file)));
            }
        });
    }

    private void received(Fetch going, SnapshotFile file) {
        if (fetch != going) {
            return;
        }
        fetch = null;
        keep(file);
        SnapshotMark mark = file.mark();
        world.marks.receiving(member, mark);
        boolean isTaken = member.raft().snapshotReceived(mark, going.term);
        member.told(new Input.SnapshotReceived(mark, going.term));
        member.check();
        EntryLog log = member.log();
        if (isTaken) {
            member.marked(mark);
            boolean isHeld = log.retains(mark.index()) && log.get(mark.index()).term() == mark.term();
            if (!isHeld) {
                log.replaceBy(mark.index(), mark.term(), file.prefixHash());
                keptFrom = mark.index() + 1;
            }
            member.forgetHandedOut();
            member.committed(mark.membership());
        }
        world.checks.committing(member);
        world.marks.received(member, mark, isTaken);
    }

    private void restore(SnapshotMark mark) {
        long mine = mark.index();
        restoring = mine;
        later(diskNanos(), () -> {
            if (restoring != mine) {
                return;
            }
            restoring = 0;
            SnapshotFile file = member.disk().snapshot(mark.index());
            Rule.SNAPSHOT_STAYS.require(
                    file != null, () -> member + " is to be restored from " + mark + ", and has no such snapshot");
            SnapshotFile there = Objects.requireNonNull(file);
            member.machine().set(there.state());
            world.checks.restored(member, there);
            member.tell(new Input.Restored(mark.index()));
            member.restoredThrough(mark.index());
        });
    }
}
