/** The Raft protocol as a pure state machine. */
@NullMarked
package io.quorate.raft;

import org.jspecify.annotations.NullMarked;
