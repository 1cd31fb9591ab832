/**
 * How members reach each other: {@link io.quorate.node.peer.Peers} sends, {@link io.quorate.node.peer.PeerListener} hears.
 * Handshake, identity, framing and reconnecting lie behind these two. All of it runs on the node's loop and knows no thread.
 */
@NullMarked
package io.quorate.node.peer;

import org.jspecify.annotations.NullMarked;
