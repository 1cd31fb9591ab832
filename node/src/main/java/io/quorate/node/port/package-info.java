/**
 * What the node needs from outside, and what it gives to be driven: ports. Everything that acts is an {@link
 * io.quorate.node.port.Agent}; clock, entropy, disk, links and loop come in from outside, so that one thread and virtual
 * time can run whole nodes. The one format of disk and wire, {@link io.quorate.node.port.LogRecord}, is here too.
 */
@NullMarked
package io.quorate.node.port;

import org.jspecify.annotations.NullMarked;
