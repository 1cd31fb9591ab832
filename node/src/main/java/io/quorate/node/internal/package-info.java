/**
 * The driver of the core: {@link io.quorate.node.internal.NodeLoop} turns a process's groups, and {@link
 * io.quorate.node.internal.GroupDriver} does what one core's effects ask, in the contract's order. The bytes of the log's end
 * are in the {@link io.quorate.node.internal.EntryRing}. Nothing here owns a thread.
 */
@NullMarked
package io.quorate.node.internal;

import org.jspecify.annotations.NullMarked;
