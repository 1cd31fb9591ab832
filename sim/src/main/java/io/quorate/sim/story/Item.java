package io.quorate.sim.story;

import io.quorate.raft.Notation;

/** An entry with what it writes, as far as that is known. */
record Item(long index, long term, String words) implements Notation.Item {
    @Override
    public String toString() {
        return Notation.at(index, term) + words;
    }
}
