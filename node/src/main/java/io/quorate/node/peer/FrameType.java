package io.quorate.node.peer;

import org.jspecify.annotations.Nullable;

/** What a frame is; the code is its byte on the wire. {@code headerBytes} is exact, or the least when it varies. */
enum FrameType {
    /** The first frame of either side: {@link Hello}. */
    HELLO(1, Hello.FIXED_BYTES, false),
    /** Instead of the handshake's answer, or after it: why the connection will not be used. */
    REFUSED(2, 4, false),
    /** Whether the sender knows a leader: u8. */
    KNOWS_LEADER(3, 1, true),
    /** The sender holds this set of members from now on, for good. */
    SET(4, 1, false),
    /** Says only that the sender is there. */
    PING(5, 0, true),

    REQUEST_PRE_VOTE(16, MessageCodec.COMMON_BYTES + 16, true),
    PRE_VOTE_ANSWER(17, MessageCodec.COMMON_BYTES + 1, true),
    REQUEST_VOTE(18, MessageCodec.COMMON_BYTES + 17, true),
    VOTE_ANSWER(19, MessageCodec.COMMON_BYTES + 1, true),
    APPEND_ENTRIES(20, MessageCodec.COMMON_BYTES + 36, true),
    APPEND_ANSWER(21, MessageCodec.COMMON_BYTES + 50, true),
    READ_INDEX_REQUEST(22, MessageCodec.COMMON_BYTES + 16, true),
    READ_INDEX_ANSWER(23, MessageCodec.COMMON_BYTES + 24, true),
    INSTALL_SNAPSHOT(24, MessageCodec.COMMON_BYTES + 24, true),
    TIMEOUT_NOW(28, MessageCodec.COMMON_BYTES, true),

    /** A command for the leader to propose, as the payload: number u64, CRC32C of the command u32. */
    FORWARD(32, 12, true),
    /** The same, of a payload that begins with an {@link io.quorate.node.once.Extension}. */
    FORWARD_EXTENDED(36, 12, true),
    /** Its answer: number u64, index u64, term u64, refusal u8. */
    FORWARD_ANSWER(33, 25, true),
    /** {@link LeaderRequest} and its {@link LeaderAnswer}. */
    LEADER_REQUEST(34, LeaderCodec.REQUEST_BYTES, false),
    LEADER_ANSWER(35, LeaderCodec.ANSWER_BYTES, false),

    /** {@link HashMessage}. */
    STATE_HASH(37, HashCodec.LEAST_BYTES, false),

    SNAPSHOT_ASK(40, 28, true),
    SNAPSHOT_OFFER(41, TransferCodec.OFFER_BYTES + 1, false),
    SNAPSHOT_READ(42, 16, true),
    /** With bytes of a snapshot, which have their own checksums, as the payload. */
    SNAPSHOT_PIECE(43, 28, true),
    SNAPSHOT_NOTHING(44, 4, true);

    private static final FrameType[] BY_CODE = new FrameType[256];

    static {
        for (FrameType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final byte code;
    private final int headerBytes;
    private final boolean exact;

    FrameType(int code, int headerBytes, boolean exact) {
        this.code = (byte) code;
        this.headerBytes = headerBytes;
        this.exact = exact;
    }

    byte code() {
        return code;
    }

    int headerBytes() {
        return headerBytes;
    }

    boolean fits(int headerBytes) {
        return exact ? headerBytes == this.headerBytes : headerBytes >= this.headerBytes;
    }

    boolean hasPayload() {
        return this == APPEND_ENTRIES || this == FORWARD || this == FORWARD_EXTENDED || this == SNAPSHOT_PIECE;
    }

    boolean isMessage() {
        return code >= REQUEST_PRE_VOTE.code && code <= TIMEOUT_NOW.code;
    }

    boolean isTransfer() {
        return code >= SNAPSHOT_ASK.code;
    }

    static @Nullable FrameType of(byte code) {
        return BY_CODE[code & 0xff];
    }
}
