/**
 * Members as processes of their own that are killed, fed with nonsense, stopped under load and started on the wrong
 * directories. Every wait is for an event: a line of a member's log, an answer, a count of acknowledged writes; a bound on
 * it only ends a test that would hang. A test owns the processes that it started and ends no other.
 */
@NullMarked
package io.quorate.cli.processes;

import org.jspecify.annotations.NullMarked;
