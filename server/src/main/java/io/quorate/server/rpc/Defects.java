package io.quorate.server.rpc;

import io.grpc.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an exception becomes that nobody expected: a line in the log, and for the client INTERNAL, or a time-out where its write
 * is done. It must reach neither the node, which would stop, nor grpc-java, which would say UNKNOWN.
 */
final class Defects {
    private static final Logger LOG = LoggerFactory.getLogger(Defects.class);
    static final Status STATUS =
            Status.INTERNAL.withDescription("quorate: internal error, described in the server's log");

    private Defects() {}

    /** Runs what ends the call of a request that may be made again. */
    static void guard(UnaryCall<?> call, Runnable ending) {
        guard(call, STATUS, ending);
    }

    /**
     * Runs what ends the call of a write that is done. Its client must not take a defect for a refusal, so it hears what it
     * hears of every write whose outcome is unknown.
     */
    static void guardApplied(UnaryCall<?> call, Runnable ending) {
        guard(call, EtcdError.TIMEOUT.status(), ending);
    }

    private static void guard(UnaryCall<?> call, Status heard, Runnable ending) {
        try {
            ending.run();
        } catch (RuntimeException | VirtualMachineError defect) {
            // Netty's OutOfDirectMemoryError is one of the second kind: it is this call's, and must not end the member.
            LOG.error("call-failed", defect);
            refuse(call, heard);
        }
    }

    private static void refuse(UnaryCall<?> call, Status heard) {
        try {
            call.refuse(heard);
        } catch (IllegalStateException alreadyEnded) {
            LOG.debug("call-already-ended", alreadyEnded);
        }
    }
}
