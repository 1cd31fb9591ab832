package io.quorate.raft;

import io.quorate.raft.membership.Membership;
import java.util.List;

/**
 * One life of one core, written down: how it started, its inputs in order, and at the end of each turn what it wanted done.
 * {@link #replay} lives it again and compares byte for byte, so a recorded run is a test. Not safe for threads.
 *
 * <pre>
 *   start: 1 config image seed     input: 2 its type's number, fields     turn: 3 length effects
 * </pre>
 */
public final class Recording {
    static final int START = 1;
    static final int INPUT = 2;
    static final int TURN = 3;

    private final CanonicalForm out = new CanonicalForm();

    /** An empty one; {@link #start} comes first. */
    public Recording() {}

    /** First of all: with what {@link Raft#restart} was called. */
    public void start(RaftConfig config, RestartImage image, long seed) {
        out.number(START).config(config);
        out.hardState(image.hardState())
                .mark(image.mark())
                .number(image.prevIndex())
                .number(image.prevTerm());
        out.log(image.log()).number(image.lostThrough()).number(seed);
    }

    /** Before or after it is given to the core. */
    public void input(Input input) {
        InputCodec.write(input, out.number(INPUT));
    }

    /** What {@link Raft#drain()} gave, before the next input. */
    public void turn(Effects effects) {
        out.number(TURN).bytes(encode(effects));
    }

    /** How many bytes {@link #take()} would give. */
    public int length() {
        return out.length();
    }

    /** What was written since the last call; the pieces one after the other are the recording. */
    public byte[] take() {
        byte[] piece = out.toBytes();
        out.clear();
        return piece;
    }

    /**
     * Lives a whole recording again.
     *
     * @return the core as it is in the end
     * @throws IllegalArgumentException if the bytes are no recording
     * @throws IllegalStateException if a turn's effects differ from those recorded; the text says which turn
     */
    public static Raft replay(byte[] recording) {
        Replay replay = new Replay();
        replay.piece(recording);
        return replay.raft();
    }

    /** Effects in a stable form: equal effects, equal bytes. */
    public static byte[] encode(Effects effects) {
        CanonicalForm out = new CanonicalForm();
        Effects.Write write = effects.write();
        out.flag(write != null);
        if (write != null) {
            encode(write, out);
        }
        out.number(effects.madeHere().size());
        for (Effects.MadeHere made : effects.madeHere()) {
            encode(made, out);
        }
        out.number(effects.messages().size());
        for (Effects.Outgoing outgoing : effects.messages()) {
            MessageCodec.write(outgoing.message(), out.number(outgoing.afterWrite()));
        }
        out.number(effects.logReads().size());
        for (Effects.LogRead read : effects.logReads()) {
            out.number(read.to())
                    .number(read.term())
                    .number(read.prevLogIndex())
                    .number(read.prevLogTerm());
            out.number(read.lastIndex()).number(read.maxBytes());
        }
        out.number(effects.applyThrough());
        out.number(effects.reads().size());
        for (Effects.ReadAnswer answer : effects.reads()) {
            Refusal refusal = answer.refusal();
            out.number(answer.token()).number(answer.index()).text(refusal == null ? "" : refusal.name());
        }
        encodeEvents(effects.events(), out);
        encodeSnapshots(effects, out);
        return out.number(effects.ringFirstIndex()).toBytes();
    }

    private static void encode(Effects.Write write, CanonicalForm out) {
        SnapshotMark mark = write.mark();
        HardState hardState = write.hardState();
        out.number(write.number()).flag(mark != null);
        if (mark != null) {
            out.mark(mark);
        }
        out.number(write.truncateFrom()).flag(hardState != null);
        if (hardState != null) {
            out.hardState(hardState);
        }
        out.number(write.firstIndex()).number(write.lastIndex());
    }

    private static void encode(Effects.MadeHere made, CanonicalForm out) {
        Membership membership = made.membership();
        out.number(made.index()).number(made.term()).text(made.kind().name()).flag(membership != null);
        if (membership != null) {
            out.membership(membership);
        }
    }

    private static void encodeSnapshots(Effects effects, CanonicalForm out) {
        SnapshotMark restore = effects.restore();
        out.flag(restore != null);
        if (restore != null) {
            out.mark(restore);
        }
        Effects.SnapshotFetch fetch = effects.fetch();
        out.flag(fetch != null);
        if (fetch != null) {
            out.id(fetch.leader()).number(fetch.term());
            out.number(fetch.lastIncludedIndex()).number(fetch.lastIncludedTerm());
        }
    }

    /** Events hold numbers, names and lists of numbers only; their text is as stable as their fields. */
    private static void encodeEvents(List<RaftEvent> events, CanonicalForm out) {
        out.number(events.size());
        events.forEach(event -> out.text(event.toString()));
    }
}
