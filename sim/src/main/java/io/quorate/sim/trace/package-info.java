/**
 * A run as a file: its script, so that it can be run again, and all that happened, so that it can be drawn without running
 * anything. The form is versioned and compact; {@code docs/trace-format.md} describes it byte for byte. Who reads it gets what
 * was written, or a sentence that says what is wrong with the file.
 */
@NullMarked
package io.quorate.sim.trace;

import org.jspecify.annotations.NullMarked;
