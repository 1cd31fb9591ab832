package io.quorate.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.List;

/**
 * The ids that the first members of a cluster and the cluster itself get. They are etcd's: every member can compute them
 * from the same flags, and a cluster described by the same flags has the same ids here and there.
 */
final class ClusterIds {
    private ClusterIds() {}

    /** The first eight bytes of SHA-1 over the peer URLs in order, then the token. */
    static long memberId(List<String> peerUrls, String token) {
        String text = String.join("", peerUrls.stream().sorted().toList()) + token;
        return firstEightBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The first eight bytes of SHA-1 over the member ids, big endian, in unsigned order. */
    static long clusterId(Collection<Long> memberIds) {
        ByteBuffer ids = ByteBuffer.allocate(8 * memberIds.size());
        memberIds.stream().sorted(Long::compareUnsigned).forEach(ids::putLong);
        return firstEightBytes(ids.array());
    }

    private static long firstEightBytes(byte[] bytes) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-1").digest(bytes))
                    .getLong();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-1", missing);
        }
    }
}
