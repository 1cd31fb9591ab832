package io.quorate.server.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.InternalMetadata;
import io.grpc.InternalMetadata.TrustedAsciiMarshaller;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before every call. What a client says about itself is checked here, and an exception that nobody expected ends the
 * call as INTERNAL: grpc-java would say UNKNOWN, which ends every watch that shares the client's stream.
 */
public final class CallGuard implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(CallGuard.class);

    static final Metadata.Key<byte[]> HAS_LEADER = InternalMetadata.keyOf("hasleader", new RawMarshaller());
    static final Metadata.Key<byte[]> CLIENT_API_VERSION =
            InternalMetadata.keyOf("client-api-version", new RawMarshaller());
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);

    private final BooleanSupplier leaderKnown;

    /** @param leaderKnown asked on the port's event loop, for calls that require a leader */
    public CallGuard(BooleanSupplier leaderKnown) {
        this.leaderKnown = leaderKnown;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        byte[] version = headers.get(CLIENT_API_VERSION);
        if (version != null && !isUtf8(version)) {
            return refuse(call, EtcdError.INVALID_CLIENT_API_VERSION);
        }
        byte[] hasLeader = headers.get(HAS_LEADER);
        if (hasLeader != null && Arrays.equals(hasLeader, TRUE) && !leaderKnown.getAsBoolean()) {
            return refuse(call, EtcdError.NO_LEADER);
        }
        GuardedCall<Q, A> guarded = new GuardedCall<>(call);
        try {
            return new GuardedListener<>(next.startCall(guarded, headers), guarded);
        } catch (RuntimeException unexpected) {
            guarded.fail(unexpected);
            return new ServerCall.Listener<>() {};
        }
    }

    private static <Q, A> ServerCall.Listener<Q> refuse(ServerCall<Q, A> call, EtcdError error) {
        call.close(error.status(), new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private static boolean isUtf8(byte[] bytes) {
        for (byte each : bytes) {
            if (each < 0) {
                return decodes(bytes);
            }
        }
        return true;
    }

    private static boolean decodes(byte[] bytes) {
        try {
            var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException invalid) {
            return false;
        }
    }

    /** Never closes as UNKNOWN, and closes once. */
    private static final class GuardedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private GuardedCall(ServerCall<Q, A> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (status.getCode() == Status.Code.UNKNOWN) {
                log(status.getCause());
                super.close(Defects.STATUS, trailers);
            } else {
                super.close(status, trailers);
            }
        }

        private void fail(RuntimeException unexpected) {
            Status status = Status.fromThrowable(unexpected);
            boolean meant = status.getCode() != Status.Code.UNKNOWN;
            if (!meant) {
                log(unexpected);
            }
            try {
                super.close(meant ? status : Defects.STATUS, new Metadata());
            } catch (IllegalStateException alreadyClosed) {
                LOG.debug("call-already-closed method={}", getMethodDescriptor().getFullMethodName());
            }
        }

        private void log(@Nullable Throwable cause) {
            LOG.error("call-failed method={}", getMethodDescriptor().getFullMethodName(), cause);
        }
    }

    private static final class GuardedListener<Q> extends SimpleForwardingServerCallListener<Q> {
        private final GuardedCall<Q, ?> call;
        /** The call has been ended here: its listener hears no more requests. */
        private boolean failed;

        private GuardedListener(ServerCall.Listener<Q> listener, GuardedCall<Q, ?> call) {
            super(listener);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            try {
                if (!failed) {
                    super.onMessage(message);
                }
            } catch (RuntimeException unexpected) {
                failed = true;
                call.fail(unexpected);
            }
        }

        @Override
        public void onHalfClose() {
            try {
                if (!failed) {
                    super.onHalfClose();
                }
            } catch (RuntimeException unexpected) {
                failed = true;
                call.fail(unexpected);
            }
        }
    }

    private static final class RawMarshaller implements TrustedAsciiMarshaller<byte[]> {
        @Override
        public byte[] toAsciiString(byte[] value) {
            return value;
        }

        @Override
        public byte[] parseAsciiString(byte[] serialized) {
            return serialized;
        }
    }
}
