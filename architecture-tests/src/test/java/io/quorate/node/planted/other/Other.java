package io.quorate.node.planted.other;

import io.quorate.node.planted.one.One;

/** Half of a cycle. */
public final class Other {
    public Class<?> one() {
        return One.class;
    }
}
