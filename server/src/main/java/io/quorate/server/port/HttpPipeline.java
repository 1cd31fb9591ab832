package io.quorate.server.port;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpServerCodec;

/** What turns a connection into one of HTTP/1.1. */
final class HttpPipeline {
    private static final int MAX_LINE_BYTES = 8 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_CHUNK_BYTES = 64 * 1024;

    private HttpPipeline() {}

    /** Puts the codec and {@code handler} behind {@code first}, in front of what grpc left in the pipeline. */
    static void install(ChannelHandlerContext first, ChannelHandler handler) {
        ChannelPipeline pipeline = first.pipeline();
        pipeline.addAfter(first.name(), "http", handler);
        pipeline.addAfter(
                first.name(), "http-codec", new HttpServerCodec(MAX_LINE_BYTES, MAX_HEADER_BYTES, MAX_CHUNK_BYTES));
        pipeline.removeLast();
        pipeline.addLast(new CloseOnForeignWrite());
    }

    /** grpc owns the channel and ends it with a command of its own, which no HTTP encoder knows: it means close. */
    private static final class CloseOnForeignWrite extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            var unused = message instanceof HttpObject ? context.write(message, promise) : context.close(promise);
        }
    }
}
