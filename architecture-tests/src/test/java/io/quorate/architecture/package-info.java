/**
 * The arrows between the modules and the habits of the pure ones, as tests. {@link io.quorate.architecture.Module} says
 * who may know whom, {@link io.quorate.architecture.Rules} what each rule forbids and why. Each kind of rule is also
 * tried on a class that breaks it, planted under the package {@code planted} of the module concerned.
 */
@NullMarked
package io.quorate.architecture;

import org.jspecify.annotations.NullMarked;
