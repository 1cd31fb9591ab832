/**
 * What a member tells the others about itself through the log: the URLs at which clients reach it.
 * The core's membership knows only what consensus needs, so this lives in the replicated store.
 * {@link io.quorate.server.member.Publication} writes it when the member has started.
 */
@org.jspecify.annotations.NullMarked
package io.quorate.server.member;
