/**
 * The multi-version key-value store with the semantics of etcd 3.6: requests, responses, the bytes of replicated commands,
 * and the store that applies them. It has no clock, thread, randomness or I/O, so equal commands in equal order give equal
 * states and results on every member. Byte arrays in requests, responses and pairs are never changed by anybody once handed
 * over: neither by who made them nor by who got them.
 */
@NullMarked
package io.quorate.kv;

import org.jspecify.annotations.NullMarked;
