/** Tests of the test kit: state machines with mistakes, each of which must be found. */
@NullMarked
package io.quorate.testkit;

import org.jspecify.annotations.NullMarked;
