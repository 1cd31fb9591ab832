/**
 * The command that runs one member: etcd's flags and variables, and the log lines it writes. What a flag means here is said
 * once, in {@link io.quorate.cli.server.Flags}.
 */
@NullMarked
package io.quorate.cli.server;

import org.jspecify.annotations.NullMarked;
