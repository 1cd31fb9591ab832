/**
 * The key-value store as a replicated state machine. The only package of this module that knows the node, and that only by its
 * port. Whoever uses it puts both modules on the path.
 */
@NullMarked
package io.quorate.kv.replicated;

import org.jspecify.annotations.NullMarked;
