package io.quorate.kv;

/**
 * What a command or a read gives: a response, or a {@link KvError}. Use {@code instanceof KvError} to tell them apart; nothing
 * here is thrown.
 */
public sealed interface Result permits KvError, ResponseOp, CompactResponse, MemberAttributesResponse, HashKvResponse {}
