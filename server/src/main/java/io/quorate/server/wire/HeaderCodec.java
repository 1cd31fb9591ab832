package io.quorate.server.wire;

/** The header of an answer, field 1 of its message; the two ids in it are those of this member. */
final class HeaderCodec {
    private static final int HEADER = 1 << 3 | 2;
    private static final int CLUSTER_ID = 1 << 3;
    private static final int MEMBER_ID = 2 << 3;
    private static final int REVISION = 3 << 3;
    private static final int RAFT_TERM = 4 << 3;

    private final long clusterId;
    private final long memberId;
    private final int idBytes;

    HeaderCodec(long clusterId, long memberId) {
        this.clusterId = clusterId;
        this.memberId = memberId;
        this.idBytes = ProtoOutput.numberSize(clusterId) + ProtoOutput.numberSize(memberId);
    }

    /** Tag and length included. */
    int size(long revision, long term) {
        return 2 + innerSize(revision, term); // at most 44 bytes, so the length is one byte
    }

    private int innerSize(long revision, long term) {
        return idBytes + ProtoOutput.numberSize(revision) + ProtoOutput.numberSize(term);
    }

    void write(ProtoOutput out, long revision, long term) {
        out.message(HEADER, innerSize(revision, term));
        out.number(CLUSTER_ID, clusterId);
        out.number(MEMBER_ID, memberId);
        out.number(REVISION, revision);
        out.number(RAFT_TERM, term);
    }
}
