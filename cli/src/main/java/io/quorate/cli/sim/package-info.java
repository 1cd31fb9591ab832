/**
 * The verb {@code sim}: runs the simulator over seeds, shows how far it is, and keeps the ledger. It only parses and prints;
 * the work is done by the module sim. The same seed ends with the same line on every computer.
 */
@NullMarked
package io.quorate.cli.sim;

import org.jspecify.annotations.NullMarked;
