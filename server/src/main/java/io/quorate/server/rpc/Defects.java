package io.quorate.server.rpc;

import io.grpc.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an exception becomes that nobody expected: a line in the log, and INTERNAL for the client. It must reach neither the
 * node, which would stop, nor grpc-java, which would say UNKNOWN.
 */
final class Defects {
    private static final Logger LOG = LoggerFactory.getLogger(Defects.class);
    static final Status STATUS =
            Status.INTERNAL.withDescription("quorate: internal error, described in the server's log");

    private Defects() {}

    /** Runs what ends a call. */
    static void guard(UnaryCall<?> call, Runnable ending) {
        try {
            ending.run();
        } catch (RuntimeException | VirtualMachineError defect) {
            // Netty's OutOfDirectMemoryError is one of the second kind: it is this call's, and must not end the member.
            LOG.error("call-failed", defect);
            refuse(call);
        }
    }

    private static void refuse(UnaryCall<?> call) {
        try {
            call.refuse(STATUS);
        } catch (IllegalStateException alreadyEnded) {
            LOG.debug("call-already-ended", alreadyEnded);
        }
    }
}
