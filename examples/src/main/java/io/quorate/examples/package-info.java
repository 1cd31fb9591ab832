/**
 * Small programs that embed Quorate. {@link io.quorate.examples.Counter} is the smallest thing that can be replicated: a number
 * on which three processes agree, also when one of them is killed. The README shows its marked part.
 */
@NullMarked
package io.quorate.examples;

import org.jspecify.annotations.NullMarked;
