/**
 * The verb {@code bench}: measures a cluster, and compares ours with etcd. It only parses and prints; the work is done by the
 * module bench. Output for people and raw figures as JSON come from the same report.
 */
@NullMarked
package io.quorate.cli.bench;

import org.jspecify.annotations.NullMarked;
