/** The verb sim: its words, its lines, its files, and one run of the real command. */
@NullMarked
package io.quorate.cli.sim;

import org.jspecify.annotations.NullMarked;
