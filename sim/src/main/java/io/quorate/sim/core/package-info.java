/**
 * A cluster of cores in virtual time: members with disks, links between them, clients, faults, and the checks that run after
 * every event. Knows nothing but the core, so that it compiles to JavaScript as well, and gives the same run there.
 */
@NullMarked
package io.quorate.sim.core;

import org.jspecify.annotations.NullMarked;
