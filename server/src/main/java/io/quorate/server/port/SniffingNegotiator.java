package io.quorate.server.port;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets gRPC and HTTP/1.1 share the client port, as etcd does. The HTTP/2 preface begins with {@code PRI}, which is no
 * method of HTTP/1.1, so three bytes decide.
 */
final class SniffingNegotiator implements InternalProtocolNegotiator.ProtocolNegotiator {

    /** A peer that has not sent three bytes by then holds a socket for nothing. */
    static final long SILENCE_LIMIT_SECONDS = 10;

    private final InternalProtocolNegotiator.ProtocolNegotiator plaintext =
            InternalProtocolNegotiators.serverPlaintext();
    private final Supplier<? extends ChannelHandler> http;

    /** @param http makes what follows the HTTP codec, one for each connection */
    SniffingNegotiator(Supplier<? extends ChannelHandler> http) {
        this.http = http;
    }

    @Override
    public AsciiString scheme() {
        return plaintext.scheme();
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
        return new Sniffer(plaintext.newHandler(grpc), http);
    }

    @Override
    public void close() {
        plaintext.close();
    }

    /** The first handler of every connection, until it knows who speaks. */
    private static final class Sniffer extends ByteToMessageDecoder {
        private final ChannelHandler grpc;
        private final Supplier<? extends ChannelHandler> http;
        /** grpc starts its negotiation with an event fired before any byte came: kept, and fired again when it is due. */
        private @Nullable Object negotiation;

        private @Nullable ScheduledFuture<?> silenceLimit;

        private Sniffer(ChannelHandler grpc, Supplier<? extends ChannelHandler> http) {
            this.grpc = grpc;
            this.http = http;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            Runnable end = () -> {
                var unused = context.close();
            };
            silenceLimit = context.executor().schedule(end, SILENCE_LIMIT_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        protected void handlerRemoved0(ChannelHandlerContext context) {
            ScheduledFuture<?> limit = silenceLimit;
            if (limit != null) {
                limit.cancel(false);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event.equals(InternalProtocolNegotiationEvent.getDefault())) {
                negotiation = event;
            } else {
                super.userEventTriggered(context, event);
            }
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            if (in.readableBytes() < 3) {
                return;
            }
            int start = in.readerIndex();
            boolean http2 = in.getByte(start) == 'P' && in.getByte(start + 1) == 'R' && in.getByte(start + 2) == 'I';
            if (http2) {
                becomeGrpc(context);
            } else {
                HttpPipeline.install(context, http.get());
            }
            // Removal hands the bytes read so far to whoever stands behind.
            context.pipeline().remove(this);
        }

        private void becomeGrpc(ChannelHandlerContext context) {
            context.pipeline().addAfter(context.name(), null, grpc);
            if (negotiation != null) {
                context.fireUserEventTriggered(negotiation);
            }
        }
    }
}
