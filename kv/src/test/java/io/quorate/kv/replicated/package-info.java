/**
 * The state machine that the node drives. Only what it adds to the store is tried here. The store has tests of its own.
 */
@NullMarked
package io.quorate.kv.replicated;

import org.jspecify.annotations.NullMarked;
