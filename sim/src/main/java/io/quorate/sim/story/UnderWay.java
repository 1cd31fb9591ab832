package io.quorate.sim.story;

import io.quorate.raft.Message;
import io.quorate.raft.Notation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages under way, in the order in which they left, as a scenario's commands select them. */
final class UnderWay {
    private final List<Message> messages = new ArrayList<>();

    void add(Message message) {
        messages.add(message);
    }

    /**
     * How a command names a message.
     *
     * @param place among those that go the same way and are of the same type, from 0
     * @param command {@code n1 → n2 Type first}
     */
    record Named(int place, boolean isLast, String command) {
        /** The commands have words for the ends alone. */
        boolean isExact() {
            return place == 0 || isLast;
        }
    }

    /** Takes it out; null when it is not under way. */
    @SuppressWarnings("ReferenceEquality") // two equal messages are two
    @Nullable
    Named take(Message message) {
        int before = 0;
        int behind = 0;
        int found = -1;
        for (int i = 0; i < messages.size(); i++) {
            Message one = messages.get(i);
            if (found < 0 && one == message) {
                found = i;
            } else if (isAlike(one, message)) {
                before += found < 0 ? 1 : 0;
                behind += found < 0 ? 0 : 1;
            }
        }
        if (found < 0) {
            return null;
        }
        messages.remove(found);
        String which = behind == 0 && before > 0 ? " last" : " first";
        return new Named(before, behind == 0, link(message) + which);
    }

    private static boolean isAlike(Message one, Message other) {
        return one.from() == other.from() && one.to() == other.to() && one.getClass() == other.getClass();
    }

    static String link(Message message) {
        return Notation.name(message.from()) + " → " + Notation.name(message.to()) + " "
                + message.getClass().getSimpleName();
    }
}
