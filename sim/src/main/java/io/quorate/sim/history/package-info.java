/**
 * What clients were told, and whether one order of all that happened explains it: the checkers of linearizability. A
 * recorder makes a history of calls and ends; {@code RevisionOrder} checks that of a key-value store by the revisions
 * it named, without a search, and {@code Wgl} that of any object for which there is a sequential model. Knows nothing
 * but the JDK.
 */
@NullMarked
package io.quorate.sim.history;

import org.jspecify.annotations.NullMarked;
