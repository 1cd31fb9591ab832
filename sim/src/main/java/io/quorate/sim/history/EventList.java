package io.quorate.sim.history;

import java.util.List;

/**
 * The calls and ends of operations in the order in which they happened, as a doubly linked list: an operation is taken
 * out and put back in constant time, if what was taken out last is put back first. Slot 0 is before the first event.
 */
final class EventList {
    private final int[] events;
    private final int[] next;
    private final int[] previous;
    private final int[] callSlot;
    private final int[] endSlot;

    EventList(List<? extends Operation<?, ?>> operations, int[] events) {
        this.events = events;
        int slots = events.length + 1;
        next = new int[slots];
        previous = new int[slots];
        callSlot = new int[operations.size()];
        endSlot = new int[operations.size()];
        for (int slot = 0; slot < slots; slot++) {
            next[slot] = (slot + 1) % slots;
            previous[slot] = (slot + slots - 1) % slots;
        }
        for (int slot = 1; slot < slots; slot++) {
            int event = events[slot - 1];
            if (event >= 0) {
                callSlot[event] = slot;
            } else {
                endSlot[~event] = slot;
            }
        }
    }

    int first() {
        return next[0];
    }

    int after(int slot) {
        return next[slot];
    }

    int callOf(int operation) {
        return callSlot[operation];
    }

    boolean isEnd(int slot) {
        return events[slot - 1] < 0;
    }

    /** Whose call or end this is. */
    int operationAt(int slot) {
        int event = events[slot - 1];
        return event < 0 ? ~event : event;
    }

    void takeOut(int operation) {
        unlink(callSlot[operation]);
        if (endSlot[operation] != 0) {
            unlink(endSlot[operation]);
        }
    }

    void putBack(int operation) {
        if (endSlot[operation] != 0) {
            link(endSlot[operation]);
        }
        link(callSlot[operation]);
    }

    private void unlink(int slot) {
        next[previous[slot]] = next[slot];
        previous[next[slot]] = previous[slot];
    }

    private void link(int slot) {
        next[previous[slot]] = slot;
        previous[next[slot]] = slot;
    }
}
