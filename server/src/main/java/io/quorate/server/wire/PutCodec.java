package io.quorate.server.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.quorate.kv.PutRequest;
import io.quorate.kv.PutResponse;
import java.io.InputStream;

/** Puts, without a protobuf object on the way: the RPC that costs etcd half its time outside of consensus. */
final class PutCodec {
    private static final int KEY = 1 << 3 | 2;
    private static final int VALUE = 2 << 3 | 2;
    private static final int LEASE = 3 << 3;
    private static final int PREV_KV = 4 << 3;
    private static final int IGNORE_VALUE = 5 << 3;
    private static final int IGNORE_LEASE = 6 << 3;

    private PutCodec() {}

    static Marshaller<PutRequest> requests() {
        return new RequestMarshaller<>() {
            @Override
            public PutRequest parse(InputStream message) {
                return PutCodec.parse(ProtoInput.allOf(message));
            }
        };
    }

    static Marshaller<Answer<PutResponse>> responses(HeaderCodec header) {
        return new ResponseMarshaller<>() {
            @Override
            public InputStream stream(Answer<PutResponse> answer) {
                return new EncodedPut(header, answer);
            }
        };
    }

    static PutRequest parse(byte[] message) {
        ProtoInput in = new ProtoInput(message);
        byte[] key = ToWire.EMPTY;
        byte[] value = ToWire.EMPTY;
        long lease = 0;
        boolean prevKv = false;
        boolean ignoreValue = false;
        boolean ignoreLease = false;
        while (in.hasMore()) {
            switch (in.tag()) {
                case KEY -> key = in.bytes();
                case VALUE -> value = in.bytes();
                case LEASE -> lease = in.varint();
                case PREV_KV -> prevKv = in.bool();
                case IGNORE_VALUE -> ignoreValue = in.bool();
                case IGNORE_LEASE -> ignoreLease = in.bool();
                default -> in.odd();
            }
        }
        return in.isOdd() ? parseOdd(message) : new PutRequest(key, value, lease, prevKv, ignoreValue, ignoreLease);
    }

    private static PutRequest parseOdd(byte[] message) {
        try {
            return FromWire.put(io.quorate.etcd.etcdserverpb.PutRequest.parseFrom(message));
        } catch (InvalidProtocolBufferException malformed) {
            throw malformed(malformed);
        }
    }

    /** As grpc's own marshaller says it. */
    static RuntimeException malformed(InvalidProtocolBufferException cause) {
        return Status.INTERNAL
                .withDescription("Invalid protobuf byte sequence")
                .withCause(cause)
                .asRuntimeException();
    }

    private static final class EncodedPut extends EncodedMessage {
        private static final int PAIR = 2 << 3 | 2;

        private final HeaderCodec header;
        private final Answer<PutResponse> answer;

        private EncodedPut(HeaderCodec header, Answer<PutResponse> answer) {
            super(size(header, answer));
            this.header = header;
            this.answer = answer;
        }

        private static int size(HeaderCodec header, Answer<PutResponse> answer) {
            var before = answer.result().prevKv();
            return header.size(answer.result().revision(), answer.term())
                    + (before == null ? 0 : PairCodec.fieldSize(before));
        }

        @Override
        void writeTo(ProtoOutput out) {
            header.write(out, answer.result().revision(), answer.term());
            var before = answer.result().prevKv();
            if (before != null) {
                PairCodec.writeField(out, PAIR, before);
            }
        }
    }
}
