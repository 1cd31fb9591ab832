package io.quorate.virtual;

/** A hash of everything that happened, in order: two runs of one seed must agree in it. */
final class Trace {
    private final VirtualTime time;
    private long hash = 0xcbf29ce484222325L;
    private long events;

    Trace(VirtualTime time) {
        this.time = time;
    }

    void add(String who, String what, long number) {
        fold(time.nanoTime());
        for (int k = 0; k < who.length(); k++) {
            fold(who.charAt(k));
        }
        for (int k = 0; k < what.length(); k++) {
            fold(what.charAt(k));
        }
        fold(number);
        events++;
    }

    private void fold(long value) {
        hash = (hash ^ value) * 0x100000001b3L;
        hash ^= hash >>> 29;
    }

    long hash() {
        return hash;
    }

    long events() {
        return events;
    }
}
