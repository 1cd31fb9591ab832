package io.quorate.node.planted;

import com.google.protobuf.Message;
import io.netty.buffer.ByteBuf;

/** Breaks the rules on protobuf and Netty. */
public final class KnowsTheEdge {
    public Class<?> message() {
        return Message.class;
    }

    public Class<?> buffer() {
        return ByteBuf.class;
    }
}
