package io.quorate.sim.core;

/**
 * What can go wrong. Each sentence says what {@link Fault}'s member, peer and strength mean for it; where nothing is said a fault
 * lasts for its time and then is over.
 */
public enum FaultKind {
    // ---- a directed link, member to peer
    LOSS(Layer.LINK, "the link loses strength of a thousand messages"),
    DUPLICATION(Layer.LINK, "the link delivers strength of a thousand messages a second time, later"),
    REORDERING(Layer.LINK, "the link holds back strength of a thousand messages, so that later ones overtake them"),
    DELAY(Layer.LINK, "the link takes up to strength microseconds more for each message"),
    BYTE_FLIP(Layer.LINK, "the link changes a byte in strength of a thousand messages"),
    SLOW_LINK(Layer.LINK, "the link carries strength bytes a millisecond, one message after another"),
    CLOG(Layer.LINK, "the link holds all back, and delivers it at the end"),
    ONE_WAY_CUT(Layer.LINK, "the link delivers nothing"),
    PARTITION(
            Layer.LINK,
            "of the directed links those whose bit in strength is set deliver nothing: bit 7 * from + to; no member or peer"),
    STALE_PACKET(
            Layer.LINK, "what the link carries is delivered once more strength milliseconds later, also to a new life"),
    CONNECTION_RESET(Layer.LINK, "the connection is reset: what is under way on it is lost; lasts for no time"),

    // ---- a member
    CRASH(
            Layer.MEMBER,
            "the process ends (kill -9) and starts again when the time is over; its files stay as it left them"),
    POWER_LOSS(
            Layer.MEMBER,
            "as a crash, but of what was not flushed any part may be gone: strength says which (see Survival), and of whole"
                    + " members whether within a disk call, and whether in the next start"),
    PAUSE(Layer.MEMBER, "the process stands still and then goes on, knowing nothing of it"),
    SLOW_CLOCK(Layer.MEMBER, "its clock runs at strength of a thousand"),
    FAST_CLOCK(Layer.MEMBER, "its clock runs at strength of a thousand, which is more than a thousand"),
    CLOCK_JUMP(Layer.MEMBER, "its clock jumps forward by strength milliseconds; lasts for no time"),

    // ---- a member's disk
    WRITE_ERROR(Layer.DISK, "the next write to a file fails with an I/O error; lasts until then"),
    FLUSH_ERROR_KEPT(Layer.DISK, "the next flush fails, and what was to be flushed stays in memory as if written"),
    FLUSH_ERROR_DROPPED(
            Layer.DISK, "the next flush fails, and what was to be flushed is gone, though reads may still see it"),
    DISK_FULL(Layer.DISK, "no file grows"),
    SLOW_DISK(Layer.DISK, "each call takes up to strength microseconds more"),
    STALLED_DISK(Layer.DISK, "no call ends before the time is over"),
    BIT_ROT(
            Layer.DISK,
            "a bit of what lies on the disk changes; strength chooses which; lasts for no time. Of a core: the process ends, and"
                    + " starts soon with the log before an entry that strength chooses"),
    LOST_WRITE(Layer.DISK, "the next write is told done, and flushed, but never reaches the disk"),
    MISDIRECTED_WRITE(Layer.DISK, "the next write lands strength sectors away from where it belongs"),
    WIPED(Layer.DISK, "the process ends and its directory is empty when it starts again after the time"),
    OLD_IMAGE(
            Layer.DISK,
            "the process ends, and starts again after the time with what its directory held strength milliseconds before"),

    // ---- clients
    CLIENT_RETRY(Layer.CLIENT, "clients try refused requests again at another member at once"),
    CLIENT_GIVES_UP(
            Layer.CLIENT, "clients wait no longer than strength milliseconds, and then take the outcome for unknown"),
    BURST(Layer.CLIENT, "all clients send strength requests at once; lasts for no time");

    /** Where it happens. */
    public enum Layer {
        LINK,
        MEMBER,
        DISK,
        CLIENT
    }

    private final Layer layer;
    private final String sentence;

    FaultKind(Layer layer, String sentence) {
        this.layer = layer;
        this.sentence = sentence;
    }

    public Layer layer() {
        return layer;
    }

    public String sentence() {
        return sentence;
    }
}
