/**
 * Where to begin: {@link io.quorate.Quorate} starts a member of a cluster in this process, with its log on disk and its links on
 * TCP, and gives the {@link io.quorate.node.RaftNode} to use it by. The replicated data is a {@link
 * io.quorate.node.port.StateMachine} of the user's.
 */
@NullMarked
package io.quorate;

import org.jspecify.annotations.NullMarked;
