package io.quorate.server.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.MethodDescriptor.Marshaller;
import io.quorate.kv.KeyValue;
import io.quorate.kv.RangeRequest;
import io.quorate.kv.RangeResponse;
import java.io.InputStream;

/** Ranges, without a protobuf object on the way: pairs go from the store's arrays straight into the socket's buffers. */
final class RangeCodec {
    private static final int KEY = 1 << 3 | 2;
    private static final int RANGE_END = 2 << 3 | 2;
    private static final int LIMIT = 3 << 3;
    private static final int REVISION = 4 << 3;
    private static final int SORT_ORDER = 5 << 3;
    private static final int SORT_TARGET = 6 << 3;
    private static final int SERIALIZABLE = 7 << 3;
    private static final int KEYS_ONLY = 8 << 3;
    private static final int COUNT_ONLY = 9 << 3;

    private RangeCodec() {}

    static Marshaller<RangeRequest> requests() {
        return new RequestMarshaller<>() {
            @Override
            public RangeRequest parse(InputStream message) {
                return RangeCodec.parse(ProtoInput.allOf(message));
            }
        };
    }

    static Marshaller<Answer<RangeResponse>> responses(HeaderCodec header) {
        return new ResponseMarshaller<>() {
            @Override
            public InputStream stream(Answer<RangeResponse> answer) {
                return new EncodedRange(header, answer);
            }
        };
    }

    /** The revision filters are rare enough to be left to the generated class. */
    static RangeRequest parse(byte[] message) {
        ProtoInput in = new ProtoInput(message);
        byte[] key = ToWire.EMPTY;
        byte[] rangeEnd = ToWire.EMPTY;
        long limit = 0;
        long revision = 0;
        int sortOrder = 0;
        int sortTarget = 0;
        boolean serializable = false;
        boolean keysOnly = false;
        boolean countOnly = false;
        while (in.hasMore()) {
            switch (in.tag()) {
                case KEY -> key = in.bytes();
                case RANGE_END -> rangeEnd = in.bytes();
                case LIMIT -> limit = in.varint();
                case REVISION -> revision = in.varint();
                case SORT_ORDER -> sortOrder = (int) in.varint();
                case SORT_TARGET -> sortTarget = (int) in.varint();
                case SERIALIZABLE -> serializable = in.bool();
                case KEYS_ONLY -> keysOnly = in.bool();
                case COUNT_ONLY -> countOnly = in.bool();
                default -> in.odd();
            }
        }
        return in.isOdd()
                ? parseOdd(message)
                : new RangeRequest(
                        key,
                        rangeEnd,
                        limit,
                        revision,
                        sortOrder,
                        sortTarget,
                        serializable,
                        keysOnly,
                        countOnly,
                        0,
                        0,
                        0,
                        0);
    }

    private static RangeRequest parseOdd(byte[] message) {
        try {
            return FromWire.range(io.quorate.etcd.etcdserverpb.RangeRequest.parseFrom(message));
        } catch (InvalidProtocolBufferException malformed) {
            throw PutCodec.malformed(malformed);
        }
    }

    private static final class EncodedRange extends EncodedMessage {
        private static final int PAIR = 2 << 3 | 2;
        private static final int MORE = 3 << 3;
        private static final int COUNT = 4 << 3;

        private final HeaderCodec header;
        private final Answer<RangeResponse> answer;

        private EncodedRange(HeaderCodec header, Answer<RangeResponse> answer) {
            super(size(header, answer));
            this.header = header;
            this.answer = answer;
        }

        private static int size(HeaderCodec header, Answer<RangeResponse> answer) {
            RangeResponse range = answer.result();
            long size = header.size(range.revision(), answer.term());
            for (KeyValue kv : range.kvs()) {
                size += PairCodec.fieldSize(kv);
            }
            size += range.more() ? 2 : 0;
            size += ProtoOutput.numberSize(range.count());
            return Math.toIntExact(size);
        }

        @Override
        void writeTo(ProtoOutput out) {
            RangeResponse range = answer.result();
            header.write(out, range.revision(), answer.term());
            for (KeyValue kv : range.kvs()) {
                PairCodec.writeField(out, PAIR, kv);
            }
            out.number(MORE, range.more() ? 1 : 0);
            out.number(COUNT, range.count());
        }
    }
}
