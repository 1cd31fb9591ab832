/**
 * Who belongs to a group: pure values. A {@link io.quorate.raft.membership.Membership} has two halves of voters, so that
 * every change can pass through a joint configuration (paper section 6). Nothing here knows of roles or messages.
 */
@NullMarked
package io.quorate.raft.membership;

import org.jspecify.annotations.NullMarked;
