/**
 * The behaviour of etcd 3.6 that clients rest on, one test for each line of a checklist, through generated stubs and, where it
 * has words for the line, through jetcd.
 * The same tests run over members in this process and over real processes; {@link
 * io.quorate.cli.checklist.TestCluster} is all they know of either. What a line covers feeds the compatibility table.
 */
@org.jspecify.annotations.NullMarked
package io.quorate.cli.checklist;
