/**
 * Looks into a member's log: into its files, also while it runs, without taking a lock and without changing anything.
 */
@NullMarked
package io.quorate.cli.log;

import org.jspecify.annotations.NullMarked;
