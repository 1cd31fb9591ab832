/**
 * Links between members of one process, in virtual time: {@link io.quorate.node.port.PeerLinks} without sockets, for the
 * simulator and the tests. Delay, cutting into pieces, resets, partitions and crashes are drawn from a seed. Nothing here
 * reads a clock or starts a thread: whoever owns the time turns the network.
 */
@NullMarked
package io.quorate.node.memory;

import org.jspecify.annotations.NullMarked;
