/**
 * How the parts of a member are put together: identity, disk, log, links, threads. Users see {@link io.quorate.Quorate} alone.
 * Threads are wrappers of a few lines around agents.
 */
@NullMarked
package io.quorate.internal;

import org.jspecify.annotations.NullMarked;
