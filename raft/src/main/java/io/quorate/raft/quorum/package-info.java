/**
 * How many is enough: pure arithmetic on slots, joint-ready from the first day (paper section 6). Elections, commits, reads
 * and the leader's own check all ask here. Nothing in it knows of members, messages or roles.
 */
@NullMarked
package io.quorate.raft.quorum;

import org.jspecify.annotations.NullMarked;
