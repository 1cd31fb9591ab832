/**
 * Makes a failing run small: takes faults, requests, time, members and clients out of its script for as long as what is left
 * breaks the same rule. Faults and requests keep their numbers, which key what they draw, so that what stays goes on as it did.
 * The same script always ends in the same smaller one.
 */
@NullMarked
package io.quorate.sim.shrink;

import org.jspecify.annotations.NullMarked;
