/** Tests of the figures and how they are written. */
@NullMarked
package io.quorate.bench.report;

import org.jspecify.annotations.NullMarked;
