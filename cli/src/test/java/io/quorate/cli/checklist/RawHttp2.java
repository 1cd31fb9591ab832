package io.quorate.cli.checklist;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** One gRPC call written frame by frame, for headers that no client library lets through. */
final class RawHttp2 {
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int END_STREAM_AND_HEADERS = 5;

    private RawHttp2() {}

    /** Calls a method with one more header and no message; answers with the first headers that come back. */
    static Http2Headers call(String endpoint, String method, String header, byte[] value) throws IOException {
        URI address = URI.create("tcp://" + endpoint);
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(20_000);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            frame(out, SETTINGS, 0, 0, new byte[0]);
            frame(out, HEADERS, END_STREAM_AND_HEADERS, 1, headers(endpoint, method, header, value));
            out.flush();
            return firstHeaders(new DataInputStream(socket.getInputStream()));
        } catch (Http2Exception undecodable) {
            throw new IOException(undecodable);
        }
    }

    private static byte[] headers(String endpoint, String method, String header, byte[] value) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":method", "POST".getBytes(StandardCharsets.US_ASCII));
        literal(block, ":scheme", "http".getBytes(StandardCharsets.US_ASCII));
        literal(block, ":path", ("/" + method).getBytes(StandardCharsets.US_ASCII));
        literal(block, ":authority", endpoint.getBytes(StandardCharsets.US_ASCII));
        literal(block, "te", "trailers".getBytes(StandardCharsets.US_ASCII));
        literal(block, "content-type", "application/grpc".getBytes(StandardCharsets.US_ASCII));
        literal(block, header, value);
        return block.toByteArray();
    }

    /** A literal header field, never indexed, not compressed (RFC 7541, 6.2.2); both parts below 127 bytes. */
    private static void literal(ByteArrayOutputStream block, String name, byte[] value) throws IOException {
        block.write(0);
        block.write(name.length());
        block.write(name.getBytes(StandardCharsets.US_ASCII));
        block.write(value.length);
        block.write(value);
    }

    private static void frame(DataOutputStream out, int type, int flags, int stream, byte[] payload)
            throws IOException {
        out.writeByte(payload.length >>> 16);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
    }

    private static Http2Headers firstHeaders(DataInputStream in) throws IOException, Http2Exception {
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = in.readNBytes(length);
            if (type == HEADERS) {
                return new DefaultHttp2HeadersDecoder().decodeHeaders(stream, Unpooled.wrappedBuffer(payload));
            }
        }
    }
}
