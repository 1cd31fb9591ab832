package io.quorate.server.wire;

import io.grpc.MethodDescriptor.Marshaller;
import java.io.InputStream;

/** A marshaller of what a server only writes. */
interface ResponseMarshaller<A> extends Marshaller<A> {
    @Override
    default A parse(InputStream message) {
        throw new UnsupportedOperationException("a server receives no responses");
    }
}
