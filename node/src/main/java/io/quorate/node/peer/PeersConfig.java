package io.quorate.node.peer;

import io.quorate.node.port.Identity;
import io.quorate.node.port.Versions;
import io.quorate.raft.membership.Membership;

/**
 * What {@link PeerSessions} is made with.
 *
 * @param self this member's identity, its start counter already raised and durable
 * @param name for people; may be empty
 * @param initial the members of the first start, this one among them, with addresses; their incarnations are not looked at.
 *     Not needed (may be {@link Membership#NONE}) where {@link Peers#members} is called before the start
 * @param firstStartMajority a majority of the initial members is enough for the first start. Danger: a member that was not
 *     heard and is wiped before it is heard can vote twice
 * @param frameBytes the largest frame taken from a peer, 4 KiB to 1 GiB: the largest AppendEntries and some 200 bytes more
 * @param largestRecordBytes the largest record that this member may send: a peer whose frames cannot hold it is refused, or it
 *     would lag for ever behind that record. 0 refuses nobody
 * @param queueBytes bound on the bytes that wait for one connection's socket; messages beyond it are dropped and counted. An
 *     eighth more is kept for votes, heartbeats and answers. At least two frames
 * @param pingMillis a connection on which nothing was sent for this long carries a ping
 * @param silenceMillis a connection on which nothing came for this long is closed; some times {@code pingMillis}
 * @param handshakeMillis how long the other side may take for its handshake
 * @param backoffMinMillis wait after the first failed attempt to connect (the one before is made at once); it doubles
 * @param backoffMaxMillis up to this
 * @param joins the cluster exists and has announced this member: {@code initial} is who belongs to it, this member among them
 *     or not, and there is no first start
 * @param versions that this member speaks
 */
public record PeersConfig(
        Identity self,
        String name,
        Membership initial,
        boolean firstStartMajority,
        int frameBytes,
        int largestRecordBytes,
        long queueBytes,
        int pingMillis,
        int silenceMillis,
        int handshakeMillis,
        int backoffMinMillis,
        int backoffMaxMillis,
        boolean joins,
        Versions versions) {
    private static final int LEAST_FRAME_BYTES = 4 << 10;
    private static final int MOST_FRAME_BYTES = 1 << 30;

    public PeersConfig {
        require(frameBytes >= LEAST_FRAME_BYTES && frameBytes <= MOST_FRAME_BYTES, "frameBytes is " + frameBytes);
        require(
                largestRecordBytes >= 0 && frameOf(largestRecordBytes) <= frameBytes,
                "largestRecordBytes is " + largestRecordBytes + ", more than a frame holds");
        require(queueBytes >= 2L * frameBytes, "queueBytes is " + queueBytes + ", less than two frames");
        require(pingMillis > 0 && silenceMillis > 2L * pingMillis, "silenceMillis must exceed two pings");
        require(handshakeMillis > 0, "handshakeMillis is " + handshakeMillis);
        require(backoffMinMillis > 0 && backoffMaxMillis >= backoffMinMillis, "the backoff's bounds are crossed");
    }

    /** With times that fit a LAN and a long pause of the JVM. */
    public static PeersConfig of(
            Identity self,
            String name,
            Membership initial,
            boolean firstStartMajority,
            int frameBytes,
            long queueBytes) {
        return new PeersConfig(
                self,
                name,
                initial,
                firstStartMajority,
                frameBytes,
                0,
                queueBytes,
                1000,
                5000,
                5000,
                20,
                1000,
                false,
                Versions.CURRENT);
    }

    /** The same, with that {@code largestRecordBytes}. */
    public PeersConfig withLargestRecord(int bytes) {
        return new PeersConfig(
                self,
                name,
                initial,
                firstStartMajority,
                frameBytes,
                bytes,
                queueBytes,
                pingMillis,
                silenceMillis,
                handshakeMillis,
                backoffMinMillis,
                backoffMaxMillis,
                joins,
                versions);
    }

    /** The same, of a member that joins a cluster which exists. */
    public PeersConfig joining() {
        return new PeersConfig(
                self,
                name,
                initial,
                firstStartMajority,
                frameBytes,
                largestRecordBytes,
                queueBytes,
                pingMillis,
                silenceMillis,
                handshakeMillis,
                backoffMinMillis,
                backoffMaxMillis,
                true,
                versions);
    }

    /** The same, of a member that speaks those. */
    public PeersConfig speaking(Versions spoken) {
        return new PeersConfig(
                self,
                name,
                initial,
                firstStartMajority,
                frameBytes,
                largestRecordBytes,
                queueBytes,
                pingMillis,
                silenceMillis,
                handshakeMillis,
                backoffMinMillis,
                backoffMaxMillis,
                joins,
                spoken);
    }

    /** What a peer's frames must hold at least: an AppendEntries with the largest record alone; 0 when nobody is refused. */
    int leastFrameBytes() {
        return largestRecordBytes == 0 ? 0 : Math.toIntExact(frameOf(largestRecordBytes));
    }

    private static long frameOf(int recordBytes) {
        return (long) Frame.PREFIX_BYTES + FrameType.APPEND_ENTRIES.headerBytes() + recordBytes;
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException(problem);
        }
    }
}
