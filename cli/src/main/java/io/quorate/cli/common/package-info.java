/**
 * What several subcommands share: how a command fails, how times are written, how signals are heard, where the running
 * demo's endpoints are noted. It knows no subcommand, so that subcommands may know it. A class used by one subcommand
 * alone belongs to that one.
 */
@NullMarked
package io.quorate.cli.common;

import org.jspecify.annotations.NullMarked;
