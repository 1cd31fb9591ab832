package io.quorate.bench.load;

/** What a client asks for. */
public enum Operation {
    PUT,
    GET,
    MIXED
}
