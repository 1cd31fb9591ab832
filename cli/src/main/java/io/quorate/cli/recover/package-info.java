/** A cluster that will never have a majority again: what its directories hold, and a new cluster from one of them. */
@NullMarked
package io.quorate.cli.recover;

import org.jspecify.annotations.NullMarked;
