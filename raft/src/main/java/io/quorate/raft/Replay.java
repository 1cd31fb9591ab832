package io.quorate.raft;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lives a {@link Recording} again, piece by piece as {@link Recording#take} gave them, and compares what its core wants with what
 * was recorded. Not safe for threads.
 */
public final class Replay {
    /** Hears of each step right after it was lived again. The core is for questions only. */
    public interface Watch {
        void started(RestartImage image, Raft raft);

        void told(Input input, Raft raft);

        /** @param effects valid during the call only */
        void drained(Effects effects, Raft raft);
    }

    private static final Watch NOBODY = new Watch() {
        @Override
        public void started(RestartImage image, Raft raft) {}

        @Override
        public void told(Input input, Raft raft) {}

        @Override
        public void drained(Effects effects, Raft raft) {}
    };

    private final Watch watch;
    private @Nullable Raft raft;
    private int turn;

    /** Of a recording whose beginning is still to come. */
    public Replay(Watch watch) {
        this.watch = watch;
    }

    Replay() {
        this(NOBODY);
    }

    /**
     * Goes on with the next piece, which ends where a step ends.
     *
     * @throws IllegalArgumentException if the bytes are no piece of a recording
     * @throws IllegalStateException if a turn's effects differ from those recorded; the text says which turn
     */
    public void piece(byte[] piece) {
        CanonicalReader in = new CanonicalReader(piece);
        if (raft == null) {
            start(in);
        }
        while (!in.isAtEnd()) {
            step(in, raft());
        }
    }

    /** As it is after the pieces so far. */
    public Raft raft() {
        if (raft == null) {
            throw new IllegalStateException("nothing was replayed yet");
        }
        return raft;
    }

    private void start(CanonicalReader in) {
        if (in.smallNumber() != Recording.START) {
            throw new IllegalArgumentException("a recording begins with its start");
        }
        RaftConfig config = in.config();
        RestartImage image = in.image();
        raft = Raft.restart(config, image, in.number());
        watch.started(image, raft);
    }

    private void step(CanonicalReader in, Raft core) {
        int kind = in.smallNumber();
        if (kind == Recording.INPUT) {
            Input input = InputCodec.read(in);
            apply(input, core);
            watch.told(input, core);
        } else if (kind == Recording.TURN) {
            byte[] recorded = in.bytes();
            Effects effects = core.drain();
            compare(recorded, effects);
            watch.drained(effects, core);
        } else {
            throw new IllegalArgumentException("nothing in a recording has the number " + kind);
        }
    }

    /** What was refused as malformed when recorded is refused again, and changes nothing again. */
    private static void apply(Input input, Raft core) {
        try {
            core.apply(input);
        } catch (MalformedMessageException refused) {
            return;
        }
    }

    private void compare(byte[] recorded, Effects effects) {
        if (!Arrays.equals(recorded, Recording.encode(effects))) {
            throw new IllegalStateException(
                    "turn " + turn + " of the replay wants something else than the recorded one");
        }
        turn++;
    }
}
