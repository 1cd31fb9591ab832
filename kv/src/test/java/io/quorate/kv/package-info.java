/**
 * The store against etcd's checklist, a naive model and hostile bytes. A test named {@code lineNN…} proves that line of the list of
 * etcd's testable behaviours. What is random here comes from a seed.
 */
@NullMarked
package io.quorate.kv;

import org.jspecify.annotations.NullMarked;
