package io.quorate.testkit;

import io.quorate.sim.node.Reply;
import java.util.Arrays;
import java.util.Objects;

/**
 * What a user's machine gave, and the state that it had then.
 *
 * @param state hash of the state's digest; 0 where states are not compared, or with a read
 */
record UserReply(Object result, int state) implements Reply {
    /** Nothing of it: results need not have a hash that is equal in every JVM. */
    @Override
    public long digest() {
        return 0;
    }

    @Override
    public boolean saysTheSame(Reply other) {
        return other instanceof UserReply reply && hasResultOf(reply);
    }

    boolean hasResultOf(UserReply other) {
        return Objects.deepEquals(result, other.result);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UserReply reply && hasResultOf(reply) && state == reply.state;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.deepHashCode(new Object[] {result}) + state;
    }

    @Override
    public String toString() {
        String text = Texts.of(result);
        return state == 0 ? text : text + " in state " + Integer.toHexString(state);
    }
}
