/**
 * The {@code quorate} command: one class per subcommand, gathered in {@link io.quorate.cli.Main}. A subcommand prints
 * its result to standard output and everything else to standard error. What goes wrong for a reason that its user can
 * mend is a {@link io.quorate.cli.common.CommandFailure}, which is printed as a sentence and never as a stack trace.
 */
@NullMarked
package io.quorate.cli;

import org.jspecify.annotations.NullMarked;
