package io.quorate.kv;

/** What is replicated and applied. {@link Commands} turns it to bytes and back. */
public sealed interface Command permits PutRequest, DeleteRangeRequest, TxnRequest, CompactRequest, MemberAttributes {}
