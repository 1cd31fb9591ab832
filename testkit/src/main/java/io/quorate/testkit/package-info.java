/**
 * Tests a {@link io.quorate.node.port.StateMachine} of one's own where everything goes wrong: on clusters of whole members in
 * virtual time, whose links, disks, clocks and processes fail. {@link io.quorate.testkit.Simulation} says what to test, and
 * {@link io.quorate.testkit.SimulationTest} makes it a JUnit test. What is found is made small, and runs again from one number.
 */
@NullMarked
package io.quorate.testkit;

import org.jspecify.annotations.NullMarked;
