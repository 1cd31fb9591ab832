package io.quorate.bench.load;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** etcd's methods with bytes as requests; of a response only its size is looked at. */
final class RawMarshallers {
    static final MethodDescriptor<byte[], Integer> PUT =
            KVGrpc.getPutMethod().toBuilder(new Requests(), new Sizes()).build();
    static final MethodDescriptor<byte[], Integer> RANGE =
            KVGrpc.getRangeMethod().toBuilder(new Requests(), new Sizes()).build();

    private RawMarshallers() {}

    private static final class Requests implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] request) {
            return new RequestStream(request);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("this is a client: it reads no requests");
        }
    }

    private static final class Sizes implements MethodDescriptor.Marshaller<Integer> {
        @Override
        public InputStream stream(Integer response) {
            throw new UnsupportedOperationException("this is a client: it writes no responses");
        }

        @Override
        public Integer parse(InputStream stream) {
            try {
                return stream.available();
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }

    /** gRPC copies it into the frame before the call returns, so the array is free again then. */
    private static final class RequestStream extends ByteArrayInputStream implements KnownLength, Drainable {
        RequestStream(byte[] bytes) {
            super(bytes);
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int bytes = count - pos;
            target.write(buf, pos, bytes);
            pos = count;
            return bytes;
        }
    }
}
