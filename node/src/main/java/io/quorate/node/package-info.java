/**
 * One member of a Raft group, to embed: {@link io.quorate.node.RaftNode} takes proposals and reads from any thread and says how
 * each ended; {@link io.quorate.node.RaftOptions} holds every setting. What the replicated data means is a {@link
 * io.quorate.node.port.StateMachine}'s business. Nodes are started by the module {@code quorate}.
 */
@NullMarked
package io.quorate.node;

import org.jspecify.annotations.NullMarked;
