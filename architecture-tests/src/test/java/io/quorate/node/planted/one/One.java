package io.quorate.node.planted.one;

import io.quorate.node.planted.other.Other;

/** Half of a cycle. */
public final class One {
    public Class<?> other() {
        return Other.class;
    }
}
