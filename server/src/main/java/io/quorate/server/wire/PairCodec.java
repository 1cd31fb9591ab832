package io.quorate.server.wire;

import io.quorate.kv.KeyValue;

/** {@code mvccpb.KeyValue} as a field of a message. */
final class PairCodec {
    private static final int KEY = 1 << 3 | 2;
    private static final int CREATE_REVISION = 2 << 3;
    private static final int MOD_REVISION = 3 << 3;
    private static final int VERSION = 4 << 3;
    private static final int VALUE = 5 << 3 | 2;
    private static final int LEASE = 6 << 3;

    private PairCodec() {}

    /** Tag and length included; the tag is one byte. */
    static int fieldSize(KeyValue kv) {
        int size = size(kv);
        return 1 + Varint.size(size) + size;
    }

    private static int size(KeyValue kv) {
        return ProtoOutput.bytesSize(kv.key())
                + ProtoOutput.numberSize(kv.createRevision())
                + ProtoOutput.numberSize(kv.modRevision())
                + ProtoOutput.numberSize(kv.version())
                + ProtoOutput.bytesSize(kv.value())
                + ProtoOutput.numberSize(kv.lease());
    }

    static void writeField(ProtoOutput out, int tag, KeyValue kv) {
        out.message(tag, size(kv));
        out.bytes(KEY, kv.key());
        out.number(CREATE_REVISION, kv.createRevision());
        out.number(MOD_REVISION, kv.modRevision());
        out.number(VERSION, kv.version());
        out.bytes(VALUE, kv.value());
        out.number(LEASE, kv.lease());
    }
}
