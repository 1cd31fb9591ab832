/**
 * What every part of the benchmark knows: how it fails. The load comes from {@code load}, the figures of this computer from
 * {@code host}, what is printed from {@code report}, and the comparison with etcd from {@code compare}. Micro-benchmarks are
 * among the tests, because they need a framework that the command must not carry.
 */
@NullMarked
package io.quorate.bench;

import org.jspecify.annotations.NullMarked;
