package io.quorate.server.wire;

import io.quorate.kv.Result;

/**
 * What the store gave, on its way to the client.
 *
 * @param result a response, not an error
 * @param term for the header
 */
public record Answer<R extends Result>(R result, long term) {}
