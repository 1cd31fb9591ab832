package io.quorate.server.port;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/**
 * The answer to HTTP/1.1 while there is no gateway: 404 with the JSON body of a gRPC status, 400 for what is not HTTP.
 * The connection is closed behind either, so a request's body is never read.
 */
final class HttpNotThere extends SimpleChannelInboundHandler<HttpObject> {
    private static final String NOT_FOUND =
            "{\"code\":5,\"message\":\"quorate: HTTP is not there yet on this port; it speaks gRPC\"}\n";
    private static final String BAD_REQUEST = "{\"code\":3,\"message\":\"quorate: neither gRPC nor HTTP/1.1\"}\n";

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (!(message instanceof HttpRequest)) {
            return;
        }
        boolean readable = message.decoderResult().isSuccess();
        FullHttpResponse response = readable
                ? answer(HttpResponseStatus.NOT_FOUND, NOT_FOUND)
                : answer(HttpResponseStatus.BAD_REQUEST, BAD_REQUEST);
        var unused = context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var unused = context.close();
    }

    private static FullHttpResponse answer(HttpResponseStatus status, String body) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }
}
