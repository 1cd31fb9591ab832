/**
 * Micro-benchmarks of what every write passes: the record's codec, the core's step, the append to the log. They run on demand
 * ({@link io.quorate.bench.micro.MicroBenchmarks}); a test keeps them working. Their figures are for comparing two versions of
 * the same code on the same computer, and for nothing else.
 */
@NullMarked
package io.quorate.bench.micro;

import org.jspecify.annotations.NullMarked;
