/**
 * Whole members in one thread and virtual time: core, driver, sessions, the real log over a disk in memory. Everything that
 * happens comes from a seed, so that a failure can be repeated.
 */
package io.quorate.virtual;
