/** Tests of what is asked for and what is written about a cluster's life; the measuring itself is tried with real members in cli. */
@NullMarked
package io.quorate.bench.life;

import org.jspecify.annotations.NullMarked;
