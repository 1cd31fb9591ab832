package io.quorate.internal;

import io.quorate.node.RaftException;
import io.quorate.node.port.Entropy;
import io.quorate.node.port.Identity;
import io.quorate.node.port.IdentityStore;
import java.io.IOException;

/** Who a data directory is, at each start: made once with the directory, its start counter raised each time. */
public final class Identities {
    private static final int FIRST_EPOCH = 1;

    private Identities() {}

    /**
     * Reads the identity, or makes it in a new directory, raises its start counter, and makes that durable.
     *
     * @param clusterId the one this member is told to belong to
     * @param memberId the one this member is told to be
     * @throws RaftException if the directory belongs to somebody else
     */
    public static Identity start(IdentityStore store, long clusterId, long memberId, Entropy entropy)
            throws IOException {
        Identity found = store.load();
        Identity identity = found == null
                ? new Identity(clusterId, FIRST_EPOCH, memberId, nonZero(entropy), 1)
                : new Identity(
                        found.clusterId(),
                        found.epoch(),
                        found.memberId(),
                        found.incarnation(),
                        found.startCounter() + 1);
        requireSame("cluster", clusterId, identity.clusterId());
        requireSame("member", memberId, identity.memberId());
        store.save(identity);
        return identity;
    }

    private static void requireSame(String what, long told, long found) {
        if (told != found) {
            throw new RaftException(
                    RaftException.Code.DATA_DIRECTORY,
                    "the data directory belongs to " + what + " " + Long.toUnsignedString(found, 16)
                            + ", but this member was started for " + what + " " + Long.toUnsignedString(told, 16)
                            + ": give the right directory, or the settings with which it was made");
        }
    }

    private static long nonZero(Entropy entropy) {
        long drawn = entropy.nextLong();
        return drawn == 0 ? 1 : drawn;
    }
}
