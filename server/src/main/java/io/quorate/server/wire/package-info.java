/**
 * Between what is on the wire and what the store knows: requests one way, responses the other.
 * The generated classes are used for all but the two hottest RPCs, for which {@link io.quorate.server.wire.PutCodec} and
 * {@link io.quorate.server.wire.RangeCodec} read and write the bytes themselves; a test holds them to the generated ones.
 */
@org.jspecify.annotations.NullMarked
package io.quorate.server.wire;
