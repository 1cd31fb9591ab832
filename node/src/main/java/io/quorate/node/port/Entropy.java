package io.quorate.node.port;

/** Where random numbers come from: salts, incarnations, start ids, jitter, seeds. */
public interface Entropy {
    long nextLong();
}
