package io.quorate.cli.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32C;

/**
 * Bytes that no peer and no client sends: drawn at random, or a handshake and a call as they should be with some of their
 * bytes changed, left out, repeated or cut off. Half of the spoiled peers' frames carry a checksum that holds.
 */
final class Nonsense {
    private static final int FRAMES_PER_CONNECTION = 25;
    private static final int MAX_RANDOM_BYTES = 400;
    private static final int CRC_AT = 12;
    private static final int PREFIX_BYTES = 16;

    private final Random random;

    Nonsense(Random random) {
        this.random = random;
    }

    /** @return how many frames were written */
    int sendToPeerPort(RealMember member, int frames) throws IOException {
        long clusterId = idInLog(member, "cluster-id");
        long memberId = idInLog(member, "member-id");
        return send(member.peerPort(), frames, new byte[0], () -> peerFrame(clusterId, memberId));
    }

    /** @return how many frames were written */
    int sendToClientPort(RealMember member, int frames) throws IOException {
        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        int[] stream = {1};
        return send(member.clientPort(), frames, preface, () -> clientFrame(member.endpoint(), stream[0] += 2));
    }

    private interface Frames {
        byte[] next();
    }

    /** A member hangs up at the first frame that is none: then the rest of them goes over the next connection. */
    private int send(int port, int frames, byte[] preface, Frames source) throws IOException {
        int sent = 0;
        while (sent < frames) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (random.nextInt(8) != 0) {
                    socket.getOutputStream().write(preface);
                }
                for (int k = 0; k < FRAMES_PER_CONNECTION && sent < frames; k++) {
                    byte[] frame = source.next();
                    sent++;
                    socket.getOutputStream().write(frame);
                }
            } catch (IOException hungUp) {
                assertThat(hungUp).hasMessageMatching("(?i).*(broken pipe|reset|closed|aborted).*");
            }
        }
        return sent;
    }

    private static long idInLog(RealMember member, String key) {
        return Long.parseUnsignedLong(
                member.running().awaitLine(key + "=([0-9a-f]+)").group(1), 16);
    }

    // Peers.

    private byte[] peerFrame(long clusterId, long memberId) {
        if (random.nextInt(4) == 0) {
            return randomBytes();
        }
        byte[] frame = random.nextBoolean() ? hello(clusterId, memberId) : anyPeerFrame();
        byte[] spoiled = random.nextInt(10) == 0 ? frame : mutated(frame);
        return random.nextBoolean() ? withChecksum(spoiled) : spoiled;
    }

    /** As docs of the frame and the handshake draw them: every field in its place, and a sender that nobody knows. */
    private byte[] hello(long clusterId, long memberId) {
        ByteBuffer header = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
        header.put("QUORATE\n".getBytes(StandardCharsets.US_ASCII)).putShort((short) 1);
        header.put((byte) random.nextInt(5)).put((byte) random.nextInt(8));
        header.putInt(1 << random.nextInt(31)).putLong(clusterId).putLong(1);
        header.putLong(random.nextInt(4) == 0 ? memberId : random.nextLong()).putLong(memberId);
        header.putLong(random.nextLong()).putLong(random.nextInt(9)).putLong(random.nextLong());
        header.putShort((short) 2).put((byte) 'n').put((byte) '9').flip();
        byte[] bytes = new byte[header.remaining()];
        header.get(bytes);
        return peerFrame((byte) 1, bytes);
    }

    private byte[] anyPeerFrame() {
        byte[] header = new byte[random.nextInt(100)];
        random.nextBytes(header);
        return peerFrame((byte) random.nextInt(36), header);
    }

    private static byte[] peerFrame(byte type, byte[] header) {
        ByteBuffer frame = ByteBuffer.allocate(PREFIX_BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(frame.capacity())
                .putInt(type)
                .putInt(header.length)
                .putInt(0)
                .put(header);
        return withChecksum(frame.array());
    }

    /** Over what the frame says is its header, as far as there is any. */
    private static byte[] withChecksum(byte[] frame) {
        if (frame.length < PREFIX_BYTES) {
            return frame;
        }
        ByteBuffer in = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        int header = Math.max(0, Math.min(in.getInt(8), frame.length - PREFIX_BYTES));
        CRC32C crc = new CRC32C();
        crc.update(frame, 0, CRC_AT);
        crc.update(frame, PREFIX_BYTES, header);
        in.putInt(CRC_AT, (int) crc.getValue());
        return frame;
    }

    // Clients.

    private byte[] clientFrame(String authority, int stream) {
        if (random.nextInt(4) == 0) {
            return randomBytes();
        }
        byte[] frame =
                switch (random.nextInt(4)) {
                    case 0 -> http2(4, 0, 0, new byte[0]);
                    case 1 -> http2(random.nextInt(12), random.nextInt(256), stream, randomBytes());
                    case 2 -> call(authority, stream, new byte[] {8, 1});
                    default -> call(authority, stream, randomBytes());
                };
        return random.nextInt(10) == 0 ? frame : mutated(frame);
    }

    private static byte[] call(String authority, int stream, byte[] message) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":method", "POST");
        literal(block, ":scheme", "http");
        literal(block, ":path", "/etcdserverpb.KV/Put");
        literal(block, ":authority", authority);
        literal(block, "te", "trailers");
        literal(block, "content-type", "application/grpc");
        byte[] data = ByteBuffer.allocate(5 + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(http2(1, 4, stream, block.toByteArray()));
        both.writeBytes(http2(0, 1, stream, data));
        return both.toByteArray();
    }

    /** RFC 7541, 6.2.2: never indexed, not compressed. */
    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        block.write(name.length());
        block.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        block.write(value.length());
        block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] http2(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >>> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    // Both.

    private byte[] randomBytes() {
        byte[] bytes = new byte[1 + random.nextInt(MAX_RANDOM_BYTES)];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] mutated(byte[] bytes) {
        byte[] spoiled = bytes.clone();
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            int at = random.nextInt(spoiled.length);
            switch (random.nextInt(4)) {
                case 0 -> spoiled[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> spoiled[at] = (byte) random.nextInt();
                case 2 -> spoiled = java.util.Arrays.copyOf(spoiled, at + 1);
                default -> spoiled = withPieceTwice(spoiled, at);
            }
        }
        return spoiled;
    }

    private static byte[] withPieceTwice(byte[] bytes, int at) {
        int piece = Math.min(8, bytes.length - at);
        return ByteBuffer.allocate(bytes.length + piece)
                .put(bytes, 0, at + piece)
                .put(bytes, at, bytes.length - at)
                .array();
    }
}
