package io.quorate.server.wire;

import io.grpc.MethodDescriptor.Marshaller;
import java.io.InputStream;

/** A marshaller of what a server only reads. */
interface RequestMarshaller<Q> extends Marshaller<Q> {
    @Override
    default InputStream stream(Q request) {
        throw new UnsupportedOperationException("a server sends no requests");
    }
}
