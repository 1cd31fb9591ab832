/**
 * Three real members on one computer, for a first look: started, shown, and ended together. What a member does, it does by
 * {@code quorate server}; nothing here takes part in the protocol.
 */
@NullMarked
package io.quorate.cli.demo;

import org.jspecify.annotations.NullMarked;
