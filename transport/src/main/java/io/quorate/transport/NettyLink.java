package io.quorate.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.quorate.node.port.PeerLinks.CloseReason;
import io.quorate.node.port.PeerLinks.Handler;
import io.quorate.node.port.PeerLinks.Link;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection. Everything happens on its event loop. Futures of writes and closes are not looked at: a write that fails
 * closes the channel, and that is heard as {@link #channelInactive}.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class NettyLink extends ChannelInboundHandlerAdapter implements Link {
    /** A flush up to this size goes out as one buffer: copying is cheaper than another system-call vector. */
    private static final int COALESCED_BYTES = 16 << 10;

    private final NettyLinks links;
    private final NettyLoop loop;
    private final Handler handler;
    private final List<ByteBuffer> pending = new ArrayList<>();
    private int pendingBytes;
    private long queuedBytes;
    private long sentBytes;
    private @Nullable Channel channel;
    private String remote = "not connected";
    private @Nullable String failure;
    private boolean closedHere;

    NettyLink(NettyLinks links, NettyLoop loop, Handler handler) {
        this.links = links;
        this.loop = loop;
        this.handler = handler;
    }

    // ---- what Netty says

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        remote = String.valueOf(channel.remoteAddress());
        links.add(this);
        links.hand(() -> handler.opened(this));
        loop.wake();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            links.hand(() -> handler.received(this, bytes.nioBuffer()));
        } finally {
            bytes.release();
        }
    }

    /** The wake-up runs behind all the reads of this pass. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        loop.wake();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failure = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        links.remove(this);
        pending.clear();
        sentBytes = queuedBytes;
        CloseReason reason = closedHere ? CloseReason.CLOSED_HERE : CloseReason.CLOSED_BY_PEER;
        String detail = failure != null ? failure : closedHere ? "closed here" : "closed by " + remote;
        links.hand(() -> handler.closed(this, reason, detail));
        loop.wake();
    }

    // ---- Link

    @Override
    public void send(ByteBuffer bytes) {
        queuedBytes += bytes.remaining();
        pendingBytes += bytes.remaining();
        pending.add(bytes);
    }

    @Override
    public void flush() {
        Channel to = channel;
        if (to == null || pending.isEmpty()) {
            return;
        }
        ChannelPromise taken = to.newPromise();
        long through = queuedBytes;
        taken.addListener((ChannelFutureListener) done -> taken(through));
        if (pendingBytes <= COALESCED_BYTES) {
            to.writeAndFlush(coalesced(to), taken);
        } else {
            for (int i = 0; i < pending.size() - 1; i++) {
                to.write(Unpooled.wrappedBuffer(pending.get(i)), to.voidPromise());
            }
            to.writeAndFlush(Unpooled.wrappedBuffer(pending.get(pending.size() - 1)), taken);
        }
        pending.clear();
        pendingBytes = 0;
    }

    private ByteBuf coalesced(Channel to) {
        ByteBuf one = to.alloc().ioBuffer(pendingBytes);
        for (int i = 0; i < pending.size(); i++) {
            one.writeBytes(pending.get(i));
        }
        return one;
    }

    private void taken(long through) {
        if (through > sentBytes) {
            sentBytes = through;
            links.hand(() -> handler.drained(this));
            loop.wake();
        }
    }

    @Override
    public long queuedBytes() {
        return queuedBytes;
    }

    @Override
    public long sentBytes() {
        return sentBytes;
    }

    @Override
    public void close() {
        closedHere = true;
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public String remote() {
        return remote;
    }
}
