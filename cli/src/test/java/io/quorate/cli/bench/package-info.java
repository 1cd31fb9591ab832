/** Tests of the verb bench: what it refuses, in which words. */
@NullMarked
package io.quorate.cli.bench;

import org.jspecify.annotations.NullMarked;
