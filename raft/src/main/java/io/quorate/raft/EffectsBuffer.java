package io.quorate.raft;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one {@link Effects} of a core, filled by the inputs of a turn, handed out by drain, emptied by the next input. */
final class EffectsBuffer implements Effects {
    private @Nullable Write write;
    private @Nullable SnapshotMark restore;
    private @Nullable SnapshotFetch fetch;
    private long applyThrough;
    private long ringFirstIndex;
    private boolean drained;
    private final ArrayList<MadeHere> madeHere;
    private final ArrayList<Outgoing> messages;
    private final ArrayList<LogRead> logReads;
    private final ArrayList<ReadAnswer> reads;
    private final ArrayList<RaftEvent> events;

    /** Messages of this turn, and of each whether it tells the sender's term or vote. */
    private final ArrayList<Message> queued;

    private final ArrayList<Boolean> tellsFacts;

    EffectsBuffer() {
        madeHere = new ArrayList<>();
        messages = new ArrayList<>();
        logReads = new ArrayList<>();
        reads = new ArrayList<>();
        events = new ArrayList<>();
        queued = new ArrayList<>();
        tellsFacts = new ArrayList<>();
    }

    EffectsBuffer(EffectsBuffer other) {
        write = other.write;
        restore = other.restore;
        fetch = other.fetch;
        applyThrough = other.applyThrough;
        ringFirstIndex = other.ringFirstIndex;
        drained = other.drained;
        madeHere = new ArrayList<>(other.madeHere);
        messages = new ArrayList<>(other.messages);
        logReads = new ArrayList<>(other.logReads);
        reads = new ArrayList<>(other.reads);
        events = new ArrayList<>(other.events);
        queued = new ArrayList<>(other.queued);
        tellsFacts = new ArrayList<>(other.tellsFacts);
    }

    /** An input comes: what was drained is over. */
    void open() {
        if (!drained) {
            return;
        }
        drained = false;
        write = null;
        restore = null;
        fetch = null;
        applyThrough = 0;
        madeHere.clear();
        messages.clear();
        logReads.clear();
        reads.clear();
        events.clear();
    }

    /** Whether no input came since the last drain. */
    boolean isDrained() {
        return drained;
    }

    /** A message that tells the sender's term or vote: it leaves when they are durable. */
    void send(Message message) {
        queued.add(message);
        tellsFacts.add(Boolean.TRUE);
    }

    /** A message about a term that nobody has taken: it waits for nothing (thesis 9.6). */
    void sendAtOnce(Message message) {
        queued.add(message);
        tellsFacts.add(Boolean.FALSE);
    }

    void made(MadeHere made) {
        madeHere.add(made);
    }

    /** Entries that were made in this turn and are gone already have nothing to be encoded. */
    void truncated(long from) {
        madeHere.removeIf(made -> made.index() >= from);
    }

    void logRead(LogRead read) {
        logReads.add(read);
    }

    void read(ReadAnswer answer) {
        reads.add(answer);
    }

    void restore(SnapshotMark mark) {
        restore = mark;
    }

    void fetch(SnapshotFetch wanted) {
        fetch = wanted;
    }

    /** One came in the same turn. */
    void fetched() {
        fetch = null;
    }

    void event(RaftEvent event) {
        events.add(event);
    }

    void write(Write drainedWrite) {
        write = drainedWrite;
    }

    /** Ends the turn. */
    void close(long factsWrite, long applyUpTo, long ringFirst) {
        for (int i = 0; i < queued.size(); i++) {
            messages.add(new Outgoing(queued.get(i), tellsFacts.get(i) ? factsWrite : 0));
        }
        queued.clear();
        tellsFacts.clear();
        applyThrough = applyUpTo;
        ringFirstIndex = ringFirst;
        drained = true;
    }

    /** What is not yet drained; what was is the driver's, and no part of the state any more. */
    void writeTo(CanonicalForm out) {
        out.flag(drained);
        if (!drained) {
            out.bytes(Recording.encode(this)).number(queued.size());
            for (int i = 0; i < queued.size(); i++) {
                MessageCodec.write(queued.get(i), out.flag(tellsFacts.get(i)));
            }
        }
    }

    @Override
    public @Nullable Write write() {
        return write;
    }

    @Override
    public List<MadeHere> madeHere() {
        return madeHere;
    }

    @Override
    public List<Outgoing> messages() {
        return messages;
    }

    @Override
    public List<LogRead> logReads() {
        return logReads;
    }

    @Override
    public long applyThrough() {
        return applyThrough;
    }

    @Override
    public @Nullable SnapshotMark restore() {
        return restore;
    }

    @Override
    public @Nullable SnapshotFetch fetch() {
        return fetch;
    }

    @Override
    public List<ReadAnswer> reads() {
        return reads;
    }

    @Override
    public List<RaftEvent> events() {
        return events;
    }

    @Override
    public long ringFirstIndex() {
        return ringFirstIndex;
    }
}
