package io.quorate.node.internal;

import org.jspecify.annotations.Nullable;

/**
 * What other threads ask of the loop, in order: two sets of arrays that change places. A caller holds the lock for three
 * stores, the loop for an exchange; nothing is allocated once the arrays have grown.
 */
final class Inbox {
    private static final int FIRST_CAPACITY = 64;

    /** One set of arrays; what is asked, by whom, and the asker's token. */
    private static final class Side {
        @Nullable
        Object[] what = new Object[FIRST_CAPACITY];

        @Nullable
        Object[] who = new Object[FIRST_CAPACITY];

        long[] token = new long[FIRST_CAPACITY];
        int size;

        void add(Object asked, @Nullable Object asker, long tokenOfAsker) {
            if (size == what.length) {
                what = java.util.Arrays.copyOf(what, size * 2);
                who = java.util.Arrays.copyOf(who, size * 2);
                token = java.util.Arrays.copyOf(token, size * 2);
            }
            what[size] = asked;
            who[size] = asker;
            token[size++] = tokenOfAsker;
        }
    }

    private Side filling = new Side(); // guarded by this
    private boolean closed; // guarded by this
    private Side taken = new Side();
    private int next;

    /** @return false when the inbox is closed: the item was not taken */
    synchronized boolean add(Object what, @Nullable Object who, long token) {
        if (closed) {
            return false;
        }
        filling.add(what, who, token);
        return true;
    }

    /** Nothing is taken from now on; what is inside stays. */
    synchronized void close() {
        closed = true;
    }

    /** Loop only: the next item asked, or null when there is none; {@link #who} and {@link #token} belong to it. */
    @Nullable
    Object poll() {
        if (next == taken.size) {
            taken.size = 0;
            next = 0;
            exchange();
            if (taken.size == 0) {
                return null;
            }
        }
        Object item = taken.what[next];
        taken.what[next++] = null;
        return item;
    }

    /** Loop only: whether {@link #poll} would give something. */
    boolean hasNext() {
        if (next < taken.size) {
            return true;
        }
        synchronized (this) {
            return filling.size > 0;
        }
    }

    /** Who asked the item last polled. */
    @Nullable
    Object who() {
        Object asker = taken.who[next - 1];
        taken.who[next - 1] = null;
        return asker;
    }

    long token() {
        return taken.token[next - 1];
    }

    private synchronized void exchange() {
        Side empty = taken;
        taken = filling;
        filling = empty;
    }
}
