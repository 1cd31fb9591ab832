package io.quorate.raft.planted;

import java.util.Random;

/** Breaks the rule that chance comes in as an input. */
public final class DrawsALot {
    public int lot() {
        return new Random().nextInt();
    }
}
